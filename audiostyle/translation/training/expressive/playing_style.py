"""How pitch and loudness change within a note: vibrato, scoops, slides, drift and swells.

Curves are (ticks,) float32 at :data:`.voices.TICK_RATE`: pitches in semitones, loudness as a factor.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.translation.training.expressive.voices import TICK_RATE

Curve = NDArray[np.float32]

_DECIBELS_PER_DECADE = 40  # of loudness: a synthesizer's amplitude is the square of its expression


@dataclass(frozen=True)
class PlayingStyle:
    """How somebody plays a piece.  Probabilities are for each note.

    Attributes:
        vibrato: largest deviation in semitones in either direction.
        rate: of the vibrato, in hertz.
        delay: seconds from the attack to the beginning of the vibrato.
        vibrato_probability: that a note has vibrato.
        scoop_probability: that a note begins below its pitch.
        slide_probability: that the pitch slides from a note to the next without an attack, where they are
            joined.
        drift: standard deviation in semitones of slow changes of pitch.
        tuning: semitones by which everything is above 440 Hz.
        swell_probability: that a note has a swell of its own.
        depth: decibels of the swells of notes and of phrases.
        phrasing: whether the loudness rises and falls over phrases.
    """

    vibrato: float = 0.0
    rate: float = 5.5
    delay: float = 0.2
    vibrato_probability: float = 0.0
    scoop_probability: float = 0.0
    slide_probability: float = 0.0
    drift: float = 0.0
    tuning: float = 0.0
    swell_probability: float = 0.0
    depth: float = 0.0
    phrasing: bool = False


def draw_plain_style(tuning: float, rng: np.random.Generator) -> PlayingStyle:
    """Draw a style with steady pitches; four times in ten with slow changes of loudness, as in a crescendo.

    Args:
        tuning: semitones above 440 Hz.
        rng: decides the rest.

    Example:
        >>> draw_plain_style(0.1, np.random.default_rng(0)).vibrato
        0.0
    """
    if rng.random() < 0.6:
        return PlayingStyle(tuning=tuning)
    return PlayingStyle(tuning=tuning, depth=rng.uniform(4, 30), phrasing=True)


def draw_expressive_style(tuning: float, rng: np.random.Generator) -> PlayingStyle:
    """Draw the style of a player of a sustained instrument, such as a violin."""
    return PlayingStyle(
        vibrato=float(np.exp(rng.uniform(np.log(0.1), np.log(0.9)))) if rng.random() < 0.75 else 0.0,
        rate=rng.uniform(4, 7.5),
        delay=float(rng.choice([0.0, rng.uniform(0, 0.6)])),
        vibrato_probability=rng.uniform(0.5, 1),
        scoop_probability=float(rng.choice([0, rng.uniform(0, 0.4)])),
        slide_probability=float(rng.choice([0, rng.uniform(0, 0.6)], p=[0.6, 0.4])),
        drift=rng.uniform(0, 0.08),
        tuning=tuning,
        swell_probability=float(rng.choice([0, rng.uniform(0.2, 0.9)])),
        depth=rng.uniform(4, 40),
        phrasing=bool(rng.random() < 0.5),
    )


def draw_vocal_style(tuning: float, rng: np.random.Generator) -> PlayingStyle:
    """Draw the style of a singer: wide vibrato half of the time, many scoops and slides."""
    trained = rng.random() < 0.5
    return PlayingStyle(
        vibrato=rng.uniform(0.3, 1.2) if trained else rng.uniform(0, 0.3),
        rate=rng.uniform(4.5, 6.8),
        delay=rng.uniform(0, 0.5),
        vibrato_probability=rng.uniform(0.4, 1),
        scoop_probability=rng.uniform(0.1, 0.6),
        slide_probability=rng.uniform(0.1, 0.7),
        drift=rng.uniform(0.02, 0.15),
        tuning=tuning,
        swell_probability=rng.uniform(0.1, 0.7),
        depth=rng.uniform(4, 20),
        phrasing=bool(rng.random() < 0.5),
    )


def make_vibrato(length: int, style: PlayingStyle, rng: np.random.Generator) -> Curve:
    """Return a vibrato of ``length`` ticks that begins after a delay; its rate and width vary a little."""
    time = np.arange(length) / TICK_RATE
    phase = 2 * np.pi * style.rate * rng.uniform(0.92, 1.08) * time + rng.uniform(0, 2 * np.pi)
    phase += 0.5 * _make_smooth_noise(length, 1.0, rng)
    onset = np.clip((time - style.delay * rng.uniform(0.5, 1.5)) / 0.2, 0, 1)
    return (style.vibrato * rng.uniform(0.6, 1.0) * onset * np.sin(phase)).astype(np.float32)


def make_scoop(length: int, rng: np.random.Generator) -> Curve:
    """Return a rise to the pitch from 0.7 to 3 semitones below it, within a quarter of a second."""
    time = np.arange(length) / TICK_RATE
    duration, depth = rng.uniform(0.04, 0.25), rng.uniform(0.7, 3.0)
    rest = np.clip(1 - time / duration, 0, 1)
    return (-depth * rest ** rng.uniform(1.0, 2.5)).astype(np.float32)


def make_drift(length: int, style: PlayingStyle, rng: np.random.Generator) -> Curve:
    """Return slow changes about the pitch, and a constant error."""
    return style.drift * (_make_smooth_noise(length, 1.5, rng) + np.float32(rng.normal()))


def make_slide(ticks: NDArray[np.float64], middle: float, duration: float) -> NDArray[np.float64]:
    """Return how much of a slide is done at each tick, from 0 to 1.

    Args:
        ticks: of any shape.
        middle: tick at which half of it is done.
        duration: of the slide, in ticks.

    Example:
        >>> make_slide(np.array([0.0, 10.0, 20.0]), 10.0, 20.0).round(3).tolist()
        [0.0, 0.5, 1.0]
    """
    share = np.clip((ticks - middle) / max(duration, 1e-6) + 0.5, 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * share))


def make_swell(length: int, style: PlayingStyle, rng: np.random.Generator) -> Curve:
    """Return a rise, a fall, or a rise and a fall of loudness within a note, a factor of at most 1."""
    share = np.linspace(0, 1, length)
    peak = float(rng.choice([0.0, 1.0, rng.uniform(0.2, 0.8)]))
    rise, fall = share / max(peak, 1e-6), (1 - share) / max(1 - peak, 1e-6)
    arch = np.clip(np.minimum(rise, fall), 0, 1) ** rng.uniform(0.6, 1.8)
    decibels = style.depth * rng.uniform(0.3, 1.0) * (arch - 1)
    return (10 ** (decibels / _DECIBELS_PER_DECADE)).astype(np.float32)


def make_phrasing(length: int, style: PlayingStyle, rng: np.random.Generator) -> Curve:
    """Return the slow changes of loudness of a whole piece, a factor of at most 1."""
    time = np.arange(length) / TICK_RATE
    if rng.random() < 0.4:  # one crescendo or diminuendo, or several
        period = rng.uniform(3, 20)
        arch = np.abs(((time / period + rng.random()) % 2) - 1)
    else:
        arch = 0.5 + 0.5 * np.sin(2 * np.pi * (time / rng.uniform(2, 12) + rng.random()))
    return (10 ** (style.depth * (arch - 1) / _DECIBELS_PER_DECADE)).astype(np.float32)


def _make_smooth_noise(length: int, rate: float, rng: np.random.Generator) -> Curve:
    """Return noise with a standard deviation of about 1 that changes sign about ``rate`` times a second."""
    knots = max(4, int(length / TICK_RATE * rate * 2) + 4)
    values = rng.normal(size=knots)
    return np.interp(np.linspace(0, knots - 1.001, length), np.arange(knots), values).astype(np.float32)
