"""What one instrument plays, voice by voice, with the pitch and the loudness of each at every moment.

Curves have :data:`TICK_RATE` values a second, two for each frame of the code.  Every renderer follows them,
so the targets are what was played, and nothing has to be estimated from the sound.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import ENCODER_RATE, HOP

TICK = HOP // 2
"""Samples at 22,050 Hz between two values of a curve."""

TICK_RATE = ENCODER_RATE / TICK
"""Values of a curve a second: 172.27."""

TICKS_PER_FRAME = HOP // TICK
"""Values of a curve for each frame of the code."""


@dataclass(frozen=True)
class TargetNote:
    """A note that the encoder is to find.

    Attributes:
        start: tick at which it begins, counted from the beginning of the recording.
        stop: tick at which it ends.
        pitch: MIDI number.
    """

    start: int
    stop: int
    pitch: int


@dataclass(frozen=True)
class Voice:
    """One attack, and the sound that follows until the key is released.

    Attributes:
        start: tick of the attack.
        stop: tick at which the key is released.
        key: MIDI number of the key that is struck.
        velocity: 1–127.
        bend: semitones above ``key``, one value a tick from ``start`` on; the last one is held.
        expression: factor of the loudness in [0, 1], likewise (controller 11 divided by 127).
        targets: the notes that are to be found: usually one, several where the pitch slides from note to
            note, none for a doubling such as an organ stop.
        sustained: tick until which a pedal holds the voice, if that is later than ``stop``.
    """

    start: int
    stop: int
    key: int
    velocity: int
    bend: NDArray[np.float32]
    expression: NDArray[np.float32]
    targets: tuple[TargetNote, ...]
    sustained: int = 0

    @property
    def end(self) -> int:
        """The tick from which neither key nor pedal holds the voice."""
        return max(self.stop, self.sustained)

    def sample_bend(self, ticks: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the bend in semitones at ticks of the recording."""
        return _sample(self.bend, ticks - self.start)

    def sample_expression(self, ticks: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the expression at ticks of the recording."""
        return _sample(self.expression, ticks - self.start)


@dataclass(frozen=True)
class Part:
    """The voices of one instrument.

    Attributes:
        voices: sorted by start.
        gain: decibels by which the part is louder in the mix than it is played.

    Example:
        >>> flat = np.ones(1, np.float32)
        >>> note = TargetNote(0, 172, 60)
        >>> part = Part((Voice(0, 172, 60, 90, 0 * flat, flat, (note,)),))
        >>> part.remove_targets().voices[0].targets
        ()
    """

    voices: tuple[Voice, ...]
    gain: float = 0.0

    def remove_targets(self) -> "Part":
        """Return a part that sounds the same and of which no note is to be found."""
        return replace(self, voices=tuple(replace(voice, targets=()) for voice in self.voices))


def mix_voices(
    part: Part, samples: int, render: Callable[[Voice, int], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return the sum of the sounds of a part's voices, (samples,).

    Args:
        part: voices that begin after the end are left out.
        samples: length of the wave at 22,050 Hz.
        render: returns the sound of a voice, given the number of samples that are left of the wave.

    Example:
        >>> flat = np.ones(1, np.float32)
        >>> voices = tuple(Voice(start, 9, 60, 90, flat, flat, ()) for start in (0, 1, 2))
        >>> mix_voices(Part(voices), 200, lambda voice, left: np.ones(left, np.float32))[127:129].tolist()
        [1.0, 2.0]
    """
    wave = np.zeros(samples, np.float32)
    for voice in part.voices:
        begin = voice.start * TICK
        if begin < samples:
            sound = render(voice, samples - begin)
            wave[begin : begin + len(sound)] += sound
    return wave


def to_ticks(seconds: float) -> int:
    """Return the tick nearest to a time."""
    return round(seconds * TICK_RATE)


def to_frame(tick: int) -> int:
    """Return the frame of the code nearest to a tick."""
    return round(tick / TICKS_PER_FRAME)


def _sample(curve: NDArray[np.float32], index: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return values of a curve; its ends are held."""
    return curve[np.clip(index, 0, len(curve) - 1)]
