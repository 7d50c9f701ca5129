"""The filter bank against librosa's, and what a filter bank must be."""

import librosa
import pytest
import torch

from audiostyle.sound.mel import hz_to_mel, make_mel_filterbank


@pytest.mark.parametrize(
    "sample_rate, n_fft, n_mels, f_max", [(44100, 2048, 80, 22050.0), (16000, 1024, 40, 7600.0)]
)
def test_it_is_librosas(sample_rate: int, n_fft: int, n_mels: int, f_max: float):
    theirs = librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, fmin=30.0, fmax=f_max).T
    ours = make_mel_filterbank(sample_rate, n_fft, n_mels, 30.0, f_max)
    assert ours.shape == (n_fft // 2 + 1, n_mels)
    torch.testing.assert_close(ours, torch.from_numpy(theirs), atol=1e-6, rtol=1e-4)


def test_each_band_is_a_triangle_of_unit_area_above_the_last():
    weights = make_mel_filterbank(44100, 4096, 64, 0.0, 22050.0)
    assert (weights >= 0).all()
    areas = weights.sum(dim=0) * 44100 / 4096
    torch.testing.assert_close(areas[10:], torch.ones(54), atol=0.05, rtol=0)  # narrow bands see few bins
    assert (weights.argmax(dim=0).diff() > 0).all()


def test_outside_its_range_weights_are_zero():
    weights = make_mel_filterbank(44100, 2048, 40, 1000.0, 8000.0)
    frequency = torch.arange(1025) * 44100 / 2048
    assert not weights[(frequency < 1000) | (frequency > 8000)].any()


def test_it_is_made_once():
    assert make_mel_filterbank(44100, 2048, 40, 0.0, 8000.0) is make_mel_filterbank(
        44100, 2048, 40, 0.0, 8000.0
    )


def test_the_scale_of_one_logarithm_is_librosas_htk_scale():
    hertz = torch.tensor([0.0, 20.0, 440.0, 1000.0, 8000.0, 22050.0])
    theirs = torch.from_numpy(librosa.hz_to_mel(hertz.double().numpy(), htk=True))
    torch.testing.assert_close(hz_to_mel(hertz.double()), theirs, rtol=1e-4, atol=1e-9)  # HTK rounds 1127
