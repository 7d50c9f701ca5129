"""MPE, MIDI Polyphonic Expression: a channel for every voice, so that each note has its own pitch wheel.

What is written is a lower zone (MIDI Association, RP-053): channel 1 is its master, which says how many
member channels follow and how far their wheels reach; notes are on the members.  The level of a note is
controller 11, which every General MIDI instrument understands as it is meant here: 40 dB for a tenth.

Notes of the first part that are played straight share one member.  Each of the others has a member for itself
while it sounds, the one that was not used for longest; where there are more of them than members, the rest is
played straight.
"""

from dataclasses import dataclass
from typing import NamedTuple

import mido
import numpy as np
from numpy.typing import NDArray

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.music.performance import Performance

EXPRESSION = 11
"""The number of the controller."""

BEND_RANGE = 48
"""Semitones at full pitch wheel on a member channel: MPE's default."""

MASTER = 0
"""The lower zone's master channel, counted from 0."""

MEMBERS = 15
"""Most member channels of a zone."""

_SHARED = 1  # the member of notes that are played straight
_MEMBERS_WITH_DRUMS = 8  # up to the channel before the drums'
_FULL = 127
_WHEEL_SLACK, _SLACK = 1.5, 0.75  # steps by which what is sent may differ: a cent, and not yet a step


class Event(NamedTuple):
    """A message of a performance.

    Attributes:
        seconds: when it is sent.
        message: what is sent.
        part: of the performance, whose note it belongs to.
    """

    seconds: float
    message: mido.Message
    part: int


@dataclass(frozen=True)
class Voice:
    """What a note does to its channel.

    Attributes:
        wheel: (points,) steps, −8192 to 8191, one point every :data:`~audiostyle.music.curves.STEP`.
        expression: (points,) steps of controller 11, 0 to 127; neither is rounded.
        velocity: of the note, 1 to 127.
    """

    wheel: NDArray[np.float64]
    expression: NDArray[np.float64]
    velocity: int

    @property
    def is_straight(self) -> bool:
        """Whether the note leaves wheel and controller where they rest."""
        return bool(np.all(np.abs(self.wheel) < _WHEEL_SLACK) and np.all(self.expression > _FULL - _SLACK))


