"""Statistics by level and band: however a wave is cut, for every row, of frames that sound."""

import pytest
import torch

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import (
    BandStatistics,
    compute_feature_band_weights,
    compute_frames,
    count_feature_rows,
    count_rows,
    find_sounding,
    to_channels_last,
)
from audiostyle.spectrogram.bands import RowMoments
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram

RATE = 4000


def test_they_do_not_depend_on_how_a_wave_is_cut(style):
    model, log_spectrogram = (
        SpectrogramAutoencoder.from_pretrained(device="cpu"),
        LogSpectrogram.for_rate(RATE),
    )
    long = style.repeat(30)  # several pieces of 512 frames
    whole = BandStatistics.from_waves([long], log_spectrogram, 1.0, model.encoder, model.device)
    log_spec = log_spectrogram(log_spectrogram.transform(long).abs())
    features, _ = model.encoder.trace(log_spec)
    for level in (1, 4):
        expected = RowMoments.from_features(features[level - 1], find_sounding(log_spec, level)).pool_bands(
            compute_feature_band_weights(log_spectrogram, level)
        )
        for own, other in zip(whole.levels[level], expected, strict=True):
            assert own.count == pytest.approx(other.count)
            torch.testing.assert_close(own.mean, other.mean, atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(own.covariance, other.covariance, atol=1e-3, rtol=1e-2)


def test_pooled_without_weights_long_ones_count_more_and_with_weights_all_as_told(style):
    model, log_spectrogram = (
        SpectrogramAutoencoder.from_pretrained(device="cpu"),
        LogSpectrogram.for_rate(RATE),
    )
    one, other = (
        BandStatistics.from_waves([wave], log_spectrogram, 1.0, model.encoder, model.device)
        for wave in (style, style.flip(0).repeat(3))
    )
    for weights in (None, [0.5, 0.5]):
        pooled = BandStatistics.pool([one, other], weights)
        band = pooled.levels[1][3]
        parts = one.levels[1][3], other.levels[1][3]
        shares = weights or [part.count / (parts[0].count + parts[1].count) for part in parts]
        expected = shares[0] * parts[0].mean + shares[1] * parts[1].mean
        torch.testing.assert_close(band.mean, expected)


@pytest.mark.parametrize(("start", "stop"), [(0, 3), (2, 9), (11, 16), (0, 16)])
def test_some_frames_are_those_of_the_whole(start, stop):
    transform, wave = Stft(16, 8), torch.randn(125)
    torch.testing.assert_close(compute_frames(wave, transform, start, stop), transform(wave)[:, start:stop])


def test_every_row_of_every_level_has_its_bands():
    log_spectrogram = LogSpectrogram.for_rate(RATE)
    for level in (1, 2, 3, 4):
        weights = compute_feature_band_weights(log_spectrogram, level)
        assert weights.shape[1] == count_feature_rows(log_spectrogram, level)
        torch.testing.assert_close(weights.sum(dim=0), torch.ones_like(weights[0]), atol=1e-5, rtol=0)


def test_high_frequencies_are_left_to_the_finest_level():
    log_spectrogram = LogSpectrogram.for_rate(44_100)
    assert count_rows(log_spectrogram, 1) == log_spectrogram.rows
    for level in (2, 3, 4):
        rows = count_rows(log_spectrogram, level)
        assert rows % 8 == 0 and 8000 <= rows * log_spectrogram.row_hertz < 8400


def test_frames_that_sound_are_found_at_every_level():
    log_spec = torch.zeros(1, 4, 3, 10)
    log_spec[0, 2, 1, 5] = 0.1
    assert find_sounding(log_spec, 1).nonzero().flatten().tolist() == [5]
    assert find_sounding(log_spec, 3).tolist() == [False, True, False]


def test_the_layout_does_not_change_numbers():
    log_spec = torch.rand(1, 4, 5, 6)
    assert torch.equal(to_channels_last(log_spec), log_spec)
