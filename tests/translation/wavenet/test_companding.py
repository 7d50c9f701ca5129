"""Companding: expanding inverts encoding, to the precision of the codes."""

import numpy as np
import pytest
import torch

from audiostyle.models.wavenet import mulaw
from audiostyle.translation.transcription import TRANSCRIPTION_RMS
from audiostyle.translation.wavenet.companding import Companding


def make_music(seconds: float = 1.0) -> np.ndarray:
    time = np.arange(int(16000 * seconds)) / 16000
    return (0.1 * np.sin(2 * np.pi * 220 * time) + 0.05 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)


def test_what_is_encoded_comes_back():
    """256 codes leave a noise 30 dB and more below the signal."""
    wave, companding = make_music(), Companding(4.0)
    amplitudes = mulaw.decode(torch.from_numpy(companding.encode(wave)).long()).numpy()
    back = np.concatenate(list(companding.expand(np.array_split(amplitudes, 7))))
    assert back.dtype == np.float32
    assert np.mean((back - wave) ** 2) < 1e-3 * np.mean(wave**2)


def test_a_gain_from_peaks_uses_the_codes_without_clipping():
    wave = make_music()
    codes = Companding.from_peaks([wave, 0.9 * wave]).encode(wave)
    assert 230 < codes.max() < 255 and 0 < codes.min() < 25


def test_a_gain_from_the_level_brings_all_to_the_level_of_encoding():
    gain = Companding.from_level([make_music(), make_music()]).gain
    assert gain * np.sqrt(np.mean(make_music() ** 2)) == pytest.approx(TRANSCRIPTION_RMS, rel=1e-3)


def test_silence_has_a_gain_too():
    for make in (Companding.from_peaks, Companding.from_level):
        assert np.isfinite(make([np.zeros(100, np.float32)]).gain)
