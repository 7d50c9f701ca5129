"""The equalizer: the style's average spectrum at the content's level, within limits."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.equalizer import MAX_GAIN, compute_equalizer, equalize, smooth_spectrum
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum

TRANSFORM = Stft(256, 64)


def draw_noise(samples: int, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(samples, generator=torch.Generator().manual_seed(seed))


def test_it_gives_the_style_s_average_and_keeps_the_level():
    tilt = torch.linspace(0.3, 2, TRANSFORM.bins)
    content = LongTermSpectrum.from_blocks([draw_noise(50_000)], TRANSFORM)
    style = LongTermSpectrum(TRANSFORM, content.power * tilt.square() * 17, content.frames)
    gains = compute_equalizer(content, style)
    assert float((gains.square() * content.power).sum() / content.power.sum()) == pytest.approx(1)
    shape = gains / tilt
    assert float(shape[8:].std() / shape[8:].mean()) < 0.05


def test_that_of_two_alike_is_flat_and_its_range_is_limited():
    power = torch.rand(TRANSFORM.bins, dtype=torch.float64) + 0.1
    torch.testing.assert_close(
        compute_equalizer(LongTermSpectrum(TRANSFORM, power, 1), LongTermSpectrum(TRANSFORM, 3 * power, 1)),
        torch.ones_like(power),
    )
    gap = power.clone()
    gap[60:] = 0
    gains = compute_equalizer(LongTermSpectrum(TRANSFORM, gap, 1), LongTermSpectrum(TRANSFORM, power, 1))
    assert gains.isfinite().all() and float(gains.max() / gains.min()) <= MAX_GAIN**2 * 1.0001


def test_an_equalized_wave_has_the_wanted_spectrum():
    wave, gains = draw_noise(50_000), torch.linspace(0.5, 2, TRANSFORM.bins, dtype=torch.float64)
    made = equalize(wave, gains, TRANSFORM)
    before, after = (LongTermSpectrum.from_blocks([part], TRANSFORM).power for part in (wave, made))
    assert made.shape == wave.shape and made.dtype == wave.dtype
    torch.testing.assert_close((after / before).sqrt()[4:-4], gains[4:-4], rtol=0.05, atol=0)


@given(st.floats(0, 3))
def test_smoothing_keeps_what_is_flat_and_stays_within_bounds(octaves):
    assert torch.allclose(smooth_spectrum(torch.full((65, 2), 3.0), octaves), torch.tensor(3.0))
    power = torch.rand(65, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = smooth_spectrum(power, octaves)
    assert float(power.min()) - 1e-9 <= float(found.min()) and float(found.max()) <= float(power.max()) + 1e-9


def test_smoothing_over_nothing_changes_nothing_and_over_an_octave_is_a_mean_of_neighbors():
    power = torch.rand(65, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(smooth_spectrum(power, 0.0), power)
    low, high = math.ceil(20 / math.sqrt(2)), math.floor(20 * math.sqrt(2))
    torch.testing.assert_close(smooth_spectrum(power, 1.0)[20], power[low : high + 1].mean(dim=0))
