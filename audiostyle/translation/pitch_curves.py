"""Pitch curves: which key a note is on, and how its pitch moves about it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import PITCHES
from audiostyle.translation.fragments import Fragment

_NOISE, _EDGE_NOISE = 8.0, 25.0  # cents: what moves less is noise of the measurement
_EDGE = 6  # frames at either end in which there is more of it
_FAINTEST = 0.01  # weight of a frame in which hardly anything is heard


class Contour(NamedTuple):
    """A note followed through its n frames.

    Attributes:
        first: its first frame.
        key: 0 is the lowest one of a piano.
        cents: (n,), how far its pitch lies above the key's.
        sounding: (n,), the probability that it sounds, in [0, 1].
        loudness: (n,), in [0, 1].
        level: (n,), decibels of its partials.
        change: (n,), decibels of them since the frame before.
    """

    first: int
    key: int
    cents: NDArray[np.float32]
    sounding: NDArray[np.float32]
    loudness: NDArray[np.float32]
    level: NDArray[np.float32]
    change: NDArray[np.float32]


def trace_contour(fragments: Sequence[Fragment], tuning: float = 0.0) -> Contour:
    """Return the contour of a note: where its fragments overlap, the mean weighted by how surely they sound.

    The key is the one that is nearest to the median of its pitch.

    Args:
        fragments: of one note; at least one.
        tuning: cents by which the whole recording is off (:mod:`.tuning`); keys are counted from there.

    Example:
        >>> row = np.ones(4, np.float32)
        >>> rising = Fragment(39, 5, 0.9, [np.stack([row, row, 10 * np.arange(4), row, row])])
        >>> trace_contour([rising]).cents.tolist()
        [0.0, 10.0, 20.0, 30.0]
    """
    if len(fragments) == 1:
        only = fragments[0]
        sounding, loudness, cents, *levels = only.values
        key = _find_key(100 * only.key + _find_middle(cents), tuning) if tuning else only.key
        cents = _steady(cents + np.float32(100 * (only.key - key)))
        return Contour(only.first, key, cents, sounding, loudness, *levels)
    first, end = min(part.first for part in fragments), max(part.end for part in fragments)
    weight, sums = np.zeros(end - first), np.zeros((4, end - first))
    for part in fragments:
        at, (sounding, loudness, cents, *levels) = slice(part.first - first, part.end - first), part.values
        own = np.maximum(sounding, _FAINTEST)
        weight[at] += own
        sums[:, at] += own * np.stack([loudness, 100.0 * part.key + cents, *levels])
    frames, heard = np.arange(end - first), np.flatnonzero(weight)
    means = [np.interp(frames, heard, row[heard] / weight[heard]) for row in sums]
    loudness, pitch, level, change = (mean.astype(np.float32) for mean in means)
    key = _find_key(_find_median(pitch, weight), tuning)
    sounding = np.minimum(weight, 1).astype(np.float32)
    return Contour(first, key, _steady(pitch - np.float32(100 * key)), sounding, loudness, level, change)


def _steady(cents: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a curve that hardly moves as one that does not.

    Where a note begins and ends, less is known of its pitch: there, only what goes far is a motion.
    """
    inside = cents[_EDGE:-_EDGE]
    if not len(inside) or inside.max() - inside.min() > _NOISE:
        return cents
    middle = np.sort(inside)[len(inside) // 2]
    return cents if np.abs(cents - middle).max() > _EDGE_NOISE else np.full_like(cents, middle)


def _find_key(pitch: float, tuning: float) -> int:
    """Return the key of a pitch in cents above the lowest key; keys are as much off as the recording."""
    return min(max(round((pitch - tuning) / 100), 0), PITCHES - 1)


def _find_middle(values: NDArray[np.float32]) -> float:
    """Return the median of a few values; NumPy's own takes five times as long."""
    ranked, half = np.sort(values), len(values) // 2
    return float(ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2)


def _find_median(values: NDArray[np.float32], weight: NDArray[np.float64]) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
