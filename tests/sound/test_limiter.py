"""The limiter: nothing above the ceiling, nothing changed where all fits, whatever the blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.sound.limiter import REACH_SECONDS, Limiter


def limit(wave: np.ndarray, rate: int = 8000, cuts: tuple[int, ...] = ()) -> np.ndarray:
    limiter = Limiter(len(wave), rate)
    blocks = [limiter.process(block) for block in np.split(wave, sorted(cuts), axis=1)]
    return np.concatenate([*blocks, limiter.process(wave[:, :0], last=True)], axis=1)


def make_loud(channels: int, samples: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(0, 1, (channels, samples)) * np.exp(rng.normal(-1, 1.5, samples))).astype(np.float32)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 6), st.integers(0, 3000), st.integers(0, 99), st.lists(st.integers(0, 3000), max_size=4)
)
def test_the_ceiling_holds_and_nothing_is_turned_up_or_round(channels, samples, seed, cuts):
    wave = make_loud(channels, samples, seed)
    made = limit(wave, cuts=tuple(cuts))
    assert made.shape == wave.shape and np.abs(made).max(initial=0) <= 1
    assert (np.abs(made) <= np.abs(wave)).all() and (made * wave >= 0).all()
    np.testing.assert_allclose(made, limit(wave), atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 99))
def test_what_fits_is_the_same_to_the_last_bit(seed):
    wave = make_loud(2, 2000, seed).clip(-1, 1)
    assert np.array_equal(limit(wave), wave)


def test_a_peak_turns_down_its_surroundings_alone():
    wave = np.full((2, 8000), 0.5, np.float32)
    wave[0, 4000] = 8
    made, reach = limit(wave), 2 * round(REACH_SECONDS * 8000)
    assert np.array_equal(made[:, : 4000 - reach], wave[:, : 4000 - reach])
    assert np.array_equal(made[:, 4001 + reach :], wave[:, 4001 + reach :])
    assert made[0, 4000] == pytest.approx(1, abs=1e-6)
    assert made[1, 4000] == pytest.approx(0.5 / 8, abs=1e-6)  # all channels get one gain


def test_a_loud_bass_gets_one_gain():
    """Of 50 Hz, where every half wave is too loud, the shape stays: no harmonics above −60 dB."""
    wave = 2 * np.sin(2 * np.pi * 50 / 8000 * np.arange(16_000, dtype=np.float32))[None]
    middle = limit(wave)[0, 4000:12_000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(8000)))
    assert spectrum[100:].max() < 1e-3 * spectrum.max()


def test_malformed_blocks():
    with pytest.raises(ShapeError):
        Limiter(2, 8000).process(np.zeros((1, 9), np.float32))
