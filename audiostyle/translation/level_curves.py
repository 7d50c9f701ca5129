"""Level curves: how loud notes are, and how their level moves, from the energy of their partials.

A note's level is what its own partials have, in decibels, against what the instrument would do by itself.
Bowed, blown and sung notes would stay as they are, so every change is the player's.  Plucked and struck notes
die away, and that is not the player's: where the notes around are of that kind, the curve stays at 0.

The curve adds up the changes from frame to frame, which other notes disturb less than they do the level; the
level says where the curve as a whole lies.  The spectrum's window is longer than an attack, so within half a
window of its ends a note's energy is that of what comes before and after too; there the curve is held.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import FRAME_RATE
from audiostyle.translation.pitch_curves import Contour

Curve = NDArray[np.float32]

_EDGE = 8  # frames: half of the window
_SHORTEST = 10  # frames between the edges that a curve needs
_DEEPEST = -40.0  # decibels below the loudest moment
_NEIGHBORHOOD = 6.0  # seconds to either side
_SURE = (0.25, 0.5)  # share of dying notes around from which a note may be one, and from which it is
_DECIBELS_PER_DECADE = 40.0  # of velocity: a synthesizer's amplitude is the square of it
_LOUDEST = 118  # velocity that nine tenths of the notes do not exceed
_ATTACK = 3  # frames at which an encoder's loudness is read


def measure_levels(contours: Sequence[Contour]) -> tuple[NDArray[np.float64], list[Curve]]:
    """Return how loud notes are at their loudest, and how their levels move.

    Args:
        contours: sorted by their first frames.

    Returns:
        Decibels of the loudest moment, (notes,), and for each note a curve (n,) of decibels below it.

    Example:
        >>> frames = 100
        >>> ones, swell = np.ones(frames, np.float32), -np.abs(np.linspace(-20, 20, frames, dtype=np.float32))
        >>> change = np.diff(swell, prepend=swell[:1])
        >>> loudest, curves = measure_levels([Contour(0, 39, 0 * ones, ones, ones, swell - 30, change)])
        >>> loudest.round().tolist(), curves[0][[10, 30, 50]].round().tolist()
        ([-30.0], [-16.0, -8.0, 0.0])
    """
    inner = [_add_up(contour) for contour in contours]
    dying = _find_dying(contours, inner)
    loudest, curves = np.zeros(len(contours)), []
    for number, (contour, curve) in enumerate(zip(contours, inner, strict=True)):
        frames = len(contour.level)
        loudest[number] = float((curve if len(curve) else contour.level).max())
        if not len(curve):
            curves.append(np.zeros(frames, np.float32))
            continue
        own = np.maximum(_hold_edges(curve, frames) - curve.max(), _DEEPEST)
        curves.append((own * (1 - dying[number])).astype(np.float32))
    return loudest, curves


def choose_velocities(loudest: NDArray[np.float64], contours: Sequence[Contour]) -> NDArray[np.int64]:
    """Return the velocities of notes: their differences as measured, their mean as the encoder hears it.

    How loud music was played cannot be measured, since a recording has any level; an encoder hears it by the
    timbre.  Differences between notes are measured, in decibels, of which 40 are a factor of ten.

    Args:
        loudest: decibels of each note, (notes,).
        contours: of the notes, with the loudness that the encoder hears.

    Example:
        >>> frame = np.full(9, 0.5, np.float32)
        >>> same = [Contour(0, 39, *[frame] * 5)] * 3
        >>> choose_velocities(np.array([-30.0, -20.0, -25.0]), same).tolist()
        [48, 85, 64]
    """
    if not len(contours):
        return np.zeros(0, np.int64)
    heard = np.array([float(contour.loudness[:_ATTACK].mean()) for contour in contours])
    heard = _DECIBELS_PER_DECADE * np.log10(np.maximum(heard, 1 / 127))
    decibels = loudest - np.median(loudest) + np.median(heard)
    highest = _DECIBELS_PER_DECADE * np.log10(_LOUDEST / 127)
    decibels -= max(0.0, float(np.percentile(decibels, 90)) - highest)
    velocity = 127 * 10 ** (decibels / _DECIBELS_PER_DECADE)
    return np.clip(np.round(velocity), 1, 127).astype(np.int64)


def trace_level(contour: Contour) -> Curve:
    """Return the level of a note's own partials in decibels, (n,), whatever its instrument does by itself.

    Example:
        >>> ones, level = np.ones(40, np.float32), np.linspace(0, -8, 40, dtype=np.float32)
        >>> contour = Contour(0, 39, 0 * ones, ones, ones, level, np.diff(level, prepend=level[:1]))
        >>> trace_level(contour)[[20, 30]].round().tolist()
        [-4.0, -6.0]
    """
    curve = _add_up(contour)
    return _hold_edges(curve, len(contour.level)) if len(curve) else contour.level


def _hold_edges(curve: Curve, frames: int) -> Curve:
    """Return a curve between the edges of a note for all of its frames."""
    return curve[np.clip(np.arange(frames) - _EDGE, 0, len(curve) - 1)]


def _add_up(contour: Contour) -> Curve:
    """Return the level of a note between its edges; of one that is too short, nothing."""
    level, change = (row[_EDGE:-_EDGE].astype(np.float64) for row in (contour.level, contour.change))
    if len(level) < _SHORTEST:
        return np.zeros(0, np.float32)
    moved = np.cumsum(change)
    middle = np.sort(level - moved)[len(moved) // 2]
    return _smooth((moved + middle).astype(np.float32))


def _find_dying(contours: Sequence[Contour], curves: Sequence[Curve]) -> NDArray[np.float64]:
    """Return how surely each note's instrument dies away by itself, (notes,) in [0, 1]."""
    signs = np.array([_judge_decay(*pair) for pair in zip(curves, contours, strict=True)]).reshape(-1, 3)
    if not len(signs):
        return np.zeros(0)
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(signs[:, :2], axis=0)])
    starts = np.array([contour.first / FRAME_RATE for contour in contours])
    low, high = (np.searchsorted(starts, starts + sign * _NEIGHBORHOOD) for sign in (-1, 1))
    dying, weight = (sums[high] - sums[low]).T
    share = np.clip((dying / np.maximum(weight, 1e-9) - _SURE[0]) / (_SURE[1] - _SURE[0]), 0, 1)
    return share * signs[:, 2]


