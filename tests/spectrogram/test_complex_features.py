"""Complex features: there and back, whatever the pieces, and moments of frames that sound."""

import pytest
import torch

from audiostyle.spectrogram.bands import RowMaps
from audiostyle.spectrogram.complex_features import (
    KNOWN_LEVELS,
    ComplexFeatures,
    compute_power,
    compute_reach,
)
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram

RATE = 4000


@pytest.fixture(params=[False, True], ids=["complex", "pseudo"])
def features(request) -> ComplexFeatures:
    return ComplexFeatures(LogSpectrogram.for_rate(RATE), request.param)


def identity(features: ComplexFeatures, bins: int) -> RowMaps:
    size, dtype = (30, torch.float32) if features.pseudo else (15, torch.complex64)
    eye = torch.eye(size, dtype=dtype)
    return RowMaps(eye.expand(bins, size, size), torch.zeros(bins, size, dtype=dtype))


@pytest.mark.parametrize("level", KNOWN_LEVELS)
def test_without_a_change_there_and_back_is_the_same(features, content, level):
    """Several pieces of 128 frames, each with all the context that it needs."""
    z = features.compute_spectrum(content.repeat(20), 0.5)
    assert z.shape[1] > 256
    torch.testing.assert_close(features.apply(z, level, identity(features, len(z))), z, atol=1e-5, rtol=1e-4)
    spectrum = features.transform(content.repeat(20))
    faint = 1e-5 * spectrum.abs().max().item()  # what is about 120 dB softer is not compressed
    torch.testing.assert_close(features.restore_spectrum(z, 0.5), spectrum, atol=2 * faint, rtol=1e-3)


@pytest.mark.parametrize("level", KNOWN_LEVELS)
def test_moments_of_parts_add_up(features, content, level):
    z = features.compute_spectrum(content.repeat(20), 0.5)
    whole = features.measure_moments(z, level)
    parts = features.measure_moments(z, level, slice(0, 200)) + features.measure_moments(
        z, level, slice(200, None)
    )
    assert whole.count == parts.count
    torch.testing.assert_close(parts.scatter, whole.scatter, atol=1e-3, rtol=1e-4)


@pytest.mark.slow
def test_statistics_do_not_depend_on_how_a_wave_is_cut(features, style):
    long = style.repeat(120)  # more than 512 frames
    found = features.measure_statistics([long], 0.5, torch.device("cpu"))
    z = features.compute_spectrum(long, 0.5)
    for level in KNOWN_LEVELS:
        expected = features.measure_moments(z, level).pool_bands(features.band_weights)
        for own, other in zip(found.levels[level], expected, strict=True):
            assert own.count == pytest.approx(other.count)
            torch.testing.assert_close(own.scatter, other.scatter, atol=1e-2, rtol=1e-3)


def test_silent_frames_do_not_count(features, content):
    z = features.compute_spectrum(torch.cat([content, torch.zeros(20 * RATE)]), 0.5)
    sounding = int((z != 0).any(dim=0).sum())
    assert features.measure_moments(z, 1).count == sounding < z.shape[1] / 2


def test_the_power_is_that_before_compression(features, content):
    scaled = features.transform(content) * features.log_spectrogram.full_scale
    z = features.compute_spectrum(content, 1.0)
    assert compute_power([z, z]) == pytest.approx(2 * float(scaled.abs().square().sum()), rel=1e-3)


def test_a_change_reaches_no_further_than_it_says(features):
    z = torch.zeros(features.transform.bins, 101, dtype=torch.complex64)
    z[:, 50] = 1
    for level in KNOWN_LEVELS:
        size, dtype = (30, torch.float32) if features.pseudo else (15, torch.complex64)
        maps = RowMaps(torch.ones(len(z), size, size, dtype=dtype), torch.zeros(len(z), size, dtype=dtype))
        changed = features.apply(z, level, maps).abs().sum(dim=0).nonzero().flatten()
        assert int(changed.min()) >= 50 - compute_reach(level) and int(changed.max()) <= 50 + compute_reach(
            level
        )
