"""What notes alone say of the next sample: linear prediction from a score.

A WaveNet learns pitch slowly: what the next sample asks for it can read from the past, whatever the notes.
So, as in ExcitNet (Song, Byun & Kang 2019), it models what linear prediction leaves, and the filter is put
back afterwards.  ExcitNet measures the filter on speech; here it follows from the notes: keys that sound with
powers p have the autocorrelation

    r(τ) = Σ_keys p Σ_h h^−2.5 cos(2π h f τ) e^(−π b τ) + 10⁻⁴ Σ p · δ(τ),   b = 3 Hz + 0.003 h f,

harmonics of some width over a floor.  The best predictor from M samples solves Σ_j a_j r(i − j) = r(i), and
its filter 1 / (1 − Σ a_j z^−j) is stable (Levinson).
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numba import njit
from scipy.linalg import solve_toeplitz

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.wavenet import SAMPLE_RATE
from audiostyle.translation.conditions import HOP, conditions
from audiostyle.translation.performance import Performance

ORDER = 512
"""Samples of the past, 32 ms, that predict the next one."""

FRAME = 2 * HOP
"""Samples for which a predictor holds: 20 ms."""

_HIGHEST = 0.97 * SAMPLE_RATE / 2  # hertz, of a harmonic
_FLOOR = 1e-4
_RANGE = 30  # dB below the loudest key at which a key counts for nothing
_AT_ONCE = 512  # predictors in memory
_FAST = {"contract", "nsz", "arcp", "nnan", "ninf", "reassoc"}


def predictors(performance: Performance, first: int, frames: int) -> np.ndarray:
    """Return (frames, ORDER) float32 from frame ``first`` on: a_M … a_1, in the order of the past."""
    parts = conditions(performance, 2 * first, 2 * frames).reshape(frames, 2, 4, PITCHES)
    level = (parts[:, :, 0] + parts[:, :, 3]).max(axis=1)  # what is held, and what rings on
    loudest = level.max(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        decibels = np.round(20 * np.log10(level / loudest))
    decibels = np.where(decibels > -_RANGE, decibels, -_RANGE).astype(np.int8)
    return np.stack([_predictor(row.tobytes()) for row in decibels])


def residual(wave: np.ndarray, performance: Performance) -> np.ndarray:
    """Return what the notes do not predict of their recording (N,) at 16 kHz."""
    rest = np.empty_like(wave, dtype=np.float32)
    padded = np.pad(wave.astype(np.float32), (ORDER, 0))
    for begin in range(0, len(wave), _AT_ONCE * FRAME):
        part = rest[begin : begin + _AT_ONCE * FRAME]
        weights = predictors(performance, begin // FRAME, -(-len(part) // FRAME))
        _analyse(padded[begin : begin + ORDER + len(part)], weights, part)
    return rest


def restored(blocks: Iterable[np.ndarray], performance: Performance) -> Iterator[np.ndarray]:
    """Yield the wave whose residual comes in blocks (n,): the inverse of :func:`residual`."""
    past, done = np.zeros(ORDER, np.float32), 0
    for whole in blocks:
        for start in range(0, len(whole), _AT_ONCE * FRAME):
            block = whole[start : start + _AT_ONCE * FRAME]
            first = done // FRAME
            weights = predictors(performance, first, -(-(done + len(block)) // FRAME) - first)
            wave = np.concatenate([past, block.astype(np.float32)])
            _synthesise(wave, weights, done - first * FRAME)
            past, done = wave[-ORDER:], done + len(block)
            yield wave[ORDER:]


@lru_cache(maxsize=4096)
def _predictor(decibels: bytes) -> np.ndarray:
    """Return the weights for keys of that power, int8 relative to the loudest."""
    levels = np.frombuffer(decibels, np.int8)
    power = np.where(levels > -_RANGE, 10 ** (levels / 10), 0)
    if not power.any():
        return np.zeros(ORDER, np.float32)
    correlation = power @ _correlations()
    correlation[0] *= 1 + _FLOOR
    return solve_toeplitz(correlation[:-1], correlation[1:])[::-1].astype(np.float32)


@lru_cache(maxsize=1)
def _correlations() -> np.ndarray:
    """Return (88, ORDER + 1): r of every key by itself, 1 at τ = 0."""
    pitch = 440 * 2 ** ((np.arange(PITCHES) + LOWEST_PITCH - 69) / 12)
    delay = np.arange(ORDER + 1) / SAMPLE_RATE
    rows = []
    for frequency in pitch:
        harmonic = np.arange(1, max(1, int(_HIGHEST / frequency)) + 1)[:, None]
        width = 3 + 0.003 * harmonic * frequency
        lines = np.cos(2 * np.pi * harmonic * frequency * delay) * np.exp(-np.pi * width * delay)
        rows.append((harmonic**-2.5 * lines).sum(axis=0) / (harmonic**-2.5).sum())
    return np.stack(rows)


@njit(nogil=True, cache=True, fastmath=_FAST)
def _analyse(wave, weights, rest):
    """``wave`` has ORDER samples more in front than ``rest``."""
    order = weights.shape[1]
    for t in range(len(rest)):
        row, predicted = weights[t // FRAME], np.float32(0)
        for k in range(order):
            predicted += row[k] * wave[t + k]
        rest[t] = wave[t + order] - predicted


@njit(nogil=True, cache=True, fastmath=_FAST)
def _synthesise(wave, weights, offset):
    """In place: behind the ORDER samples of the past stands the residual, from ``offset`` in a frame on."""
    order = weights.shape[1]
    for t in range(len(wave) - order):
        row, predicted = weights[(t + offset) // FRAME], np.float32(0)
        for k in range(order):
            predicted += row[k] * wave[t + k]
        wave[t + order] += predicted
