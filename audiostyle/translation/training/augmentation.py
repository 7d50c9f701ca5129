"""Augmentation of what an encoder is trained on: equalizers, rooms, noise, levels.

Waves are (N,) at 22,050 Hz.
"""

import numpy as np
from scipy import fft

from audiostyle.models.frontend import ENCODER_RATE


def augment_wave(wave: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a wave with a random equalizer, often in a room or with noise, at RMS 0.1 ± 8 dB.

    Args:
        wave: (N,) at 22,050 Hz.
        rng: decides everything.

    Returns:
        (N,) float32.

    Example:
        >>> augment_wave(np.ones(1000, np.float32), np.random.default_rng(0)).shape
        (1000,)
    """
    wave = _filter(wave, rng)
    if rng.random() < 0.4:
        wave = _add_noise(wave, rng)
    rms = np.sqrt(np.mean(wave**2))
    return (wave * (0.1 * 10 ** (rng.uniform(-8, 8) / 20) / max(rms, 1e-3))).astype(np.float32)


def _filter(wave: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Apply a random gain that is smooth over log frequency and, three times in ten, a room."""
    size = fft.next_fast_len(len(wave) + ENCODER_RATE, real=True)
    octave = np.log2(np.maximum(np.arange(size // 2 + 1) * ENCODER_RATE / size, 20) / 20)
    decibels = rng.uniform(-3, 3) * (octave - 5)
    for _ in range(3):
        decibels += rng.uniform(-8, 8) * np.cos(2 * np.pi * (rng.uniform(0.05, 0.4) * octave + rng.random()))
    response = 10 ** (decibels / 20)
    if rng.random() < 0.3:
        response = response * fft.rfft(_draw_room(rng), size)
    return fft.irfft(fft.rfft(wave, size) * response, size)[: len(wave)].astype(np.float32)


def _draw_room(rng: np.random.Generator) -> np.ndarray:
    """Draw an impulse response: the direct sound, then exponentially decaying noise (0.2–1.2 s to −60 dB)."""
    decay = rng.uniform(0.2, 1.2)
    time = np.arange(int(decay * ENCODER_RATE)) / ENCODER_RATE
    tail = rng.normal(size=len(time)) * 10 ** (-3 * time / decay)
    tail *= 10 ** (rng.uniform(-20, -3) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return tail.astype(np.float32)


def _add_noise(wave: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Add noise of a random slope (white to brownish), 10 to 45 dB below the music."""
    spectrum = fft.rfft(rng.standard_normal(len(wave)).astype(np.float32))
    spectrum *= np.maximum(np.arange(len(spectrum)), 50.0) ** -rng.uniform(0, 1)
    noise = fft.irfft(spectrum, len(wave))
    ratio = 10 ** (-rng.uniform(10, 45) / 20)
    return wave + noise * (ratio * np.sqrt(np.mean(wave**2)) / np.sqrt(np.mean(noise**2)))
