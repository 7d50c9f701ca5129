"""Recordings as points: level, order and length do not matter, color does."""

import numpy as np
import pytest
from scipy.signal import lfilter

from audiostyle.evaluate import frechet_distance
from audiostyle.spectrogram.embedding import embed_recording

RATE = 16_000


def make_noise(seed: int, seconds: float = 2.0, pole: float = 0.0) -> np.ndarray:
    return lfilter([1 - pole], [1, -pole], np.random.default_rng(seed).normal(0, 0.1, round(RATE * seconds)))


@pytest.mark.parametrize("factor", [1e-3, 30.0])
def test_level_does_not_matter(factor):
    noise = make_noise(0)
    np.testing.assert_allclose(
        embed_recording(factor * noise, RATE), embed_recording(noise, RATE), rtol=2e-2, atol=2e-3
    )


def test_direction_and_length_hardly_matter_and_color_does():
    noise = make_noise(0)
    point, dark = embed_recording(noise, RATE), embed_recording(make_noise(0, pole=0.95), RATE)
    for same in (noise[::-1], np.tile(noise, 12), make_noise(1)):  # twelve times is more than one piece
        assert np.linalg.norm(embed_recording(same, RATE) - point) < 0.1 * np.linalg.norm(dark - point)


def test_sets_of_one_color_are_nearer_than_sets_of_two():
    white, other, dark = (
        np.stack([embed_recording(make_noise(seed, 0.5, pole), RATE) for seed in range(start, start + 6)])
        for start, pole in ((0, 0.0), (6, 0.0), (12, 0.9))
    )
    assert frechet_distance(white, other) < 0.2 * frechet_distance(white, dark)


@pytest.mark.parametrize("samples", [1, 700, RATE])
def test_silence_and_short_sounds_have_a_point(samples):
    assert np.isfinite(embed_recording(np.zeros(samples), RATE)).all()


def test_what_a_low_rate_does_not_reach_is_zero():
    point = embed_recording(make_noise(0), 1000).reshape(3, -1)
    assert point[0].any() and not point[2].any()
