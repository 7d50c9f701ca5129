"""Held tones are harmonic, clicks are percussive, the parts are the whole, and cutting changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.sound.percussion import HarmonicPercussiveSeparator

RATE = 16000


def separate(wave: np.ndarray, rate: int = RATE, frames: int = 5000) -> tuple[np.ndarray, np.ndarray]:
    separator = HarmonicPercussiveSeparator(wave.shape[0], rate)
    pairs = [separator.process(wave[:, start : start + frames]) for start in range(0, wave.shape[1], frames)]
    pairs.append(separator.process(wave[:, :0], last=True))
    harmonic, percussive = (np.concatenate(parts, axis=1) for parts in zip(*pairs, strict=True))
    return harmonic, percussive


def make_tone(seconds: float, rate: int = RATE) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return sum(0.1 * np.sin(2 * np.pi * f * time) for f in (440, 554.4, 659.3))[None].astype(np.float32)


def make_clicks(seconds: float, rate: int = RATE) -> np.ndarray:
    wave = np.zeros((1, int(seconds * rate)), np.float32)
    wave[:, rate // 4 :: rate // 2] = 0.9
    return wave


def compute_energy(wave: np.ndarray, rate: int = RATE) -> float:
    """Of all but the first and last half second, where tones begin and end."""
    return float((wave[:, rate // 2 : -rate // 2] ** 2).sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(0, 60_000), st.integers(500, 70_000))
def test_parts_add_up_and_do_not_depend_on_the_cutting(noise, channels: int, samples: int, frames: int):
    wave = noise(channels, samples)
    harmonic, percussive = separate(wave, frames=frames)
    assert harmonic.shape == percussive.shape == wave.shape
    np.testing.assert_allclose(harmonic + percussive, wave, atol=1e-6)
    whole, _ = separate(wave, frames=max(samples, 1))
    np.testing.assert_allclose(harmonic, whole, atol=1e-6)


@pytest.mark.parametrize("rate", [4000, 16000, 44100, 96000])
def test_tones_are_harmonic_and_clicks_percussive_at_any_rate(rate: int):
    harmonic, percussive = separate(make_tone(3, rate), rate)
    assert compute_energy(percussive, rate) < 0.01 * compute_energy(harmonic, rate)
    harmonic, percussive = separate(make_clicks(3, rate), rate)
    assert compute_energy(harmonic, rate) < 0.01 * compute_energy(percussive, rate)


def test_a_mixture_comes_apart():
    held, struck = make_tone(4), make_clicks(4)
    harmonic, percussive = separate(held + struck)
    assert compute_energy(harmonic - held) < 0.01 * compute_energy(held)  # 20 dB
    assert compute_energy(percussive - struck) < 0.1 * compute_energy(
        struck
    )  # 10 dB: clicks are short and weak beside a chord


def test_chords_that_begin_again_and_again_leave_little_in_the_drums():
    """Their partials are dense, so that the median over frequency is theirs; at an onset nothing was held."""
    time, roots = np.arange(RATE // 2) / RATE, [220 * 2 ** (n / 12) for n in (0, 4, 7, 12, 16, 19)]
    chords = [
        sum(
            0.02 / k * np.sin(2 * np.pi * root * step * k * time)
            for root in roots
            for k in range(1, 11)
            if root * step * k < RATE / 2
        )
        * np.exp(-2 * time)
        for step in (1, 2 ** (2 / 12), 2 ** (4 / 12), 1, 2 ** (2 / 12))
    ]
    silence = np.zeros(RATE // 2)
    wave = np.concatenate([silence, silence, *chords, silence])[None].astype(np.float32)
    _, percussive = separate(wave)
    assert 10 * np.log10((percussive**2).sum() / (wave**2).sum()) < -17


def test_channels_share_one_mask_so_the_image_stays():
    mono = make_tone(2) + make_clicks(2)
    harmonic, percussive = separate(np.concatenate([mono, -0.5 * mono]))
    np.testing.assert_allclose(harmonic[1], -0.5 * harmonic[0], atol=1e-6)
    np.testing.assert_allclose(percussive[1], -0.5 * percussive[0], atol=1e-6)


def test_level_does_not_matter():
    wave = make_tone(2) + make_clicks(2)
    np.testing.assert_allclose(separate(wave / 100)[0] * 100, separate(wave)[0], atol=1e-5)


def test_silence_stays_silence():
    harmonic, percussive = separate(np.zeros((2, 20_000), np.float32))
    assert not harmonic.any() and not percussive.any()


def test_memory_is_bounded(noise):
    separator = HarmonicPercussiveSeparator(1, RATE)
    wave = noise(1, 10 * RATE)
    given_back = sum(separator.process(wave[:, s : s + 1000])[0].shape[1] for s in range(0, 10 * RATE, 1000))
    assert given_back > 7 * RATE  # what is kept back is at most a batch and the latency


@pytest.mark.parametrize("shape", [(100,), (1, 100), (2, 10, 1)])
def test_blocks_of_another_shape(shape):
    with pytest.raises(ShapeError, match=r"\(2, n\)"):
        HarmonicPercussiveSeparator(2, RATE).process(np.zeros(shape, np.float32))
