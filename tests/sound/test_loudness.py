"""Loudness: the values that the standards give, a slow obvious version, and what has no say in it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from audiostyle.errors import ShapeError
from audiostyle.sound.loudness import (
    LoudnessMeter,
    compute_channel_weights,
    integrate_loudness,
    measure_loudness,
    measure_sounding_rms,
)

# ITU-R BS.1770-4, tables 1 and 2: coefficients at 48 kHz.
SHELF = [1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585]
HIGH_PASS = [1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621]


def make_sine(level: float, seconds: float, rate: int = 48_000, hertz: float = 1000.0) -> np.ndarray:
    """A sine whose peak is ``level`` dB below full scale, (samples,)."""
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz / rate * np.arange(round(seconds * rate)))


def measure_slowly(wave: np.ndarray, moved: float = 0.0) -> float:
    """The standard's text word by word, at 48 kHz, of (channels, samples)."""
    for b, a in (SHELF, HIGH_PASS):
        wave = lfilter(b, a, wave, axis=1)
    starts = range(0, wave.shape[1] - 19_200 + 1, 4800)
    powers = np.array([np.square(wave[:, start : start + 19_200]).mean(axis=1).sum() for start in starts])
    kept = powers[-0.691 + 10 * np.log10(powers + 1e-30) > -70 + moved]
    gate = -0.691 + 10 * np.log10(kept.mean()) - 10 + moved
    return -0.691 + 10 * np.log10(kept[-0.691 + 10 * np.log10(kept) > gate].mean())


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_a_full_scale_sine_in_one_channel(rate):
    assert measure_loudness(make_sine(0, 2, rate, hertz=997), rate) == pytest.approx(
        -3.01, abs=0.1 if rate < 44_100 else 0.03
    )


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 4), st.floats(0.5, 3), st.integers(0, 2**32 - 1))
def test_it_is_the_standard_s(channels, seconds, seed):
    rng = np.random.default_rng(seed)
    wave = rng.standard_normal((channels, round(seconds * 48_000))) * rng.uniform(0.001, 0.3, (channels, 1))
    wave *= np.repeat(rng.uniform(0, 1, 6), -(-wave.shape[1] // 6))[: wave.shape[1]] ** 4
    wave *= 0.5 / np.abs(wave).max()  # of softer ones we keep blocks that the absolute gate cuts off
    # A block that lies on a gate, but for rounding, counts or does not.
    either = [measure_slowly(wave, moved) for moved in (-0.02, 0, 0.02)]
    assert min(either) - 0.05 < measure_loudness(wave, 48_000) < max(either) + 0.05


# EBU Tech 3341 (2016), table 1: levels in dBFS of a stereo sine of 1 kHz with their seconds → LUFS.
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
)
def test_the_cases_of_the_ebu(parts, expected):
    meter = LoudnessMeter(2, 48_000)
    for level, seconds in parts:
        meter.add(np.stack([make_sine(level, seconds)] * 2).astype(np.float32))
    assert meter.integrate() == pytest.approx(expected, abs=0.1)


def test_surround_counts_as_the_ebu_says():
    """Tech 3341, case 6: −28 left and right, −24 in the center, −30 behind, in all −23, without LFE."""
    levels = {0: -28, 1: -28, 2: -24, 4: -30, 5: -30}
    wave = np.stack([make_sine(levels.get(channel, 0), 5) for channel in range(6)])
    assert measure_loudness(wave, 48_000) == pytest.approx(-23, abs=0.1)
    assert compute_channel_weights(3) == (1, 1, 1)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 30_000), max_size=5), st.sampled_from([8000, 11_025]))
def test_blocks_do_not_matter(cuts, rate):
    wave = np.random.default_rng(1).normal(0, 0.1, (2, 30_000)).astype(np.float32)
    meter = LoudnessMeter(2, rate)
    for block in np.split(wave, sorted(cuts), axis=1):
        meter.add(block)
    assert meter.integrate() == pytest.approx(measure_loudness(wave, rate), abs=1e-3)


def test_silence_offset_and_antiphase_do_not_count():
    tone = make_sine(-20, 4)
    level = measure_loudness(np.stack([tone, tone]), 48_000)
    assert measure_loudness(np.stack([tone, -tone]), 48_000) == pytest.approx(level, abs=1e-3)
    assert measure_loudness(np.stack([tone, tone]) + 0.3, 48_000) == pytest.approx(level, abs=0.01)
    silence = np.zeros((2, 48_000 * 60))
    late = np.concatenate([silence, np.stack([tone, tone])], axis=1)
    assert measure_loudness(late, 48_000) == pytest.approx(level, abs=0.3)


@settings(deadline=None, max_examples=20)
@given(st.floats(-100, 20))
def test_gain_in_decibels_is_gain_in_lu(gain):
    """Music that lies below the absolute gate as a whole is measured like louder music."""
    rng = np.random.default_rng(2)
    wave = rng.normal(0, 0.1, 20_000) * np.repeat([1.0, 0.5, 0.1, 1.0], 5000)
    louder = measure_loudness(wave * 10 ** (gain / 20), 8000)
    assert louder - measure_loudness(wave, 8000) == pytest.approx(gain, abs=0.01)


@pytest.mark.parametrize("samples", [0, 1, 100, 3199])
def test_short_waves_are_one_block(samples):
    assert measure_loudness(np.zeros(samples), 8000) == -np.inf
    if samples > 1:
        assert np.isfinite(measure_loudness(make_sine(0, samples / 8000, 8000), 8000))


def test_malformed_blocks():
    with pytest.raises(ShapeError):
        LoudnessMeter(2, 8000).add(np.zeros((1, 10), np.float32))
    assert integrate_loudness(np.zeros(3)) == -np.inf


def test_the_rms_of_what_sounds_is_the_plain_one_for_music_without_pauses():
    rng = np.random.default_rng(3)
    wave = (rng.normal(0, 0.1, 80_000) * np.repeat(rng.uniform(0.5, 1, 20), 4000)).astype(np.float32)
    plain = float(np.sqrt(np.mean(np.square(wave, dtype=np.float64))))
    assert measure_sounding_rms([wave], 8000) == pytest.approx(plain, rel=0.02)
    late = [np.zeros(800_000, np.float32), wave + np.float32(0.2)]
    assert measure_sounding_rms(late, 8000) == pytest.approx(plain, rel=0.03)
    assert measure_sounding_rms([], 8000) == measure_sounding_rms([np.ones(9999, np.float32)], 8000) == 0
