"""MIDI files: what was written is read, and what is no MIDI is one clear error."""

import struct

import mido
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudioReadError, AudioWriteError
from audiostyle.music.curves import NoteCurves
from audiostyle.music.midi import make_midi, read_midi, save_midi, write_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance

TICK = 1 / 1920
FILE_FIXTURE = settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def performances(draw) -> Performance:
    """Notes that do not overlap on one key, with everything else that a performance may have."""
    rows = []
    for channel, pitch in draw(st.sets(st.tuples(st.integers(0, 15), st.integers(0, 127)), max_size=5)):
        now = 0.0
        for _ in range(draw(st.integers(1, 4))):
            onset = now + draw(st.floats(0, 3))
            now = onset + draw(st.floats(2 * TICK, 3))
            rows.append((onset, now, pitch, draw(st.integers(1, 127)), channel))
    channels = st.integers(0, 15)
    expression = st.lists(st.tuples(st.floats(0, 9), channels, st.integers(0, 127)), max_size=5)
    return Performance(
        np.sort(np.array(rows, dtype=NOTE_DTYPE), order=["onset", "pitch"]),
        draw(st.dictionaries(channels, st.integers(0, 127), max_size=4)),
        draw(st.dictionaries(channels, st.floats(-1.99, 1.99), max_size=4)),
        tuple(sorted(draw(expression))),
    )


def sort_by_key(notes: np.ndarray) -> np.ndarray:
    return np.sort(notes, order=["channel", "pitch", "onset"])


@FILE_FIXTURE
@given(performances())
def test_what_was_written_is_read(tmp_path, played):
    write_midi(played, tmp_path / "a.mid")
    read = read_midi(tmp_path / "a.mid")
    mine, theirs = sort_by_key(played.notes), sort_by_key(read.notes)
    for field in ("pitch", "velocity", "channel"):
        assert np.array_equal(mine[field], theirs[field])
    for field in ("onset", "offset"):
        assert np.abs(mine[field].astype(float) - theirs[field]).max(initial=0) <= 0.5 * TICK + 2e-6
    assert read.programs == played.programs
    assert read.bends == pytest.approx(played.bends, abs=2 / 8192)
    times = [time for time, _, _ in read.expression]
    assert times == pytest.approx([time for time, _, _ in played.expression], abs=0.5 * TICK + 1e-6)
    assert sorted(e[1:] for e in read.expression) == sorted(e[1:] for e in played.expression)


@FILE_FIXTURE
@given(performances())
def test_a_written_file_holds_what_is_made(tmp_path, played):
    write_midi(played, tmp_path / "a.mid")
    made, written = make_midi(played), mido.MidiFile(tmp_path / "a.mid")
    assert (made.type, made.ticks_per_beat) == (written.type, written.ticks_per_beat) == (0, 960)
    assert list(made.tracks[0]) == [message for message in written.tracks[0] if not message.is_meta]


@FILE_FIXTURE
@given(performances())
def test_a_second_round_trip_changes_nothing(tmp_path, played):
    write_midi(played, tmp_path / "a.mid")
    write_midi(read_midi(tmp_path / "a.mid"), tmp_path / "b.mid")
    assert np.array_equal(read_midi(tmp_path / "a.mid").notes, read_midi(tmp_path / "b.mid").notes)


def test_a_note_too_short_for_a_tick_is_still_a_note(tmp_path, make_notes):
    write_midi(Performance(make_notes((1, 1, 60), (2, 2.0001, 61))), tmp_path / "a.mid")
    notes = read_midi(tmp_path / "a.mid").notes
    assert np.allclose(notes["offset"] - notes["onset"], TICK, atol=1e-6)


def test_a_repeated_note_ends_where_it_begins_again(tmp_path, make_notes):
    write_midi(Performance(make_notes((0, 1, 60), (1, 2, 60), (0.5, 1.5, 61))), tmp_path / "a.mid")
    assert read_midi(tmp_path / "a.mid").notes["offset"].tolist() == [1.0, 1.5, 2.0]


def test_tempo_changes_running_notes_and_several_tracks_are_understood(tmp_path):
    """120 then 60 quarters a minute; a note never let go ends with the file."""
    file = mido.MidiFile(type=1, ticks_per_beat=100)
    tempo = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000, time=200)])
    first = mido.MidiTrack(
        [mido.Message("note_on", note=60, time=100), mido.Message("note_on", note=60, velocity=0, time=200)]
    )
    second = mido.MidiTrack(
        [mido.Message("note_on", note=72, channel=5, time=0), mido.Message("note_on", note=70, time=400)]
    )
    file.tracks.extend([tempo, first, second])
    file.save(tmp_path / "a.mid")
    notes = read_midi(tmp_path / "a.mid").notes
    assert [tuple(note)[:3] for note in notes] == [(0, 3, 72), (0.5, 2, 60), (3, 3, 70)]


