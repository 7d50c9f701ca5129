"""Levels of partials: known for sines, in decibels for factors, shared where keys meet."""

import numpy as np
import pytest
import torch

from audiostyle.models.frontend import ENCODER_RATE, PITCHES, HarmonicStack
from audiostyle.translation.partial_levels import measure_partials


def measure(wave: np.ndarray, *keys: int) -> np.ndarray:
    """Return the levels (88,) in the middle of a wave in which some keys sound."""
    with torch.inference_mode():
        levels = HarmonicStack().spectra(torch.from_numpy(wave.astype(np.float32))[None])[0, 0].numpy()
    sounding = np.zeros((len(levels), PITCHES), np.float32)
    sounding[:, list(keys)] = 1
    return measure_partials(10 ** (levels - 2.5), sounding).level[len(levels) // 2]


def make_tone(key: float, partials: int = 1) -> np.ndarray:
    time, pitch = np.arange(ENCODER_RATE) / ENCODER_RATE, 27.5 * 2 ** (key / 12)
    return sum(0.1 / n * np.sin(2 * np.pi * n * pitch * time) for n in range(1, partials + 1))


@pytest.mark.parametrize("key", [36, 48, 60, 72])
def test_vibrato_does_not_move_the_level(key):
    levels = [measure(make_tone(key + away), key)[key] for away in (-0.4, 0, 0.4)]
    assert np.ptp(levels) < 1.5


@pytest.mark.parametrize("key", [24, 48, 80])
def test_half_as_loud_is_six_decibels_less(key):
    loud, soft = (measure(gain * make_tone(key, 3), key)[key] for gain in (1, 0.5))
    assert loud - soft == pytest.approx(6.02, abs=0.1)


def test_a_chord_hardly_changes_its_notes():
    alone = measure(make_tone(40, 5), 40)[40]
    chord = measure(make_tone(40, 5) + make_tone(44, 5) + make_tone(47, 5), 40, 44, 47)[40]
    assert chord == pytest.approx(alone, abs=1.5)


def test_an_octave_that_joins_does_not_change_a_note():
    """Its level jumps, because its partials are heard twice; what changes from frame to frame does not."""
    wave, octave = make_tone(40, 5), 2 * make_tone(52, 5)
    wave[ENCODER_RATE // 2 :] += octave[ENCODER_RATE // 2 :]
    with torch.inference_mode():
        levels = HarmonicStack().spectra(torch.from_numpy(wave.astype(np.float32))[None])[0, 0].numpy()
    sounding = np.zeros((len(levels), PITCHES), np.float32)
    sounding[:, 40] = sounding[40:, 52] = 1
    partials = measure_partials(10 ** (levels - 2.5), sounding)
    assert abs(partials.level[60, 40] - partials.level[20, 40]) > 3
    assert abs(partials.change[20:60, 40].sum()) < 2.5


def test_changes_add_up_to_the_level():
    swell = make_tone(48, 4) * np.linspace(0.1, 1, ENCODER_RATE)
    with torch.inference_mode():
        levels = HarmonicStack().spectra(torch.from_numpy(swell.astype(np.float32))[None])[0, 0].numpy()
    sounding = np.zeros((len(levels), PITCHES), np.float32)
    sounding[:, 48] = 1
    level, change = (part[10:75, 48] for part in measure_partials(10 ** (levels - 2.5), sounding))
    assert np.cumsum(change)[1:] - change[0] == pytest.approx(level[1:] - level[0], abs=0.5)
