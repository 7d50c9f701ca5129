"""Companding is an inverse to the precision of its codes."""

import numpy as np
import pytest
import torch

from audiostyle.models.wavenet import mulaw
from audiostyle.translation.wavenet.companding import Companding


def music(seconds: float = 1.0) -> np.ndarray:
    time = np.arange(int(16000 * seconds)) / 16000
    return (0.1 * np.sin(2 * np.pi * 220 * time) + 0.05 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)


def test_what_is_encoded_comes_back():
    """256 codes leave a noise 30 dB and more below the signal."""
    wave, companding = music(), Companding(4.0)
    amplitudes = mulaw.decode(torch.from_numpy(companding.encode(wave)).long()).numpy()
    back = np.concatenate(list(companding.expand(np.array_split(amplitudes, 7))))
    assert back.dtype == np.float32
    assert np.mean((back - wave) ** 2) < 1e-3 * np.mean(wave**2)


def test_a_fitted_gain_uses_the_codes_without_clipping():
    wave = music()
    codes = Companding.fitted([wave, 0.9 * wave]).encode(wave)
    assert 230 < codes.max() < 255 and 0 < codes.min() < 25


def test_a_levelled_one_brings_all_to_the_level_of_listening():
    gain = Companding.levelled([music(), music()]).gain
    assert gain * np.sqrt(np.mean(music() ** 2)) == pytest.approx(0.1, rel=1e-3)


def test_silence_has_a_gain_too():
    for make in (Companding.fitted, Companding.levelled):
        assert np.isfinite(make([np.zeros(100, np.float32)]).gain)
