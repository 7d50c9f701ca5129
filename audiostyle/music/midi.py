"""Performances to and from Standard MIDI Files.

Notes whose curves move are written as MPE (:mod:`.mpe`), all others as General MIDI: one channel a part.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import mido
import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.music.beats import TICKS_PER_BEAT, Beats
from audiostyle.music.curves import NoteCurves
from audiostyle.music.midi_channels import ChannelLogs
from audiostyle.music.mpe import EXPRESSION, Event, list_expressive_events
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.sound.atomic import AtomicAudioFile, explain_audio_errors

_PLAIN_BEAT = 0.5  # seconds: 120 beats a minute, a MIDI file's tempo where it names none
_BEND_RANGE = 2.0  # semitones at full pitch wheel, General MIDI's default
_ORDER = {"program_change": 0, "pitchwheel": 1, "control_change": 2, "note_off": 3, "note_on": 4}
"""Which of several events at one time comes first: a key is released before it is struck again."""

_LONGEST_SECONDS = 24 * 3600.0  # of a file that is read: a delta of a few bytes may claim years
_LONGEST_NUMBER = 8  # bytes; the standard allows four
_MOST_POINTS = 5_000_000  # of all curves of a file: sixteen hours of one voice

_Row = tuple[float, float, int, int, int]


class _TickedEvent(NamedTuple):
    tick: int
    message: mido.Message
    part: int


def make_midi(
    performance: Performance,
    *,
    plain: bool = False,
    beats: Beats | None = None,
    tracks: Mapping[int, str] | None = None,
) -> mido.MidiFile:
    """Convert a performance to a Standard MIDI File.

    Notes alone become a file of type 0.  Curves make it one of type 1, in which every voice has a channel of
    an MPE zone: wheels are exact to a cent, levels to a step of controller 11.  Curves end with
    their notes; expression and tuning of parts become part of the curves.

    Args:
        performance: times are rounded to a tick, half a millisecond at 120 quarter notes a minute.
        plain: leave out the curves.
        beats: where the quarter notes lie; None is 120 a minute, whatever the music does.
        tracks: part (``channel`` of its notes) → name of a track of its own; other parts are left out.  None
            puts all notes into one track.

    Example:
        >>> notes = np.array([(0.0, 1.5, 60, 90, 0)], NOTE_DTYPE)
        >>> make_midi(Performance(notes, {0: 19})).length
        1.5
        >>> [track.name for track in make_midi(Performance(notes), tracks={0: "melody"}).tracks]
        ['melody']
    """
    grid = beats or Beats(np.array([0.0, _PLAIN_BEAT]))
    curves = performance.curves
    if plain or curves is None or not (curves.cents.any() or curves.level.any()):
        opening: list[mido.Message] = []
        events = _list_events(performance)
    else:
        opening, events = list_expressive_events(performance)
    ordered = _order_events(events, grid)
    file = mido.MidiFile(type=1 if opening or beats or tracks else 0, ticks_per_beat=TICKS_PER_BEAT)
    if beats:
        file.tracks.append(_make_tempo_track(beats))
    if tracks is None:
        file.tracks.append(_make_track("Voices (MPE)" if opening else None, opening, ordered))
        return file
    if opening:
        file.tracks.append(_make_track("Zone (MPE)", opening, []))
    for part, name in tracks.items():
        file.tracks.append(_make_track(name, [], [event for event in ordered if event.part == part]))
    return file


def write_midi(
    performance: Performance,
    path: str | Path,
    *,
    plain: bool = False,
    beats: Beats | None = None,
    tracks: Mapping[int, str] | None = None,
) -> None:
    """Write a performance as a MIDI file.

    Args:
        performance: what to write.
        path: of the file, in a folder that exists.
        plain, beats, tracks: as for :func:`make_midi`.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "song.mid")
        >>> write_midi(Performance(programs={0: 19}), path)
        >>> read_midi(path).programs
        {0: 19}
    """
    make_midi(performance, plain=plain, beats=beats, tracks=tracks).save(path)


def save_midi(
    performance: Performance,
    path: str | Path,
    *,
    plain: bool = False,
    beats: Beats | None = None,
    tracks: Mapping[int, str] | None = None,
) -> None:
    """Write a performance for a user: folders are made, and the file is whole or not there.

    Args:
        performance: what to write.
        path: of the file; ``-`` is standard output.
        plain, beats, tracks: as for :func:`make_midi`.

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
            write_midi(performance, file.temporary, plain=plain, beats=beats, tracks=tracks)
        file.commit()
    finally:
        file.discard()


