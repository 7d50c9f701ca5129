"""Log-spectrograms: there and back, one scale at every rate, silence on the floor."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.spectrogram.log_spectrogram import CHANNELS, LogSpectrogram


@given(st.integers(2, 200_000))
def test_bins_and_frames_are_alike_at_every_rate(rate):
    log_spectrogram = LogSpectrogram.for_rate(rate)
    transform = log_spectrogram.transform
    assert transform.n_fft == 2 * transform.hop
    assert CHANNELS * log_spectrogram.rows >= transform.bins - 1
    if rate >= 8000:
        assert log_spectrogram.row_hertz == pytest.approx(43.0, rel=0.05)
        assert transform.hop / rate == pytest.approx(0.0465, rel=0.05)


@pytest.mark.parametrize("rate", [4000, 11_025, 44_100, 48_000])
def test_there_and_back(rate):
    log_spectrogram = LogSpectrogram.for_rate(rate)
    magnitude = torch.rand(log_spectrogram.transform.bins, 7) / log_spectrogram.full_scale
    magnitude[:, 3] = 0
    back = log_spectrogram.to_magnitude(
        log_spectrogram.merge_channels(log_spectrogram(magnitude, gain=0.5)), gain=0.5
    )
    torch.testing.assert_close(back[:-1], magnitude[:-1], rtol=1e-3, atol=5e-3)
    assert not back[:, 3].any()


def test_a_full_scale_sine_is_one_and_silence_is_zero():
    log_spectrogram = LogSpectrogram.for_rate(44_100)
    time = torch.arange(44_100) / 44_100
    hertz = 100 * 44_100 / log_spectrogram.transform.n_fft  # on a bin
    log_spec = log_spectrogram(log_spectrogram.transform(torch.sin(2 * torch.pi * hertz * time)).abs())
    assert float(log_spec[..., 5:-5].amax()) == pytest.approx(1, abs=1e-3)
    assert not log_spectrogram(torch.zeros(log_spectrogram.transform.bins, 3)).any()


def test_neighboring_bins_are_channels_of_one_position():
    log_spectrogram = LogSpectrogram.for_rate(4000)
    magnitude = torch.zeros(log_spectrogram.transform.bins, 2)
    magnitude[4 * 9 + 2] = 1.0
    where = torch.nonzero(log_spectrogram(magnitude))
    assert {(int(c), int(row)) for _, c, row, _ in where} == {(2, 9)}