HEADER = b"MThd" + struct.pack(">IHHH", 6, 1, 1, 480)
BAD = {
    "empty": b"",
    "text": b"Dear musician,\n",
    "riff": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "header only half": HEADER[:9],
    "no track": HEADER,
    "track cut short": HEADER + b"MTrk" + struct.pack(">I", 100) + b"\x00\x90\x3c",
    "not a track": HEADER + b"JUNK" + struct.pack(">I", 4) + b"abcd",
    "type 2": b"MThd" + struct.pack(">IHHH", 6, 2, 2, 480) + 2 * (b"MTrk\0\0\0\x04\x00\xff\x2f\x00"),
    "no time": b"MThd" + struct.pack(">IHHH", 6, 0, 1, 0) + b"MTrk\0\0\0\x08\x60\x90\x3c\x40\x00\xff\x2f\x00",
    "film time": b"MThd" + struct.pack(">IHHh", 6, 0, 1, -25 * 256 + 40) + b"MTrk\0\0\0\x04\x00\xff\x2f\x00",
    "bad key": HEADER + b"MTrk" + struct.pack(">I", 10) + b"\x00\xff\x59\x02\x55\x07\x00\xff\x2f\x00",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_midi_is_one_line(tmp_path, name):
    path = tmp_path / "bad.mid"
    path.write_bytes(BAD[name])
    with pytest.raises(AudioReadError) as caught:
        read_midi(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path):
    for path in (tmp_path / "none.mid", tmp_path):
        with pytest.raises(AudioReadError, match="not a readable MIDI file"):
            read_midi(path)


@FILE_FIXTURE
@example(b"\x00\xf0")
@example(b"\x00\xff\x51\x01\x00")
@given(st.binary(max_size=60))
def test_any_bytes_in_a_track_are_read_or_refused(tmp_path, data):
    path = tmp_path / "fuzz.mid"
    path.write_bytes(HEADER + b"MTrk" + struct.pack(">I", len(data)) + data)
    try:
        notes = read_midi(path).notes
    except AudioReadError:
        return
    assert (notes["offset"] >= notes["onset"]).all()


def test_saving_makes_folders_and_leaves_nothing_else(tmp_path, make_notes):
    path = tmp_path / "new" / "deep" / "song.mid"
    save_midi(Performance(make_notes((0, 1, 60)), {0: 0}), path)
    assert list(path.parent.iterdir()) == [path]
    assert len(read_midi(path).notes) == 1


def test_a_failed_save_leaves_what_was_there(tmp_path, monkeypatch, make_notes):
    path = tmp_path / "song.mid"
    path.write_bytes(b"old")

    def full(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mido.MidiFile, "_save", lambda self, file: full(file))
    with pytest.raises(AudioWriteError, match=r"song\.mid.*No space left.*make room"):
        save_midi(Performance(make_notes((0, 1, 60))), path)
    assert [p.name for p in tmp_path.iterdir()] == ["song.mid"] and path.read_bytes() == b"old"


def test_a_folder_in_the_way_is_one_line(tmp_path, make_notes):
    with pytest.raises(AudioWriteError, match="is a folder"):
        save_midi(Performance(make_notes((0, 1, 60))), tmp_path)


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (b"\xff" * 300_000, "a number that does not end"),
        (b"\0\xff\x01" + b"\xff" * 300_000, "a number that does not end"),
        (b"\xff\xff\xff\x7f\x90\x40\x40" * 4, "more than 24 hours"),
        (b"\0\xf0\xff\xff\xff\x7f" + b"a" * 100, "not a readable MIDI file"),
    ],
)
def test_a_small_file_cannot_take_minutes_or_last_for_years(tmp_path, events, message):
    path = tmp_path / "a.mid"
    head = b"MThd" + struct.pack(">IHHH", 6, 1, 1, 1)
    path.write_bytes(head + b"MTrk" + struct.pack(">I", len(events)) + events)
    with pytest.raises(AudioReadError, match=message) as caught:
        read_midi(path)
    assert "\n" not in str(caught.value)


def test_tracks_of_parts_hold_their_notes_and_lose_nothing(tmp_path):
    """Several parts in tracks of their own are read back as the parts that they were, curves included."""
    rng = np.random.default_rng(0)
    onsets = np.sort(rng.uniform(0, 8, 60)).round(3)
    rows = [
        (t, t + 0.4, int(pitch), 80, int(part))
        for t, pitch, part in zip(onsets, rng.permutation(60) + 30, rng.integers(0, 3, 60), strict=True)
    ]
    notes = np.array(rows, NOTE_DTYPE)
    curves = NoteCurves.from_lists(
        [rng.uniform(-50, 50, 4).tolist() if n % 3 else [] for n in range(60)],
        [[0.0] * 4 if n % 3 else [] for n in range(60)],
    )
    names, programs = {0: "melody", 1: "chords", 2: "bass"}, {0: 73, 1: 0, 2: 42}
    for plain in (True, False):
        write_midi(Performance(notes, programs, curves=curves), tmp_path / "a.mid", plain=plain, tracks=names)
        tracks = {track.name: track for track in mido.MidiFile(tmp_path / "a.mid").tracks}
        found = read_midi(tmp_path / "a.mid")
        for part, name in names.items():
            assert sum(m.type == "note_on" for m in tracks[name]) == (notes["channel"] == part).sum()
            same = [p for p, program in found.programs.items() if program == programs[part]]
            assert sorted(found.notes["pitch"][np.isin(found.notes["channel"], same)]) == sorted(
                notes["pitch"][notes["channel"] == part]
            )
