"""Performances to and from Standard MIDI Files."""

from pathlib import Path

import mido
import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.sound.atomic import AtomicAudioFile, explain_audio_errors

_TICKS_PER_SECOND = 1920  # 960 ticks a quarter note at 120 quarter notes a minute: half a millisecond
_EXPRESSION = 11  # the number of the MIDI controller
_BEND_RANGE = 2.0  # semitones at full pitch wheel, General MIDI's default
_ORDER = {"program_change": 0, "pitchwheel": 1, "control_change": 2, "note_off": 3, "note_on": 4}
"""Which of several events at one time comes first: a key is released before it is struck again."""


def make_midi(performance: Performance) -> mido.MidiFile:
    """Convert a performance to a type-0 Standard MIDI File at 120 quarter notes a minute.

    Args:
        performance: times are rounded to half a millisecond.

    Example:
        >>> notes = np.array([(0.0, 1.5, 60, 90, 0)], NOTE_DTYPE)
        >>> make_midi(Performance(notes, {0: 19})).length
        1.5
    """
    track = mido.MidiTrack()
    now = 0
    for ticks, message in sorted(_list_events(performance), key=lambda e: (e[0], _ORDER[e[1].type])):
        track.append(message.copy(time=ticks - now))
        now = ticks
    file = mido.MidiFile(type=0, ticks_per_beat=960)
    file.tracks.append(track)
    return file


def write_midi(performance: Performance, path: str | Path) -> None:
    """Write a performance as a MIDI file, see :func:`make_midi`.

    Args:
        performance: what to write.
        path: of the file, in a folder that exists.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "song.mid")
        >>> write_midi(Performance(programs={0: 19}), path)
        >>> read_midi(path).programs
        {0: 19}
    """
    make_midi(performance).save(path)


def save_midi(performance: Performance, path: str | Path) -> None:
    """Write a performance for a user: folders are made, and the file is whole or not there.

    Args:
        performance: what to write.
        path: of the file; ``-`` is standard output.

    Raises:
        AudioWriteError: it cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "new folder", "song.mid")
        >>> save_midi(Performance(programs={0: 19}), path)
        >>> path.is_file()
        True
    """
    file = AtomicAudioFile(path)
    try:
        with explain_audio_errors(file.name):
            write_midi(performance, file.temporary)
        file.commit()
    finally:
        file.discard()


def read_midi(path: str | Path) -> Performance:
    """Read the notes, programs, pitch wheels and expression of a Standard MIDI File, all tracks merged.

    Args:
        path: of a file of type 0 or 1.

    Returns:
        A performance with times in seconds, whatever tempo changes the file has.  A note that is struck again
        before it was released ends there; one that is never released ends with the file.

    Raises:
        AudioReadError: the file is missing or is not MIDI.

    Example:
        >>> import tempfile
        >>> notes = np.array([(0.5, 1.5, 60, 90, 0)], NOTE_DTYPE)
        >>> path = Path(tempfile.mkdtemp(), "song.mid")
        >>> write_midi(Performance(notes), path)
        >>> read_midi(path).notes.tolist()
        [(0.5, 1.5, 60, 90, 0)]
    """
    rows: list[tuple[float, float, int, int, int]] = []
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    programs: dict[int, int] = {}
    bends: dict[int, float] = {}
    expression = []
    now = 0.0
    for message in _read_messages(path):
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


def _list_events(performance: Performance) -> list[tuple[int, mido.Message]]:
    """Return all events of a performance, each with its time in ticks, in no particular order."""
    events: list[tuple[int, mido.Message]] = []
    for channel, program in performance.programs.items():
        events.append((0, mido.Message("program_change", channel=channel, program=program)))
    for channel, semitones in performance.bends.items():
        wheel = int(np.clip(round(semitones / _BEND_RANGE * 8192), -8192, 8191))
        events.append((0, mido.Message("pitchwheel", channel=channel, pitch=wheel)))
    for time, channel, value in performance.expression:
        message = mido.Message("control_change", channel=channel, control=_EXPRESSION, value=value)
        events.append((_to_ticks(time), message))
    for onset, offset, pitch, velocity, channel in performance.notes.tolist():
        on = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        off = mido.Message("note_off", channel=channel, note=pitch, velocity=64)
        events.append((_to_ticks(onset), on))
        events.append((max(_to_ticks(offset), _to_ticks(onset) + 1), off))
    return events


def _read_messages(path: str | Path) -> list[mido.Message]:
    """Return the messages of all tracks in order, each with the seconds since the one before."""
    try:
        file = mido.MidiFile(path, clip=True)
        if file.ticks_per_beat <= 0:
            raise ValueError("its times are not in beats")
        return list(file)
    except Exception as error:  # mido has no error of its own: its parser raises whatever it stumbled over
        raise AudioReadError(f"{path}: not a readable MIDI file ({error})") from None


def _to_ticks(seconds: float) -> int:
    """Return a time in ticks; times before the beginning are moved to it."""
    return max(0, round(seconds * _TICKS_PER_SECOND))