def read_midi(path: str | Path) -> Performance:
    """Read a Standard MIDI File, all tracks merged: notes, programs, pitch wheels and expression.

    Wheels reach as far as the file says (registered parameter 0), else two semitones.  In an MPE zone every
    note has curves of its own, of pitch by its channel's wheel and its master's, of level by controller 11
    or, where a voice has none, by its pressure; its parts are numbered by their programs.  On other channels,
    a wheel that moves becomes curves of pitch, and one that stays is the channel's tuning.

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
    rows: list[_Row] = []
    sounding: dict[tuple[int, int], tuple[float, int]] = {}
    logs = ChannelLogs()
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
        else:
            logs.process(now, message)
    rows += [(onset, now, note, vel, channel) for (channel, note), (onset, vel) in sounding.items()]
    try:
        return _make_performance(rows, logs)
    except ValueError as error:
        raise AudioReadError(f"{path}: not a readable MIDI file ({error})") from None


def _make_performance(rows: list[_Row], logs: ChannelLogs) -> Performance:
    """Return notes, onset, offset, pitch, velocity and channel, with what their channels did."""
    zone = {*logs.masters, *logs.masters.values()}
    first: dict[int, float] = {}
    for onset, *_, channel in rows:
        first[channel] = min(onset, first.get(channel, onset))
    points = 0
    bent = {channel for channel in first if channel in zone or logs.moves_wheel(channel, first[channel])}
    rows = sorted(rows, key=lambda row: (np.float32(row[0]), row[2]))
    curves = []
    for onset, offset, _, _, channel in rows:
        curves.append(logs.read_curves(channel, onset, offset) if channel in bent else ([], []))
        points += len(curves[-1][0])
        if points > _MOST_POINTS:
            raise ValueError(f"its curves have more than {_MOST_POINTS / 1e6:.0f} million points")
    parts, programs = _number_parts(rows, logs, zone)
    notes = np.array([(*row[:4], part) for row, part in zip(rows, parts, strict=True)], dtype=NOTE_DTYPE)
    outside = [(channel, log) for channel, log in enumerate(logs.logs) if channel not in zone]
    programs |= {channel: int(log.programs.values[0]) for channel, log in outside if log.programs.values}
    bends = {ch: log.wheel.values[-1] / 100 for ch, log in outside if log.wheel.values and ch not in bent}
    expression = [
        (time, channel, int(value))
        for channel, log in outside
        for time, value in zip(log.expression.times, log.expression.values, strict=True)
    ]
    known = NoteCurves.from_lists([c for c, _ in curves], [level for _, level in curves]) if bent else None
    return Performance(notes, programs, bends, tuple(sorted(expression, key=lambda e: e[0])), known)


def _number_parts(rows: list[_Row], logs: ChannelLogs, zone: set[int]) -> tuple[list[int], dict[int, int]]:
    """Return the part of every note, and the programs of the zones' parts.

    Voices of a zone that have one program are one part; other channels are parts as they are.
    """
    taken = {DRUM_CHANNEL, *(row[4] for row in rows if row[4] not in zone)}
    free = (part for part in range(64) if part not in taken)
    numbers: dict[int | None, int] = {}
    parts = []
    for onset, *_, channel in rows:
        if channel in zone:
            program = logs.get_program(channel, onset)
            if program not in numbers:
                numbers[program] = next(free, channel)
            channel = numbers[program]
        parts.append(channel)
    return parts, {part: program for program, part in numbers.items() if program is not None}


def _order_events(events: list[Event], grid: Beats) -> list[_TickedEvent]:
    """Return events in order, with their times in ticks; times before the beginning are moved to it.

    A note lasts a tick or longer.
    """
    seconds = np.array([event.seconds for event in events], np.float64)
    ticks = np.maximum(0, np.round(TICKS_PER_BEAT * grid.to_positions(seconds))).astype(int).tolist()
    for index, event in enumerate(events):
        if event.message.type == "note_off":  # it follows its note_on
            ticks[index] = max(ticks[index], ticks[index - 1] + 1)
    timed = [_TickedEvent(tick, event.message, event.part) for tick, event in zip(ticks, events, strict=True)]
    return sorted(timed, key=lambda event: (event.tick, _ORDER[event.message.type]))


def _make_track(name: str | None, opening: list[mido.Message], events: list[_TickedEvent]) -> mido.MidiTrack:
    """Return a track of messages at its beginning and of events in order."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
    track += opening
    now = 0
    for tick, message, _ in events:
        message.time = tick - now  # the message is of this file alone
        track.append(message)
        now = tick
    return track


def _make_tempo_track(beats: Beats) -> mido.MidiTrack:
    """Return a track of tempo changes."""
    track = mido.MidiTrack()
    now = 0
    for ticks, tempo in beats.list_tempos():
        track.append(mido.MetaMessage("set_tempo", tempo=tempo, time=ticks - now))
        now = ticks
    return track


def _list_events(performance: Performance) -> list[Event]:
    """Return all events of a performance without curves, in no particular order."""
    events: list[Event] = []
    for channel, program in performance.programs.items():
        change = mido.Message("program_change", channel=channel, program=program)
        events.append(Event(0.0, change, channel))
    for channel, semitones in performance.bends.items():
        wheel = int(np.clip(round(semitones / _BEND_RANGE * 8192), -8192, 8191))
        events.append(Event(0.0, mido.Message("pitchwheel", channel=channel, pitch=wheel), channel))
    for time, channel, value in performance.expression:
        message = mido.Message("control_change", channel=channel, control=EXPRESSION, value=value)
        events.append(Event(time, message, channel))
    for onset, offset, pitch, velocity, channel in performance.notes.tolist():
        struck = mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)
        released = mido.Message("note_off", channel=channel, note=pitch, velocity=64)
        events += [Event(onset, struck, channel), Event(offset, released, channel)]
    return events


class _ByteReader(io.BytesIO):
    """A file whose numbers end: mido reads one of any length, in time that grows with its square."""

    _high = 0  # bytes above 127 that were read one by one; all of a number's but its last are

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._high = self._high + 1 if size == 1 and data >= b"\x80" else 0
        if self._high > _LONGEST_NUMBER:
            raise ValueError("it holds a number that does not end")
        return data


def _read_messages(path: str | Path) -> list[mido.Message]:
    """Return the messages of all tracks in order, each with the seconds since the one before."""
    try:
        with open(path, "rb") as stream:
            file = mido.MidiFile(file=_ByteReader(stream.read()), clip=True)
        if file.ticks_per_beat <= 0:
            raise ValueError("its times are not in beats")
        messages = list(file)
        if not sum(message.time for message in messages) <= _LONGEST_SECONDS:
            raise ValueError(f"it claims to last more than {_LONGEST_SECONDS / 3600:.0f} hours")
        return messages
    except Exception as error:  # mido has no error of its own: its parser raises whatever it stumbled over
        raise AudioReadError(f"{path}: not a readable MIDI file ({error})") from None
