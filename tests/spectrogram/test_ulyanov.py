"""Ulyanov and Lebedev's method is as published."""

import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.spectrogram import ulyanov as module
from audiostyle.spectrogram.gram_features import KERNEL
from audiostyle.spectrogram.gram_objective import GramObjective
from audiostyle.spectrogram.ulyanov import UlyanovObjective, UlyanovStylizer, estimate_memory, ulyanov


def test_the_numbers_are_the_published_ones():
    assert module.RATE == 22_050 and (module.TRANSFORM.n_fft, module.TRANSFORM.hop) == (2048, 512)
    assert module.ITERATIONS == 300 and module.ROUNDS == 500 and module.CONTENT_WEIGHT == 1e-2
    assert module.FILTERS == 4096 and KERNEL == 11


def test_the_style_is_cut_to_the_content(monkeypatch):
    monkeypatch.setattr(module, "FILTERS", 32)
    content, style = torch.rand(5, 30), torch.rand(5, 80)
    cut = UlyanovObjective(content, style[:, :30])
    torch.testing.assert_close(UlyanovObjective(content, style)(content), cut(content))


def test_it_works_on_the_whole_at_once(inputs):
    stylizer = ulyanov(inputs)
    assert isinstance(stylizer, UlyanovStylizer) and stylizer.segment is None


def test_its_objective_is_ours_without_our_units(monkeypatch):
    monkeypatch.setattr(module, "FILTERS", 16)
    content, style, made = (
        torch.rand(6, 20, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        for seed in range(3)
    )
    published = UlyanovObjective(content, style)
    ours = GramObjective(published.network, content, [style], [1.0], content_weight=0)
    (their_style, their_content), (style_term, content_term) = (
        objective.compute_terms(made) for objective in (published, ours)
    )
    torch.testing.assert_close(their_style, style_term * ours.style_sizes[0])
    torch.testing.assert_close(their_content / published.content.square().sum(), content_term)


def test_progress_rises(inputs, content, monkeypatch):
    monkeypatch.setattr(module, "FILTERS", 16)
    told: list[float] = []
    ulyanov(inputs, iterations=4, rounds=1)(content, lambda share, total: told.append(share))
    assert told == sorted(told) and told and told[-1] <= 1


def test_a_profile_is_no_style_for_it(make_inputs, content):
    from audiostyle.spectrogram.profile import StyleProfile

    with pytest.raises(AudiostyleError, match=r"rain\.style: a profile holds statistics and no sound"):
        ulyanov(make_inputs(content, StyleProfile("rain.style", "", [], {})))


def test_a_content_that_needs_more_memory_than_there_may_be_is_refused_at_once(inputs, content, monkeypatch):
    monkeypatch.setattr(module, "FILTERS", 16)
    options = {"iterations": 1, "rounds": 1}
    made = ulyanov(inputs, memory_limit=2.0, **options)(content)
    assert torch.equal(made, ulyanov(inputs, **options)(content))
    with pytest.raises(
        AudiostyleError, match=r"needs about 29\.\d GB of memory for 600 s of content, more than"
    ):
        ulyanov(inputs, memory_limit=8.0, **options)(torch.zeros(600 * 4000))


def test_memory_grows_faster_than_the_content():
    assert estimate_memory(0.1) < 0.5 < 2 * estimate_memory(60) < estimate_memory(120) + estimate_memory(0)
