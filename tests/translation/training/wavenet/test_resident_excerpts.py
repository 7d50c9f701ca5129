"""Excerpts on a device are those of the recording, with the conditioning of their place."""

import numpy as np
import pytest
import torch

from audiostyle.models.wavenet.mulaw import SILENCE
from audiostyle.music.performance import Performance
from audiostyle.translation.training.wavenet.resident_excerpts import ResidentExcerpts, disturb_together
from audiostyle.translation.wavenet.conditioning import BENT_WIDTH, HOP, compute_conditioning

CPU = torch.device("cpu")


@pytest.fixture
def performance(make_notes) -> Performance:
    return Performance(make_notes((0.1, 0.3, 60), (0.3, 0.7, 67)))


@pytest.fixture
def codes() -> np.ndarray:
    """A second in which no four codes in a row come twice."""
    return np.random.default_rng(0).integers(0, 256, 100 * HOP).astype(np.uint8)


@pytest.mark.parametrize("bends", [False, True])
def test_an_excerpt_is_a_part_of_the_recording(codes, performance, bends):
    excerpts = ResidentExcerpts(codes, performance, CPU, bends=bends)
    drawn, condition = excerpts.draw(5, 7, torch.Generator().manual_seed(0))
    whole = compute_conditioning(performance, 0, 100, bends=bends)
    assert condition.shape == (5, 7, whole.shape[1])
    for own, its in zip(drawn.numpy(), condition.numpy(), strict=True):
        (place,) = [f for f in range(94) if (codes[f * HOP : f * HOP + 8] == own[:8]).all()]
        np.testing.assert_array_equal(own, codes[place * HOP : (place + 7) * HOP])
        np.testing.assert_allclose(its, whole[place : place + 7], atol=1e-3)  # half precision


def test_all_places_are_drawn(codes, performance):
    excerpts = ResidentExcerpts(codes, performance, CPU)
    drawn, _ = excerpts.draw(2000, 98, torch.Generator().manual_seed(0))
    assert len({row[:8].numpy().tobytes() for row in drawn}) == 3  # first frames 0, 1 and 2


def test_spread_excerpts_begin_and_end_with_the_recording(codes, performance):
    spread, condition = ResidentExcerpts(codes, performance, CPU).spread(3, 20)
    np.testing.assert_array_equal(spread[0], codes[: 20 * HOP])
    np.testing.assert_array_equal(spread[2], codes[80 * HOP :])
    assert condition.shape == (3, 20, 352)


def test_half_are_jittered_and_a_quarter_has_a_gap():
    true = torch.full((4000, 400), 200)
    inputs = disturb_together(true, torch.Generator().manual_seed(0))
    silent = (inputs == SILENCE).any(1).float().mean().item()
    kept = (inputs == 200) | (inputs == SILENCE)
    assert 0.2 < silent < 0.3
    assert 0.45 < kept.all(1).float().mean().item() < 0.56
    assert (inputs == SILENCE).sum(1).max() <= 200  # of 400
    spread = (inputs - 200)[inputs != SILENCE].float().std().item()
    assert 0.8 < spread < 2.5
    assert (true == 200).all() and int(inputs.min()) >= 0 and int(inputs.max()) <= 255


def test_a_seed_gives_the_same_again(codes, performance):
    excerpts = ResidentExcerpts(codes, performance, CPU, bends=True)
    first, second = (excerpts.draw(4, 9, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first[0], second[0]) and first[1].shape[2] == BENT_WIDTH
    one, other = (disturb_together(first[0], torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(one, other)
