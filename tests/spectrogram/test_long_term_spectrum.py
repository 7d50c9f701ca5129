"""Averages of recordings, and the filter between two of them."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.long_term_spectrum import (
    MOST,
    LongTermSpectrum,
    compute_equalizer,
    smooth_spectrum,
)

TRANSFORM = Stft(256, 64)


def noise(samples: int, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(samples, generator=torch.Generator().manual_seed(seed))


def test_the_average_is_the_mean_power_and_knows_the_level():
    wave = noise(20_000)
    average = LongTermSpectrum.of([wave], TRANSFORM)
    torch.testing.assert_close(average.power.float(), TRANSFORM(wave).abs().square().mean(dim=1))
    assert average.rms == pytest.approx(0.1, rel=0.02)


def test_blocks_add_up_but_for_their_ends():
    wave = noise(50_000)
    whole, blocks = LongTermSpectrum.of([wave], TRANSFORM), LongTermSpectrum.of(wave.split(9000), TRANSFORM)
    torch.testing.assert_close(blocks.power, whole.power, rtol=0.1, atol=0)
    assert LongTermSpectrum.of([], TRANSFORM).rms == 0


def test_the_equaliser_gives_the_style_s_average_and_keeps_the_level():
    tilt = torch.linspace(0.3, 2, TRANSFORM.bins)
    content = LongTermSpectrum.of([noise(50_000)], TRANSFORM)
    style = LongTermSpectrum(TRANSFORM, content.power * tilt.square() * 17, content.frames)
    gains = compute_equalizer(content, style)
    assert float((gains.square() * content.power).sum() / content.power.sum()) == pytest.approx(1)
    shape = gains / tilt
    assert float(shape[8:].std() / shape[8:].mean()) < 0.05


def test_the_equaliser_of_two_alike_is_flat_and_its_range_is_limited():
    power = torch.rand(TRANSFORM.bins, dtype=torch.float64) + 0.1
    torch.testing.assert_close(
        compute_equalizer(LongTermSpectrum(TRANSFORM, power, 1), LongTermSpectrum(TRANSFORM, 3 * power, 1)),
        torch.ones_like(power),
    )
    gap = power.clone()
    gap[60:] = 0
    gains = compute_equalizer(LongTermSpectrum(TRANSFORM, gap, 1), LongTermSpectrum(TRANSFORM, power, 1))
    assert gains.isfinite().all() and float(gains.max() / gains.min()) <= MOST**2 * 1.0001


@given(st.floats(0, 3))
def test_smoothing_keeps_what_is_flat_and_stays_within_bounds(octaves):
    assert torch.allclose(smooth_spectrum(torch.full((65, 2), 3.0), octaves), torch.tensor(3.0))
    power = torch.rand(65, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = smooth_spectrum(power, octaves)
    assert float(power.min()) - 1e-9 <= float(found.min()) and float(found.max()) <= float(power.max()) + 1e-9


def test_smoothing_over_nothing_changes_nothing_and_over_an_octave_is_a_mean_of_neighbours():
    power = torch.rand(65, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(smooth_spectrum(power, 0.0), power)
    low, high = math.ceil(20 / math.sqrt(2)), math.floor(20 * math.sqrt(2))
    torch.testing.assert_close(smooth_spectrum(power, 1.0)[20], power[low : high + 1].mean(dim=0))


def test_recordings_are_mixed_at_one_level():
    loud, soft = (
        LongTermSpectrum(TRANSFORM, torch.rand(TRANSFORM.bins).double() * k, 1) for k in (100.0, 1.0)
    )
    mixed = LongTermSpectrum.mixed([loud, soft], [0.25, 0.75])
    expected = 0.25 * loud.power / loud.power.sum() + 0.75 * soft.power / soft.power.sum()
    torch.testing.assert_close(mixed.power, expected)
