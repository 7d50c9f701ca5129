"""Laws of the harmonic stack: level is a logarithm, pitch is a distance, harmonics lie where they should."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.models.frontend import (
    ENCODER_RATE,
    HOP,
    LOWEST_PITCH,
    PITCHES,
    HarmonicStack,
    log_frequency_filters,
)

FRONTEND = HarmonicStack()
HARMONICS = (0.5, 1, 2, 3, 4, 5, 6, 7, 8)
FLOOR = -2.5


def sine(pitch: float, seconds: float = 0.4, amplitude: float = 0.1) -> torch.Tensor:
    """(1, N): a sinusoid of a MIDI pitch."""
    time = torch.arange(round(seconds * ENCODER_RATE), dtype=torch.float64) / ENCODER_RATE
    frequency = 440 * 2 ** ((pitch - 69) / 12)
    return (amplitude * torch.sin(2 * np.pi * frequency * time)).float()[None]


def key_levels(stack: torch.Tensor, harmonic: float) -> torch.Tensor:
    """The long window's levels in the middle of a stack, at the middle bin of each key: (88,)."""
    return stack[0, HARMONICS.index(harmonic), stack.shape[2] // 2, 1::3]


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 9000), st.integers(1, 2))
def test_shape(samples, batch):
    stack = FRONTEND(torch.zeros(batch, samples))
    assert stack.shape == (batch, HarmonicStack.channels, samples // HOP + 1, 3 * PITCHES)
    assert torch.allclose(stack, torch.tensor(FLOOR))


def test_a_gain_of_ten_is_one_unit_up():
    wave = sine(69) + sine(76.3)
    quiet, loud = FRONTEND.spectra(wave), FRONTEND.spectra(10 * wave)
    audible = quiet > FLOOR + 2  # a hundred times the floor, which then adds a hundredth at most
    assert audible.any()
    assert torch.allclose((loud - quiet)[audible], torch.tensor(1.0), atol=0.005)
    assert (loud >= quiet - 1e-5).all()


@pytest.mark.parametrize("pitch", [45, 60, 72, 96, 108])
def test_a_sine_lights_its_own_key_and_the_keys_whose_harmonic_it_is(pitch):
    stack = FRONTEND(sine(pitch))
    for harmonic in HARMONICS:
        key = pitch - LOWEST_PITCH - round(12 * np.log2(harmonic))
        if 0 <= key < PITCHES:
            levels = key_levels(stack, harmonic)
            assert levels[key] > levels.max() - 0.1
            assert levels[key] > -0.2
            assert (levels[: max(key - 6, 0)] < 0).all() and (levels[key + 7 :] < 0).all()


@pytest.mark.parametrize("pitch", [60.0, 61.33, 80.0])
@pytest.mark.parametrize("interval", [1, 7, 12])
def test_transposition_is_a_shift_of_three_bins_a_semitone(pitch, interval):
    """Where triangles are as wide as an FFT bin or wider, and the level is clear of the floor."""
    low, high = (FRONTEND.spectra(sine(p))[0, 0, 17] for p in (pitch, pitch + interval))
    assert int(high.argmax()) - int(low.argmax()) == 3 * interval
    assert abs(float(high.max() - low.max())) < 0.3  # wide triangles add up more bins


def test_stacking_is_reading_the_same_spectrum_further_up():
    levels = torch.randn(1, 2, 3, 309)
    stack = FRONTEND.stack(levels).unflatten(1, (2, 9))
    assert torch.equal(stack[:, :, 1], levels[..., :264])
    assert torch.equal(stack[:, :, 2], torch.nn.functional.pad(levels[..., 36:], (0, -9)))
    assert torch.equal(stack[:, :, 0, :, 36:], levels[..., : 264 - 36])
    assert torch.allclose(stack[:, :, 0, :, :36], torch.tensor(FLOOR))
    assert torch.allclose(stack[:, :, 8, :, 309 - 108 :], torch.tensor(FLOOR))


def test_channels_are_independent_of_their_batch():
    waves = torch.cat([sine(50), sine(90), torch.zeros(1, sine(50).shape[1])])
    together = FRONTEND(waves)
    for row in range(3):
        assert torch.allclose(FRONTEND(waves[row : row + 1])[0], together[row], atol=1e-4)


@pytest.mark.parametrize("size", [1024, 4096])
def test_filters_cover_the_range_and_nothing_is_negative(size):
    filters = log_frequency_filters(size)
    assert filters.shape == (size // 2 + 1, 309)
    assert (filters >= 0).all() and (filters <= 1).all()
    assert (filters.sum(dim=0) > 0.5).all()  # no key is deaf
    inside = filters[int(30 * size / ENCODER_RATE) : int(10_000 * size / ENCODER_RATE)]
    assert (inside.sum(dim=1) > 0).all()  # no frequency is unheard


def test_nothing_of_it_is_stored_with_the_weights():
    assert not FRONTEND.state_dict()
