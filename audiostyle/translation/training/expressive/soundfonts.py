"""Parts through a soundfont, with a MIDI channel for each voice.

Every voice has a pitch wheel and an expression controller of its own that move at every tick (5.8 ms), so
that sixteen strings can each have their own vibrato.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.music.libfluidsynth import CHANNELS, DRUM_BANK, Event, Program, SoundFont
from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.translation.training.expressive.voices import TICK, Part, Voice

_BEND_RANGE = 24  # semitones that the pitch wheel reaches: SoundFont's default
_BEND_MIDDLE = 8192
_EXPRESSION = 11  # number of the controller
_RELEASE = 1.5  # seconds for which a channel is not used again


def render_part(
    part: Part, soundfont: SoundFont, program: int, samples: int, *, drums: bool = False
) -> NDArray[np.float32]:
    """Return the sound of a part, (samples,) at 22,050 Hz.

    Args:
        part: what is played.
        soundfont: loaded with a sample rate of 22,050 Hz.
        program: General MIDI number of the instrument, 0–127, or of the drum kit.
        samples: length of the wave.
        drums: whether it is a drum kit.

    Example:
        >>> wave = render_part(Part(()), soundfont, 19, 22050)  # doctest: +SKIP
    """
    channels = [DRUM_CHANNEL] * len(part.voices) if drums else _assign_channels(part)
    programs = dict.fromkeys(channels, Program(DRUM_BANK if drums else 0, program))
    return soundfont.render(programs, _make_events(part, channels), samples)


def _assign_channels(part: Part) -> list[int]:
    """Return a channel for each voice: the one that has been unused for longest."""
    unused_from = [0.0] * CHANNELS
    unused_from[DRUM_CHANNEL] = float("inf")
    result = []
    size = min(CHANNELS, 4 + max(1, len(part.voices)))
    for voice in part.voices:
        channel = min(range(size), key=lambda c: unused_from[c])
        unused_from[channel] = voice.end + _RELEASE * ENCODER_RATE / TICK
        result.append(channel)
    return result


def _make_events(part: Part, channels: list[int]) -> dict[int, list[Event]]:
    """Return the events at each sample: releases first, then curves, then attacks."""
    releases, curves, attacks = (defaultdict[int, list[Event]](list) for _ in range(3))
    for voice, channel in zip(part.voices, channels, strict=True):
        start = max(voice.start, 0)
        for tick, position in _find_changes(_compute_wheel(voice), start):
            curves[tick].append(Event("pitch_bend", channel, (position,)))
        for tick, value in _find_changes(_compute_controller(voice), start):
            curves[tick].append(Event("control", channel, (_EXPRESSION, value)))
        attacks[start].append(Event("note_on", channel, (voice.key, voice.velocity)))
        releases[max(voice.end, start + 1)].append(Event("note_off", channel, (voice.key,)))
    ticks = sorted({*releases, *curves, *attacks})
    return {tick * TICK: [*releases[tick], *curves[tick], *attacks[tick]] for tick in ticks}


def _compute_wheel(voice: Voice) -> NDArray[np.int64]:
    values = _BEND_MIDDLE + np.round(voice.bend / _BEND_RANGE * _BEND_MIDDLE)
    return np.clip(values, 0, 2 * _BEND_MIDDLE - 1).astype(np.int64)


def _compute_controller(voice: Voice) -> NDArray[np.int64]:
    return np.clip(np.round(voice.expression * 127), 1, 127).astype(np.int64)


def _find_changes(curve: NDArray[np.int64], start: int) -> list[tuple[int, int]]:
    """Return tick and value where a curve that begins at tick ``start`` changes, its first one included."""
    changed = np.flatnonzero(np.diff(curve, prepend=curve[0] - 1))
    return [(start + int(index), int(curve[index])) for index in changed]
