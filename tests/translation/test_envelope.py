"""The envelope of a residual: fitted to the power that notes have, and an inverse however it is cut."""

import numpy as np
import pytest

from audiostyle.translation.envelope import WEIGHTS, Envelope
from audiostyle.translation.performance import NOTE_DTYPE, Performance

RATE = 16000


def playing(seed: int, count: int = 40) -> Performance:
    rng = np.random.default_rng(seed)
    notes = np.zeros(count, NOTE_DTYPE)
    notes["onset"] = np.sort(rng.uniform(0, 9, count))
    notes["offset"] = notes["onset"] + rng.uniform(0.1, 1.0, count)
    notes["pitch"], notes["velocity"] = rng.integers(40, 90, count), rng.integers(30, 127, count)
    return Performance(np.sort(notes, order=["onset", "pitch"]))


TRUE = Envelope.of([*np.linspace(0.3, 0.01, WEIGHTS - 1), 1e-6])


def noise(performance: Performance, seed: int = 0) -> np.ndarray:
    white = np.random.default_rng(seed).standard_normal(10 * RATE).astype(np.float32)
    return white * TRUE.level(performance, 0, 1000)


def test_noise_of_a_known_envelope_gives_it_back():
    """Within a decibel of its level, on notes that were not fitted to."""
    fitted = Envelope.fitted([(noise(playing(seed), seed), playing(seed)) for seed in range(4)])
    assert all(weight >= 0 for weight in fitted.weights)
    levels = [20 * np.log10(envelope.level(playing(9), 0, 1000)) for envelope in (fitted, TRUE)]
    assert np.abs(levels[0] - levels[1]).mean() < 1


def test_even_loudness_and_back_however_it_is_cut():
    performance = playing(1)
    wave = noise(performance)
    even = TRUE.evened(wave, performance)
    assert np.std(even) == pytest.approx(1, abs=0.02)
    for cuts in ([], [1, 159, 160, 161, 40_000]):
        back = np.concatenate(list(TRUE.applied(np.split(even, cuts), performance)))
        np.testing.assert_allclose(back, wave, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "weights", [[], [1.0] * (WEIGHTS - 1), [-1.0] * WEIGHTS, [float("nan")] * WEIGHTS, ["loud"] * WEIGHTS]
)
def test_what_are_no_weights_is_refused(weights):
    with pytest.raises(ValueError):
        Envelope.of(weights)
