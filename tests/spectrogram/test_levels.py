"""Levels: root mean squares, and what became louder."""

import math

import pytest
import torch

from audiostyle.spectrogram.levels import (
    FOLLOWED_FRAMES,
    SILENCE_RMS,
    compute_loudness_gain,
    compute_rms,
    follow_levels,
)


def test_a_sine_s_rms_is_known_and_silence_has_none():
    sine = torch.sin(2 * torch.pi * torch.arange(8000) / 80)
    assert compute_rms(sine) == pytest.approx(math.sqrt(0.5), rel=1e-4)
    assert compute_rms(torch.zeros(9)) < SILENCE_RMS < compute_rms(torch.full((9,), 2.0**-24))


def test_the_gain_of_amplitudes_is_the_root_of_that_of_powers():
    assert compute_loudness_gain(2.0, 18.0) == pytest.approx(3)
    assert compute_loudness_gain(0.0, 1.0) == compute_loudness_gain(1.0, 0.0) == 1


def make_spectrum(seed: int, frames: int = 60) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(9, frames, dtype=torch.complex64, generator=generator)


def test_levels_that_are_followed_already_stay():
    spectrum = make_spectrum(0)
    torch.testing.assert_close(follow_levels(spectrum, spectrum, 1.0), spectrum)


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_phrase_that_a_map_made_softer_or_louder_is_as_loud_as_it_was(factor):
    content = make_spectrum(1, frames=90)
    changed = content.clone()
    changed[:, 30:60] *= factor
    followed = follow_levels(changed, content, 1.0)
    torch.testing.assert_close(followed[:, 37:53].abs(), content[:, 37:53].abs(), rtol=1e-3, atol=1e-4)


def test_an_attack_of_the_style_stays_an_attack():
    content = torch.ones(9, 60, dtype=torch.complex64)
    attack = content.clone()
    attack[:, 30] *= 3
    followed = follow_levels(attack, content, 1.0)
    assert followed[0, 30].abs() / followed[0, 28].abs() > 2.5


def test_gains_are_bounded_and_silence_stays_silence():
    content = make_spectrum(2)
    quiet = follow_levels(1e-6 * content, content, 1.0)
    assert 20 * torch.log10(quiet.abs().max() / (1e-6 * content).abs().max()) <= 24.01
    assert not follow_levels(torch.zeros_like(content), content, 1.0).any()
    silent = torch.zeros_like(content)
    assert torch.isfinite(follow_levels(content, silent, 0.0)).all()


def test_a_frame_depends_on_no_more_frames_than_is_said():
    content, result = make_spectrum(3), make_spectrum(4)
    part = slice(20 - FOLLOWED_FRAMES, 21 + FOLLOWED_FRAMES)
    whole = follow_levels(result, content, 1.0)[:, 20]
    piece = follow_levels(result[:, part], content[:, part], 1.0)[:, FOLLOWED_FRAMES]
    torch.testing.assert_close(piece, whole)
