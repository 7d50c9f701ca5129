"""Levels: root mean squares, and what became louder."""

import math

import pytest
import torch

from audiostyle.spectrogram.levels import SILENCE_RMS, compute_loudness_gain, compute_rms


def test_a_sine_s_rms_is_known_and_silence_has_none():
    sine = torch.sin(2 * torch.pi * torch.arange(8000) / 80)
    assert compute_rms(sine) == pytest.approx(math.sqrt(0.5), rel=1e-4)
    assert compute_rms(torch.zeros(9)) < SILENCE_RMS < compute_rms(torch.full((9,), 2.0**-24))


def test_the_gain_of_amplitudes_is_the_root_of_that_of_powers():
    assert compute_loudness_gain(2.0, 18.0) == pytest.approx(3)
    assert compute_loudness_gain(0.0, 1.0) == compute_loudness_gain(1.0, 0.0) == 1
