"""Performances to and from Standard MIDI Files."""

from pathlib import Path

import mido
import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.music.performance import NOTE_DTYPE, Performance
from audiostyle.sound.atomic import AtomicFile, explain_errors

_TICKS_PER_SECOND = 1920  # 960 ticks a quarter at 120 quarters a minute: half a millisecond
_EXPRESSION = 11
_BEND_RANGE = 2.0  # semitones at full pitch wheel, General MIDI's default
_ORDER = {"program_change": 0, "pitchwheel": 1, "control_change": 2, "note_off": 3, "note_on": 4}


def write_midi(performance: Performance, path: Path) -> None:
    """Write a performance as a type-0 Standard MIDI File at 120 quarter notes a minute."""
    make_midi(performance).save(path)


def make_midi(performance: Performance) -> mido.MidiFile:
    """Return a performance as a type-0 Standard MIDI File in memory, at 120 quarter notes a minute.

    Example:
        >>> notes = np.array([(0.0, 0.5, 60, 100, 0)], NOTE_DTYPE)
        >>> [message.type for message in make_midi(Performance(notes, {0: 40}))]
        ['program_change', 'note_on', 'note_off', 'end_of_track']
    """
    events: list[tuple[int, mido.Message]] = []
    for channel, program in performance.programs.items():
        events.append((0, mido.Message("program_change", channel=channel, program=program)))
    for channel, semitones in performance.bends.items():
        wheel = int(np.clip(round(semitones / _BEND_RANGE * 8192), -8192, 8191))
        events.append((0, mido.Message("pitchwheel", channel=channel, pitch=wheel)))
    for time, channel, value in performance.expression:
        message = mido.Message("control_change", channel=channel, control=_EXPRESSION, value=value)
        events.append((_ticks(time), message))
    for onset, offset, pitch, velocity, channel in performance.notes.tolist():
        on = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        off = mido.Message("note_off", channel=channel, note=pitch, velocity=64)
        events.append((_ticks(onset), on))
        events.append((max(_ticks(offset), _ticks(onset) + 1), off))
    track = mido.MidiTrack()
    now = 0
    for ticks, message in sorted(events, key=lambda event: (event[0], _ORDER[event[1].type])):
        track.append(message.copy(time=ticks - now))
        now = ticks
    file = mido.MidiFile(type=0, ticks_per_beat=960)
    file.tracks.append(track)
    return file


def save_midi(performance: Performance, path: Path) -> None:
    """Write a performance for a user: folders are made, and the file is whole or not there.

    Raises:
        AudioWriteError: it cannot be written.
    """
    file = AtomicFile(path)
    try:
        with explain_errors(file.name):
            write_midi(performance, file.temporary)
        file.commit()
    finally:
        file.discard()


def read_midi(path: Path) -> Performance:
    """Read notes, programs, pitch wheels and expression of any Standard MIDI File, all tracks merged.

    Raises:
        AudioReadError: the file is missing or is not MIDI.
    """
    rows: list[tuple[float, float, int, int, int]] = []
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    programs: dict[int, int] = {}
    bends: dict[int, float] = {}
    expression = []
    now = 0.0
    for message in _messages(path):
        now += message.time
        if message.type in ("note_on", "note_off"):
            key = (message.channel, message.note)
            if key in sounding:
                onset, velocity = sounding.pop(key)
                rows.append((onset, now, message.note, velocity, message.channel))
            if message.type == "note_on" and message.velocity:
                sounding[key] = (now, message.velocity)
        elif message.type == "program_change":
            programs.setdefault(message.channel, message.program)
        elif message.type == "pitchwheel":
            bends[message.channel] = message.pitch / 8192 * _BEND_RANGE
        elif message.type == "control_change" and message.control == _EXPRESSION:
            expression.append((now, message.channel, message.value))
    rows += [(onset, now, note, vel, channel) for (channel, note), (onset, vel) in sounding.items()]
    notes = np.sort(np.array(rows, dtype=NOTE_DTYPE), order=["onset", "pitch"])
    return Performance(notes, programs, bends, tuple(expression))


def _messages(path: Path) -> list[mido.Message]:
    """Return the messages of all tracks in order, their times in seconds since the one before."""
    try:
        file = mido.MidiFile(path, clip=True)
        if file.ticks_per_beat <= 0:
            raise ValueError("its times are not in beats")
        return list(file)
    except Exception as error:  # whatever the parser stumbled over: it has no error of its own
        raise AudioReadError(f"{path}: not a readable MIDI file ({error})") from None


def _ticks(seconds: float) -> int:
    return max(0, round(seconds * _TICKS_PER_SECOND))
