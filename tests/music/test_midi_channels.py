"""What wheels, controllers and zones of other makers' files do to notes."""

from pathlib import Path

import mido
import numpy as np
import pytest

from audiostyle.music.midi import read_midi


def sample(curve: np.ndarray, points: int) -> np.ndarray:
    """Return a curve at its first points; after its end it stays."""
    return curve[np.minimum(np.arange(points), len(curve) - 1)].astype(float)


def note(kind: str, channel: int, key: int, time: int = 0) -> mido.Message:
    return mido.Message(kind, channel=channel, note=key, velocity=80, time=time)


def write_file(path: Path, *messages: mido.Message) -> Path:
    """Write messages at 1000 ticks a second."""
    file = mido.MidiFile(type=0, ticks_per_beat=500)
    file.tracks.append(mido.MidiTrack(messages))
    file.save(path)
    return path


def control(channel: int, number: int, value: int, time: int = 0) -> mido.Message:
    return mido.Message("control_change", channel=channel, control=number, value=value, time=time)


def test_another_makers_zone_with_the_standards_ranges(tmp_path):
    """No range is said: 48 semitones on members, 2 on the master, and the two add."""
    opening = [control(0, 101, 0), control(0, 100, 6), control(0, 6, 5)]
    wheels = [
        mido.Message("pitchwheel", channel=2, pitch=round(8192 / 48)),
        mido.Message("pitchwheel", channel=0, pitch=2048),
    ]
    path = write_file(
        tmp_path / "a.mid", *opening, *wheels, note("note_on", 2, 60), note("note_off", 2, 60, 900)
    )
    read = read_midi(path)
    assert read.curves.get_cents(0)[0] == pytest.approx(150, abs=0.5)
    assert read.notes["channel"].tolist() == [0] and not read.programs and not read.bends


def test_an_upper_zone_with_a_range_of_its_own(tmp_path):
    opening = [control(15, 101, 0), control(15, 100, 6), control(15, 6, 3)]
    opening += [control(14, 101, 0), control(14, 100, 0), control(14, 6, 24), control(14, 38, 50)]
    wheel = mido.Message("pitchwheel", channel=13, pitch=4096)  # another member of the same zone
    path = write_file(
        tmp_path / "a.mid", *opening, wheel, note("note_on", 13, 60), note("note_off", 13, 60, 500)
    )
    assert read_midi(path).curves.get_cents(0)[0] == pytest.approx(1225)


def test_pressure_is_a_level_where_there_is_no_controller(tmp_path):
    opening = [control(0, 101, 0), control(0, 100, 6), control(0, 6, 5), note("note_on", 1, 60)]
    press = [mido.Message("aftertouch", channel=1, value=v, time=100) for v in (30, 60, 120)]
    path = write_file(tmp_path / "a.mid", *opening, *press, note("note_off", 1, 60, 300))
    level = sample(read_midi(path).curves.get_level(0), 50)
    assert level[[0, 13, 22, 45]] == pytest.approx([-40, 40 * np.log10(0.25), 40 * np.log10(0.5), 0], abs=0.1)


def test_a_wheel_that_moves_bends_notes_of_a_plain_file(tmp_path):
    bend = [mido.Message("pitchwheel", pitch=p, time=100) for p in (1000, 2048)]
    path = write_file(tmp_path / "a.mid", note("note_on", 0, 60), *bend, note("note_off", 0, 60, 300))
    read = read_midi(path)
    assert sample(read.curves.get_cents(0), 40)[[0, 39]] == pytest.approx([0, 50]) and not read.bends


def test_a_range_that_the_file_says_holds_for_plain_files(tmp_path):
    opening = [control(0, 101, 0), control(0, 100, 0), control(0, 6, 12)]
    wheel = mido.Message("pitchwheel", pitch=4096)
    path = write_file(
        tmp_path / "a.mid", *opening, wheel, note("note_on", 0, 60), note("note_off", 0, 60, 300)
    )
    assert read_midi(path).bends == {0: 6.0}


def test_a_note_that_lasts_for_hours_takes_no_memory(tmp_path):
    opening = [control(0, 101, 0), control(0, 100, 6), control(0, 6, 5), note("note_on", 1, 60)]
    wheels = [mido.Message("pitchwheel", channel=1, pitch=n, time=2 * 10**7) for n in (1, 2, 3)]
    path = write_file(tmp_path / "a.mid", *opening, *wheels)
    assert len(read_midi(path).curves.cents) < 100_000
