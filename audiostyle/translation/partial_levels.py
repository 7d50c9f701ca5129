"""How loud every key's own partials are, frame by frame.

A partial may belong to several keys that sound together.  Each gets a share of its power: the larger the
key's own probability and the lower the partial's number, the larger the share.  This is one step of a
non-negative fit of templates that fall off as 1 / n, which knows no instrument and needs no iteration.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import PITCHES, log_frequency_filters

_BINS_PER_SEMITONE = 3
_WINDOW = 4096  # samples of the spectrum that is read
_SHIFTS = [round(12 * _BINS_PER_SEMITONE * float(np.log2(n))) for n in range(1, 9)]  # of eight partials
_REACH = 2  # bins to either side of a partial: two thirds of a semitone, which most vibrato does not leave
_WIDTH = PITCHES * _BINS_PER_SEMITONE
_SPREAD = 6  # frames (70 ms) in which a key is heard before it begins and after it ends
CONTEXT = _SPREAD + 1
"""Frames on either side that the levels of a frame depend on."""
_LEAST = 0.05  # probability that a key has at least: a share is never nothing
_CLAIM = 0.01  # probability above which a key claims a share
_FLOOR = 1e-12  # power that is silence


class PartialLevels(NamedTuple):
    """How loud the partials of every key are.

    Attributes:
        level: (T, K) decibels; a full-scale sine is about −6 dB, and nothing is below −120 dB.
        change: (T, K) decibels since the frame before, 0 in the first one: the mean of what the partials
            change, weighted by their power and by how surely they are the key's own.  It goes on evenly where
            another key begins or ends that shares partials, and the level does not.
    """

    level: NDArray[np.float32]
    change: NDArray[np.float32]


def measure_partials(spectrum: NDArray[np.float32], sounding: NDArray[np.float32]) -> PartialLevels:
    """Return how loud what sounds at the partials of every key is.

    Args:
        spectrum: (T, 309), magnitudes on the log-frequency axis of
            :class:`~audiostyle.models.frontend.HarmonicStack`, of its long window.
        sounding: (T, 88), the probability that each key sounds.

    Example:
        >>> silence = np.zeros((2, 309), np.float32)
        >>> bool((measure_partials(silence, np.ones((2, 88), np.float32)).level < -110).all())
        True
    """
    level = np.full(sounding.shape, 10 * np.log10(np.float32(_FLOOR)), np.float32)
    change = np.zeros(sounding.shape, np.float32)
    keys = np.flatnonzero(sounding.max(axis=0, initial=0) >= _LEAST)
    if not len(keys):
        return PartialLevels(level, change)
    tones, claims = _gather_tones(spectrum), _gather_claims(sounding)
    own = np.maximum(sounding[:, keys], np.float32(_LEAST))
    total, moved, trust = (np.full(own.shape, np.float32(_FLOOR)) for _ in range(3))
    for number, shift in enumerate(_SHIFTS, start=1):
        at, claim = shift + _BINS_PER_SEMITONE * keys, own / np.float32(number)
        share = claim / np.maximum(claims[:, at], claim)
        power = tones[:, at] ** 2 + np.float32(_FLOOR)
        total += power * share
        sure = power * share**2
        weight = np.minimum(sure[1:], sure[:-1])
        moved[1:] += weight * np.diff(np.log10(power), axis=0)
        trust[1:] += weight
    level[:, keys] = 10 * np.log10(total)
    change[1:, keys] = (10 * moved / trust)[1:]
    return PartialLevels(level, change)


def _spread(own: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the largest value in the frames whose windows overlap by half or more, (T, K)."""
    result = own.copy()
    for frames in range(1, _SPREAD + 1):
        np.maximum(result[frames:], own[:-frames], out=result[frames:])
        np.maximum(result[:-frames], own[frames:], out=result[:-frames])
    return result


def _gather_tones(spectrum: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the magnitude of a tone around each bin that is the middle of a partial, (T, bins)."""
    size = 2 * _REACH + 1
    bins = _SHIFTS[-1] + _WIDTH
    room = bins + size - spectrum.shape[1]
    magnitude = np.pad(spectrum * _get_weights(), ((0, 0), (_REACH - 1, room)))
    tones = np.zeros((len(spectrum), bins), np.float32)
    for first in range(size):
        tones += magnitude[:, first : first + bins]
    return tones


def _gather_claims(own: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much all keys (T, 88) together claim each bin and its neighbors, (T, bins)."""
    keys = np.flatnonzero(own.max(axis=0, initial=0) > _CLAIM)
    claims = np.zeros((len(own), _SHIFTS[-1] + _WIDTH + 2), np.float32)
    spread = _spread(np.maximum(own[:, keys] - np.float32(_CLAIM), 0))
    for number, shift in enumerate(_SHIFTS, start=1):
        claims[:, shift + 1 + _BINS_PER_SEMITONE * keys] += spread / np.float32(number)
    return claims[:, :-2] + claims[:, 1:-1] + claims[:, 2:]


@cache
def _get_weights() -> NDArray[np.float32]:
    """Return (309,), the share of each bin in what neighboring bins see of one line of the Fourier transform.

    Low bins are narrower than a line, which several of them see.
    """
    filters = log_frequency_filters(_WINDOW).double().numpy()
    seen = filters.sum(axis=1)
    weights: NDArray[np.float64] = filters.sum(axis=0) / (filters * seen[:, None]).sum(axis=0).clip(1e-9)
    return weights.astype(np.float32)
