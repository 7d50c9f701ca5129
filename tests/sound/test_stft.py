"""Frames and back is nothing, at any length; frames are where they are said to be."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.sound.stft import Stft, get_magnitude


def make_noise(samples: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(samples, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.sampled_from([2, 4, 8]))
def test_there_and_back_is_nothing_at_any_length(samples: int, overlap: int):
    transform, wave = Stft(64, 64 // overlap), make_noise(samples)
    spectrum = transform(wave)
    assert spectrum.shape == (transform.bins, transform.count_frames(samples))
    torch.testing.assert_close(transform.inverse(spectrum, samples), wave)


def test_a_batch_is_its_waves():
    transform, waves = Stft(64, 16), torch.stack([make_noise(300), make_noise(300, 1)])
    torch.testing.assert_close(transform(waves)[1], transform(waves[1]))
    torch.testing.assert_close(transform.inverse(transform(waves), 300), waves)


def test_frames_are_centered_on_multiples_of_the_hop():
    transform, wave = Stft(64, 16), torch.zeros(400)
    wave[160] = 1
    energy = transform(wave).abs().square().sum(dim=0)
    assert int(energy.argmax()) == 10
    torch.testing.assert_close(energy[9], energy[11])


def test_a_tone_is_in_its_bin():
    transform = Stft(256, 64)
    wave = torch.sin(2 * math.pi * 20 / 256 * torch.arange(4000))
    assert (transform(wave)[:, 5:-5].abs().argmax(dim=0) == 20).all()


@pytest.mark.parametrize(("rate", "n_fft"), [(44_100, 4096), (22_050, 2048), (96_000, 8192), (100, 32)])
def test_frames_last_as_long_at_any_rate(rate, n_fft):
    assert Stft.for_rate(rate) == Stft(n_fft, n_fft // 4)
    assert Stft.for_rate(rate, overlap=2).hop == n_fft // 2


def test_magnitudes_are_those_of_torch_bit_for_bit_and_have_gradients_at_zero():
    spectrum = torch.randn(65, 40, dtype=torch.complex64) * torch.logspace(-30, 3, 40)
    assert torch.equal(get_magnitude(spectrum), spectrum.abs())
    nothing = torch.zeros(3, dtype=torch.complex64, requires_grad=True)
    get_magnitude(nothing).sum().backward()
    assert torch.equal(nothing.grad, torch.zeros_like(nothing))
