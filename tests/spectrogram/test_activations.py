"""Activations: each constraint does what it says, and together they find the frames of a mosaic."""

import pytest
import torch
from torch import Tensor

from audiostyle.spectrogram import activations as module
from audiostyle.spectrogram.activations import Constraints, find_activations

FREE = Constraints(repetition=0, polyphony=1000, continuity=0, iterations=60)


def make_columns(seed: int, bands: int, count: int) -> Tensor:
    found = torch.rand(bands, count, generator=torch.Generator().manual_seed(seed)) ** 4
    return found / found.sum(dim=0)


def draw_start(templates: Tensor, wanted: Tensor) -> Tensor:
    size = templates.shape[1], wanted.shape[1]
    return 1 + 0.1 * torch.rand(size, generator=torch.Generator().manual_seed(0))


def divergence(wanted: Tensor, modelled: Tensor) -> float:
    """Kullback–Leibler, of spectra that are not normalized."""
    return float((wanted * (wanted / modelled.clamp(min=1e-9)).log() - wanted + modelled).sum())


def test_without_constraints_updates_never_make_it_worse():
    templates, wanted = make_columns(0, 30, 8), make_columns(1, 30, 5)
    found, before = torch.ones(8, 5), float("inf")
    for _ in range(20):
        found = module._update(found, wanted, templates)
        now = divergence(wanted, templates @ found)
        assert now <= before + 1e-6
        before = now


def test_levels_are_kept_frame_by_frame():
    """A fixed point of the divergence has the sums of what it models (Lee & Seung)."""
    templates, wanted = make_columns(2, 30, 8), 7 * make_columns(3, 30, 6)
    for constraints in (FREE, Constraints(iterations=5)):
        found = find_activations(
            wanted, templates, torch.zeros(8), constraints, draw_start(templates, wanted)
        )
        torch.testing.assert_close((templates @ found).sum(dim=0), wanted.sum(dim=0))


def test_the_frames_of_a_mosaic_are_found():
    """Two pieces of the style, end to end: diagonals in the activations, and nothing else."""
    templates = make_columns(4, 60, 40)
    order = torch.cat([torch.arange(20, 32), torch.arange(3, 15)])
    wanted = templates[:, order]
    one_voice = Constraints(polyphony=1)
    found = find_activations(wanted, templates, torch.zeros(40), one_voice, draw_start(templates, wanted))
    assert (found.argmax(dim=0) == order).float().mean() > 0.9


def test_a_frame_is_not_repeated_within_reach():
    templates = make_columns(5, 20, 6)
    wanted = templates[:, :1].expand(-1, 12)  # one spectrum, held
    held, restless = (
        find_activations(
            wanted, templates, torch.arange(6), Constraints(r, 6, 0, 10), draw_start(templates, wanted)
        )
        for r in (0, 3)
    )
    assert (held[0] > 0.5).all()
    apart = torch.nonzero(restless[0] > 1e-6)[:, 0].diff()
    assert (apart > 3).all()


@pytest.mark.parametrize("voices", [1, 2, 5])
def test_only_so_many_sound_at_a_time(voices):
    templates, wanted = make_columns(6, 30, 20), make_columns(7, 30, 9)
    few = Constraints(0, voices, 0, 10)
    found = find_activations(wanted, templates, torch.arange(20), few, draw_start(templates, wanted))
    assert int((found > 0).sum(dim=0).max()) <= voices


def test_diagonals_support_each_other_within_a_run_only():
    found = torch.zeros(4, 6)
    found[1, 2] = 1.0
    runs = torch.tensor([0, 0, 0, 1])
    expected = torch.zeros(4, 6)
    expected[0, 1] = expected[1, 2] = expected[2, 3] = 1.0  # not [3, 4], which begins another run
    torch.testing.assert_close(module._sum_diagonals(found, runs, 3), expected)


def test_what_is_preferred_is_taken():
    template = make_columns(8, 20, 1)
    twice = template.expand(-1, 2)
    one_voice, preference = Constraints(0, 1, 0, 10), torch.tensor([0.2, 1.0])
    found = find_activations(template, twice, torch.tensor([0, 2]), one_voice, torch.ones(2, 1), preference)
    assert float(found[1, 0]) > 0.99 and float(found[0, 0]) < 1e-6


def test_an_activation_depends_on_nothing_beyond_the_reach():
    constraints = Constraints(repetition=1, polyphony=2, continuity=1, iterations=3)
    templates, wanted = make_columns(9, 20, 10), make_columns(10, 20, 40)
    start, seen = draw_start(templates, wanted), slice(10 - constraints.reach, 26)
    whole = find_activations(wanted, templates, torch.zeros(10), constraints, start)
    part = find_activations(wanted[:, seen], templates, torch.zeros(10), constraints, start[:, seen])
    kept = slice(constraints.reach, constraints.reach + 10)
    torch.testing.assert_close(part[:, kept], whole[:, 10:20])


def test_silence_activates_nothing():
    silence, templates = torch.zeros(20, 4), make_columns(11, 20, 5)
    assert not find_activations(
        silence, templates, torch.zeros(5), Constraints(), draw_start(templates, silence)
    ).any()