def _judge_decay(curve: Curve, contour: Contour) -> tuple[float, float, float]:
    """Return how much a note speaks for an instrument that dies away, its weight, and whether it may be one.

    Such a note is loudest at its beginning, becomes softer by 3 dB a second or more, never gets much louder,
    and its pitch stays where it is: nobody holds it.
    """
    if not len(curve):
        return 0.0, 0.0, 1.0
    peak, weight = int(np.argmax(curve)), min(len(curve) / FRAME_RATE, 1.0)
    rise = float(np.max(curve - np.minimum.accumulate(curve)))
    rest = curve[peak:]
    fall = float(rest[0] - rest[-1]) / (len(rest) / FRAME_RATE) if len(rest) >= _SHORTEST else 0.0
    ranked = np.sort(contour.cents[_EDGE:-_EDGE])
    motion = float(ranked[len(ranked) * 9 // 10] - ranked[len(ranked) // 10])
    still = _clip((10 - motion) / 5)  # cents: 2 to 5 for pianos and guitars, 5 to 80 for what is held
    early = _clip((0.3 - peak / len(curve)) / 0.15)
    evidence = early * _clip((fall - 1) / 3) * _clip((5 - rise) / 2.5) * still
    return weight * evidence, weight, _clip((8 - rise) / 4) * still


def _clip(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _smooth(curve: Curve) -> Curve:
    """Return the means of three neighbors, at the ends of two."""
    sums = curve.copy()
    sums[1:] += curve[:-1]
    sums[:-1] += curve[1:]
    sums[1:-1] /= 3
    sums[[0, -1]] /= 2
    return sums
