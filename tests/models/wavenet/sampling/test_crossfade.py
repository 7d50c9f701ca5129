"""Laws of the crossfade of chunks."""

import numpy as np
import pytest

from audiostyle.models.wavenet.sampling.crossfade import FADE, LAG, Crossfader, crossfade, find_best_lag

STEP, WARM_UP = 2000, 300
LENGTH = STEP + WARM_UP + 2 * LAG + FADE


def join(chunks: list[np.ndarray]) -> np.ndarray:
    crossfader = Crossfader(STEP, WARM_UP)
    blocks = [crossfader.add(chunk) for chunk in chunks]
    return np.concatenate([*blocks, crossfader.finish()])


def tone(samples: int, period: float, phase: float = 0.0) -> np.ndarray:
    return np.sin(2 * np.pi * np.arange(samples) / period + phase).astype(np.float32)


def test_pieces_of_one_wave_are_that_wave_again():
    """Also where warm-ups are wrong."""
    wave = np.random.default_rng(0).standard_normal(3 * STEP + LENGTH).astype(np.float32)
    chunks = [wave[c * STEP : c * STEP + LENGTH].copy() for c in range(4)]
    for chunk in chunks[1:]:
        chunk[:WARM_UP] = 100
    assert np.allclose(join(chunks), wave, atol=1e-5)


@pytest.mark.parametrize("period", [40.0, 133.3, 320.0])
def test_tones_out_of_phase_are_aligned(period):
    """Of a tone whose chunks begin anywhere, the level does not fall at the crossfades."""
    phases = np.random.default_rng(0).uniform(0, 2 * np.pi, 5)
    wave = join([tone(LENGTH, period, phase) for phase in phases])
    assert np.abs(np.diff(wave)).max() < 1.3 * 2 * np.pi / period  # no step
    windows = np.lib.stride_tricks.sliding_window_view(wave, 320)[::20]
    assert (windows.max(axis=1) - windows.min(axis=1)).min() > 1.9 * np.sin(
        min(np.pi / 2, np.pi * 320 / period)
    )


def test_noises_are_crossfaded_at_equal_power():
    rng = np.random.default_rng(0)
    fades = [crossfade(*rng.standard_normal((2, FADE)).astype(np.float32), 0.0) for _ in range(2000)]
    assert np.abs(np.mean(np.square(fades), axis=0) - 1).max() < 0.2  # six standard deviations


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_power_is_equal_for_any_correlation(correlation):
    gains = [crossfade(*pair, correlation) for pair in np.eye(2)[:, :, None] * np.ones(FADE)]
    power = gains[0] ** 2 + gains[1] ** 2 + 2 * correlation * gains[0] * gains[1]
    assert np.allclose(power, 1, atol=1e-5)


@pytest.mark.parametrize("delay", [-LAG, -17, 0, 90, LAG])
def test_the_best_lag_is_the_delay(delay):
    wave = np.random.default_rng(0).standard_normal(4 * LAG + FADE).astype(np.float32)
    earlier = wave[2 * LAG : 2 * LAG + FADE]
    later = wave[LAG + delay : LAG + delay + FADE + 2 * LAG]
    lag, correlation = find_best_lag(earlier, later)
    assert lag == delay and correlation == pytest.approx(1, abs=1e-4)


def test_silence_is_not_moved():
    assert find_best_lag(np.zeros(FADE, np.float32), np.zeros(FADE + 2 * LAG, np.float32)) == (0, 0.0)
    assert find_best_lag(np.ones(FADE, np.float32), np.ones(FADE + 2 * LAG, np.float32))[0] == 0


def test_moving_does_not_add_up():
    """Every chunk is placed from its own beginning, however the one before it was moved."""
    chunks = [tone(LENGTH, 300, -c) for c in range(9)]
    assert abs(len(join(chunks)) - (8 * STEP + LENGTH)) <= LAG
