"""Curves written as MPE and read again, and channels that never bend two notes at once."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.midi import make_midi, read_midi, write_midi
from audiostyle.music.mpe import BEND_RANGE, MASTER, choose_channels, make_voices, to_expression, to_level
from audiostyle.music.notes import DRUM_CHANNEL, NOTE_DTYPE
from audiostyle.music.performance import Performance

FILE_FIXTURE = settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def expressive(draw, most: int = 12) -> Performance:
    """Up to a dozen notes with curves, none of which sounds twice on one key; some are straight."""
    count = draw(st.integers(1, most))
    pitches = draw(st.lists(st.integers(21, 108), min_size=count, max_size=count, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, cents, level = [], [], []
    for pitch in pitches:
        onset, length = rng.uniform(0, 3), rng.uniform(0.05, 2)
        rows.append((onset, onset + length, pitch, rng.integers(1, 128), 0))
        points = int(rng.integers(0, length / STEP + 20)) if rng.random() < 0.8 else 0
        cents.append(np.cumsum(rng.normal(0, 20, points)))
        level.append(-np.abs(np.cumsum(rng.normal(0, 1, points))))
    order = np.argsort(np.array(rows, NOTE_DTYPE), order=["onset", "pitch"])
    curves = NoteCurves.from_lists(cents, level).select(order)
    return Performance(np.array(rows, NOTE_DTYPE)[order], {0: draw(st.integers(0, 127))}, curves=curves)


def sample(curve: np.ndarray, points: int) -> np.ndarray:
    """Return a curve at its first points; after its end it stays, and without points it is flat."""
    if not len(curve):
        return np.zeros(points)
    return curve[np.minimum(np.arange(points), len(curve) - 1)].astype(float)


def count_steps(level: np.ndarray) -> np.ndarray:
    return 127 * 10 ** (level / 40)


@FILE_FIXTURE
@given(expressive())
def test_curves_come_back_to_a_cent_and_a_step(tmp_path, played):
    gaps = np.diff(played.notes["onset"])
    assume(not ((gaps > 0) & (gaps < 2e-3)).any())  # of one tick, notes are in the order of their pitches
    write_midi(played, tmp_path / "a.mid")
    read = read_midi(tmp_path / "a.mid")
    assert read.notes["pitch"].tolist() == played.notes["pitch"].tolist()
    assert np.abs(read.notes["onset"] - played.notes["onset"]).max() <= 1e-3
    if not (played.curves.cents.any() or played.curves.level.any()):
        assert read.curves is None
        return
    assert read.programs == played.programs and len(read.curves) == len(played.notes)
    for note, (onset, offset, *_) in enumerate(played.notes.tolist()):
        points = max(1, int((offset - onset) / STEP))
        before, after = (sample(p.curves.get_cents(note), points) for p in (played, read))
        assert np.abs(before - after).max() <= 1.0
        before, after = (sample(p.curves.get_level(note), points) for p in (played, read))
        loudness = [40 * np.log10(p.notes["velocity"][note] / 127) for p in (played, read)]
        assert np.abs(count_steps(before) - count_steps(after)).max() <= 1.0
        assert loudness[0] == loudness[1]


@FILE_FIXTURE
@given(expressive())
def test_a_second_round_trip_changes_nothing(tmp_path, played):
    write_midi(played, tmp_path / "a.mid")
    once = read_midi(tmp_path / "a.mid")
    write_midi(once, tmp_path / "b.mid")
    twice = read_midi(tmp_path / "b.mid")
    assert np.array_equal(once.notes, twice.notes)
    if once.curves is not None:
        for field in ("starts", "cents", "level"):
            assert np.array_equal(getattr(once.curves, field), getattr(twice.curves, field))


@FILE_FIXTURE
@given(expressive(most=40))
def test_no_channel_bends_two_notes_at_once(played):
    straight = np.array([voice.is_straight for voice in make_voices(played)])
    channels, flattened = choose_channels(played, straight)
    assert (flattened >= straight).all() and DRUM_CHANNEL not in channels and MASTER not in channels
    for first, (onset, offset, *_) in enumerate(played.notes.tolist()):
        others = np.flatnonzero(channels == channels[first])
        for second in others[others > first]:
            overlap = played.notes["onset"][second] < offset and played.notes["offset"][second] > onset
            assert not overlap or (flattened[first] and flattened[second])


def make_chord(size: int, cents: float = 30.0) -> Performance:
    notes = np.array([(0.0, 1.0, 40 + n, 90, 0) for n in range(size)], NOTE_DTYPE)
    wavering = [cents * np.sin(np.arange(60))] * size
    return Performance(notes, {0: 40}, curves=NoteCurves.from_lists(wavering, [np.zeros(60)] * size))


def test_more_voices_than_channels_are_played_straight_not_lost(tmp_path):
    write_midi(make_chord(20), tmp_path / "a.mid")
    read = read_midi(tmp_path / "a.mid")
    moving = [bool(read.curves.get_cents(n).any()) for n in range(20)]
    assert len(read.notes) == 20 and sum(moving) == 13


def test_channels_take_turns_so_that_a_release_is_not_bent():
    notes = np.array([(n, n + 0.9, 60, 90, 0) for n in range(6)], NOTE_DTYPE)
    straight = np.zeros(6, bool)
    channels, _ = choose_channels(Performance(notes), straight)
    assert len(set(channels.tolist())) == 6


def test_the_zone_is_opened_before_anything_sounds():
    """RP-053: parameter 6 on the master says how many members there are; parameter 0 how far wheels reach."""
    messages = [m for m in make_midi(make_chord(2)).tracks[-1] if not m.is_meta]
    controls = [(m.channel, m.control, m.value) for m in messages if m.type == "control_change"]
    assert controls[:3] == [(0, 101, 0), (0, 100, 6), (0, 6, 15)]
    ranges = {c for c, n, v in controls if (n, v) == (6, BEND_RANGE)}
    assert ranges == set(range(1, 16))
    kinds = [m.type for m in messages]
    assert kinds.index("note_on") > max(n for n, m in enumerate(messages) if m.is_cc(6))


def test_drums_stay_on_their_channel_outside_the_zone(tmp_path):
    chord = make_chord(2)
    notes = np.append(chord.notes, np.array([(1.5, 1.6, 36, 100, DRUM_CHANNEL)], NOTE_DTYPE))
    curves = NoteCurves.concatenate([chord.curves, NoteCurves.make_flat(1)])
    write_midi(Performance(notes, {0: 40}, curves=curves), tmp_path / "a.mid")
    assert read_midi(tmp_path / "a.mid").notes["channel"].tolist() == [0, 0, DRUM_CHANNEL]


def test_a_note_that_gets_louder_has_a_higher_velocity(tmp_path):
    notes = np.array([(0.0, 1.0, 60, 60, 0)], NOTE_DTYPE)
    swell = np.linspace(-6, 6, 50)
    write_midi(
        Performance(notes, {0: 40}, curves=NoteCurves.from_lists([0 * swell], [swell])), tmp_path / "a"
    )
    read = read_midi(tmp_path / "a")
    loudness = 40 * np.log10(read.notes["velocity"][0] / 60) + sample(read.curves.get_level(0), 50)
    assert np.abs(loudness - swell).max() < 0.35  # a step of the controller and half a velocity


def test_tuning_and_expression_of_a_part_become_curves(tmp_path):
    notes = np.array([(0.0, 1.0, 60, 90, 3)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([[10.0]], [[0.0]])
    played = Performance(notes, {3: 40}, {3: 0.25}, ((0.5, 3, 64),), curves)
    write_midi(played, tmp_path / "a.mid")
    read = read_midi(tmp_path / "a.mid")
    assert read.curves.get_cents(0)[[0, -1]] == pytest.approx(35, abs=1)
    level = sample(read.curves.get_level(0), 80)
    assert level[20] == 0 and level[60] == pytest.approx(40 * np.log10(64 / 127), abs=0.1)
    assert not read.bends and not read.expression


def test_flat_curves_are_no_reason_for_another_file(tmp_path):
    notes = np.array([(0.0, 1.0, 60, 90, 0)], NOTE_DTYPE)
    bare, flat = (Performance(notes, {0: 40}, curves=c) for c in (None, NoteCurves.make_flat(1)))
    assert save(bare, tmp_path) == save(flat, tmp_path)


def test_plain_files_hold_the_notes_alone(tmp_path):
    chord = make_chord(3)
    bare = Performance(chord.notes, chord.programs)
    assert save(chord, tmp_path, plain=True) == save(bare, tmp_path)
    assert save(chord, tmp_path) != save(bare, tmp_path)


def save(performance: Performance, folder: Path, **options) -> bytes:
    write_midi(performance, folder / "x.mid", **options)
    return (folder / "x.mid").read_bytes()


@given(st.integers(1, 127))
def test_a_step_of_the_controller_is_a_level_and_back(value):
    assert to_expression(to_level(np.array([value])))[0] == pytest.approx(value)


def test_parts_are_told_apart_by_their_programs(tmp_path):
    notes = np.array([(n / 2, n / 2 + 0.9, 60 + n, 90, (3, 5)[n % 2]) for n in range(8)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([[20.0 * n] for n in range(8)], [[0.0]] * 8)
    write_midi(Performance(notes, {3: 40, 5: 73}, curves=curves), tmp_path / "a.mid")
    read = read_midi(tmp_path / "a.mid")
    assert [read.programs[part] for part in read.notes["channel"].tolist()] == [40, 73] * 4
    assert [float(read.curves.get_cents(n).sum()) for n in range(1, 8)] == pytest.approx(
        [20.0 * n for n in range(1, 8)], abs=1
    )