def to_expression(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return steps of controller 11, not rounded, for levels in decibels, none above 0.

    Example:
        >>> to_expression(np.array([0.0, -6.0, -40.0])).round(1).tolist()
        [127.0, 89.9, 12.7]
    """
    return np.clip(_FULL * 10 ** (np.maximum(level, -200.0) / 40), 0, _FULL)


def to_level(expression: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the decibels that values of controller 11 mean; 0 counts as half a step.

    Example:
        >>> to_level(np.array([127, 90])).round(1).tolist()
        [0.0, -6.0]
    """
    return 40 * np.log10(np.maximum(expression, 0.5) / _FULL)


def make_voices(performance: Performance) -> list[Voice]:
    """Return what each note does to its channel.

    Detuning of parts, their expression and the notes' own curves come together.  A controller can only make
    softer, so a note that gets louder than its velocity says has a higher velocity.
    """
    notes = performance.notes
    curves = performance.curves or NoteCurves.make_flat(len(notes))
    pedals = _index_expression(performance)
    voices = []
    for index, (onset, offset, _, velocity, part) in enumerate(notes.tolist()):
        count = max(1, int((offset - onset) / STEP) + 1)
        cents = _extend(curves.get_cents(index), count) + 100 * performance.bends.get(part, 0.0)
        level = _extend(curves.get_level(index), count)
        if part in pedals:
            times, values = pedals[part]
            held = np.searchsorted(times, onset + STEP * np.arange(count) + 1e-6, side="right") - 1
            level = level + to_level(np.where(held >= 0, values[held], _FULL))
        peak = max(0.0, float(level.max()))
        wheel = np.clip(cents / (100 * BEND_RANGE) * 8192, -8192, 8191)
        louder = int(np.clip(round(velocity * 10 ** (peak / 40)), 1, _FULL))
        voices.append(Voice(wheel, to_expression(level - peak), louder))
    return voices


def _extend(curve: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """Return a curve with as many points as are wanted; after the last one it stays."""
    if not len(curve):
        return np.zeros(count)
    return curve[np.minimum(np.arange(count), len(curve) - 1)].astype(np.float64)


def _index_expression(performance: Performance) -> dict[int, tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Return times and values of controller 11 for each part that has some."""
    parts = {part for _, part, _ in performance.expression}
    return {
        part: (
            np.array([time for time, channel, _ in performance.expression if channel == part]),
            np.array([value for _, channel, value in performance.expression if channel == part]),
        )
        for part in parts
    }


def choose_channels(
    performance: Performance, straight: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give every note a member channel.

    Args:
        performance: its notes are sorted by onset.
        straight: (notes,), whether a note leaves its channel's wheel and controller alone.

    Returns:
        The channels, (notes,), counted from 0, and whether the notes are played straight after all, (notes,):
        those are, for which no channel was left.
    """
    notes, straight = performance.notes, straight.copy()
    drums = bool(np.any(notes["channel"] == DRUM_CHANNEL))
    # Channel 10 is left out also where there are no drums: players of General MIDI would play some.
    last = _MEMBERS_WITH_DRUMS if drums else MEMBERS
    free_from = {n: -np.inf for n in range(_SHARED + 1, last + 1) if n != DRUM_CHANNEL}
    sounding: dict[int, float] = {}  # pitch: until when it sounds on the shared channel
    channels = np.full(len(notes), _SHARED)
    first = next((part for part in notes["channel"].tolist() if part != DRUM_CHANNEL), None)
    for index, (onset, offset, pitch, _, part) in enumerate(notes.tolist()):
        if part == DRUM_CHANNEL:
            channels[index] = DRUM_CHANNEL
            continue
        clashes = sounding.get(pitch, -np.inf) > onset
        if not straight[index] or clashes or part != first:
            unused = min(free_from, key=lambda channel: free_from[channel])
            if free_from[unused] < onset:  # at one time, parts' tracks have no order
                channels[index], free_from[unused] = unused, offset
                continue
        straight[index] = True
        sounding[pitch] = offset
    return channels, straight


def list_zone_messages(members: int) -> list[mido.Message]:
    """Return the messages that open a lower zone and say how far the wheels of its members reach."""
    opening = _list_parameter_messages(MASTER, 6, members)
    for channel in range(MASTER + 1, MASTER + 1 + members):
        opening += _list_parameter_messages(channel, 0, BEND_RANGE)
    return opening


def _list_parameter_messages(channel: int, parameter: int, value: int) -> list[mido.Message]:
    """Return the messages that set a registered parameter of a channel, and let go of it."""
    pairs = ((101, 0), (100, parameter), (6, value), (38, 0), (101, 127), (100, 127))
    return [mido.Message("control_change", channel=channel, control=c, value=v) for c, v in pairs]


def list_expressive_events(performance: Performance) -> tuple[list[mido.Message], list[Event]]:
    """Return what opens the zone, and all further events with their seconds, in no particular order."""
    voices = make_voices(performance)
    straight = np.array([voice.is_straight for voice in voices], bool)
    channels, straight = choose_channels(performance, straight)
    drums = bool(np.any(performance.notes["channel"] == DRUM_CHANNEL))
    opening = list_zone_messages(_MEMBERS_WITH_DRUMS if drums else MEMBERS)
    events: list[Event] = []
    programs: dict[int, int] = {}
    states: dict[int, tuple[int, int]] = {}
    for index, (onset, offset, pitch, velocity, part) in enumerate(performance.notes.tolist()):
        channel, voice = int(channels[index]), voices[index]
        program = performance.programs.get(part, 0)
        if programs.get(channel) != program and part != DRUM_CHANNEL:
            programs[channel] = program
            change = mido.Message("program_change", channel=channel, program=program)
            events.append(Event(onset, change, part))
        if part != DRUM_CHANNEL:
            velocity = voice.velocity
            if not straight[index] or channel != _SHARED:
                changes = _list_changes(voice, channel, onset, states)
                events += [Event(time, message, part) for time, message in changes]
        struck = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        released = mido.Message("note_off", channel=channel, note=pitch, velocity=64)
        events += [Event(onset, struck, part), Event(offset, released, part)]
    return opening, events


def _list_changes(
    voice: Voice, channel: int, onset: float, states: dict[int, tuple[int, int]]
) -> list[tuple[float, mido.Message]]:
    """Return wheel and controller wherever they change, and keep what they are in ``states``."""
    wheel, expression = states.get(channel, (0, _FULL))
    events: list[tuple[float, mido.Message]] = []
    for point, (bent, level) in enumerate(zip(voice.wheel.tolist(), voice.expression.tolist(), strict=True)):
        time = onset + STEP * point
        if abs(bent - wheel) >= _WHEEL_SLACK:
            wheel = round(bent)
            events.append((time, mido.Message("pitchwheel", channel=channel, pitch=wheel)))
        if abs(level - expression) >= _SLACK:
            expression = round(level)
            message = mido.Message("control_change", channel=channel, control=EXPRESSION, value=expression)
            events.append((time, message))
    states[channel] = (wheel, expression)
    return events
