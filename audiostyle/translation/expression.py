"""How much of the playing a domain takes over: curves of notes, turned into what its instrument can do.

A bowed, blown or sung note can swell and bend; a struck or plucked one goes its own way once it has begun.
Such a domain takes over what it can: the level at which a note begins becomes its velocity, so that a swell
under a chord is heard in the notes that follow, and a pitch that glides to another one becomes notes.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.performance import Performance
from audiostyle.translation.followed import FOLLOWED
from audiostyle.translation.glides import split_glides
from audiostyle.translation.note_curves import LOUDNESS_DECIBELS

_SEMITONE = 100  # cents
_INAUDIBLE = 3  # cents by which a note may be off all its life
_STRIKE = round(0.15 / STEP)  # points of a curve whose loudest counts as the level at which a note begins


def adapt_expression(
    performance: Performance,
    *,
    bend: float,
    level: bool,
    expression: float = 1.0,
    follow: Iterable[str] = FOLLOWED,
) -> Performance:
    """Return a performance with such curves as a domain can follow.

    Args:
        performance: with curves or without.
        bend: semitones by which the domain's notes can be bent to either side.
        level: whether the level of its notes can change while they sound.
        expression: share of all deviations of pitch and level, 0 to 1; without any, the notes are plain.
        follow: what is followed.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0.0, 1.0, 60, 100, 0)], NOTE_DTYPE)
        >>> swell = NoteCurves.from_lists([[30.0] * 80], [np.linspace(-20, 0, 80)])
        >>> struck = adapt_expression(Performance(notes, curves=swell), bend=0, level=False)
        >>> int(struck.notes["velocity"][0]), len(struck.notes), float(abs(struck.curves.level).max())
        (38, 1, 0.0)
    """
    curves = performance.curves
    if curves is None or expression == 0 or not follow:
        return replace(performance, curves=None)
    shares = [expression if name in follow else 0.0 for name in ("pitch", "level")]
    performance = replace(performance, curves=_straighten(curves.scale(*shares)))
    performance = split_glides(performance, _SEMITONE * bend)
    return performance if level else _strike_notes(performance)


def _straighten(curves: NoteCurves) -> NoteCurves:
    """Return the curves without bends that nobody hears: straight notes take less time to make."""
    cents = curves.cents.copy()
    for start, stop in zip(curves.starts[:-1], curves.starts[1:], strict=True):
        if np.abs(cents[start:stop]).max(initial=0) < _INAUDIBLE:
            cents[start:stop] = 0
    return replace(curves, cents=cents)


def _strike_notes(performance: Performance) -> Performance:
    """Return the notes with the levels at which they begin as velocities, and flat from there on."""
    curves = performance.curves
    assert curves is not None
    levels = [curves.get_level(note)[:_STRIKE].max(initial=-np.inf) for note in range(len(curves))]
    decibels = np.where(np.diff(curves.starts) > 0, np.nan_to_num(levels, neginf=-200.0), 0.0)
    notes = performance.notes.copy()
    velocity = notes["velocity"] * 10 ** (decibels / LOUDNESS_DECIBELS)
    notes["velocity"] = np.clip(np.round(velocity), 1, 127)
    return replace(performance, notes=notes, curves=NoteCurves(curves.starts, curves.cents, 0 * curves.cents))
