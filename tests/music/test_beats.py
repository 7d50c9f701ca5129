"""Beats: found where there are some, nowhere else, and kept by the tempo map of a MIDI file."""

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.music.beats import TICKS_PER_BEAT, Beats, find_beats
from audiostyle.music.midi import make_midi, read_midi, write_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance

GRIDS = st.lists(st.floats(0.2, 2.0), min_size=1, max_size=20).map(
    lambda lengths: Beats(np.concatenate([[0.0], np.cumsum(lengths)]))
)


def play(onsets: np.ndarray, length: float = 0.2) -> np.ndarray:
    return np.array([(t, t + length, 60, 90, 0) for t in onsets], NOTE_DTYPE)


def play_tune(period: float, seed: int, start: float = 0.7, bars: int = 10) -> np.ndarray:
    """Return a tune that has a note on every beat, and others on eighths, played 8 ms exactly."""
    rng = np.random.default_rng(seed)
    eighths = [n for n in range(8 * bars) if n % 2 == 0 or rng.random() < 0.4]
    onsets = start + period * 0.5 * np.array(eighths) + rng.normal(0, 0.008, len(eighths))
    notes = play(np.sort(onsets))
    notes["velocity"] = 90 + 20 * (np.array(eighths) % 2 == 0)
    return notes


@pytest.mark.parametrize("period", [0.4, 0.5, 0.62])
@pytest.mark.parametrize("seed", range(3))
def test_a_tune_has_the_tempo_that_it_was_played_in(period, seed):
    beats = find_beats(play_tune(period, seed))
    lengths = np.diff(beats.times)
    ratio = np.median(lengths) / period
    assert min(abs(ratio - octave) for octave in (0.5, 1, 2)) < 0.01
    # the beats lie on the players' eighths, not between them
    turns = (beats.times[2:-2] - 0.7) / (0.5 * period)
    assert np.abs(turns - np.round(turns)).max() * 0.5 * period < 0.03


def test_a_tempo_that_slows_down_is_followed():
    times = 0.5 + np.cumsum(np.linspace(0.42, 0.55, 60))
    beats = find_beats(play(times))
    late = beats.times[(beats.times > times[0]) & (beats.times < times[-1])]
    assert np.abs(times[:, None] - late[None]).min(axis=0).max() < 0.05


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [15, 60, 300])
def test_onsets_by_chance_have_no_beat(count, seed):
    onsets = np.sort(np.random.default_rng(seed).uniform(0, 30, count))
    assert find_beats(play(onsets)) is None


def test_few_notes_have_no_beat():
    assert find_beats(play(np.arange(5) * 0.5)) is None
    assert find_beats(np.zeros(0, NOTE_DTYPE)) is None
    assert find_beats(play(np.full(40, 1.0))) is None


@given(GRIDS, st.lists(st.floats(0, 60), min_size=1, max_size=9))
def test_positions_and_seconds_undo_each_other(beats, times):
    assert beats.to_seconds(beats.to_positions(times)) == pytest.approx(times, abs=1e-6)
    assert (np.diff(beats.to_positions(np.sort(times))) >= 0).all()
    assert beats.to_positions(beats.times) == pytest.approx(np.arange(len(beats.times)))


@pytest.mark.parametrize("times", [[0.0], [0.1, 0.2], [0.0, 0.0], [0.0, 1.0, 0.5], [0.0, np.nan]])
def test_what_is_no_grid_is_refused(times):
    with pytest.raises(ShapeError, match="rising times"):
        Beats(np.array(times))


@settings(deadline=None, max_examples=40)
@given(GRIDS)
def test_a_tempo_map_moves_bars_not_notes(tmp_path_factory, beats):
    """Notes sound when they did, and a note on a beat lies on a multiple of 960 ticks."""
    path = tmp_path_factory.mktemp("midi") / "a.mid"
    onsets = np.concatenate([beats.times, [beats.times[-1] + 3.3]]).astype(np.float32)
    notes = play(onsets, 0.1)
    write_midi(Performance(notes), path, beats=beats)
    read = read_midi(path).notes
    tick = np.diff(beats.times).max() / TICKS_PER_BEAT
    assert np.abs(read["onset"] - notes["onset"]).max() <= tick
    file = mido.MidiFile(path)
    now, ticks = 0, []
    for message in file.tracks[1]:
        now += message.time
        ticks += [now] if message.type == "note_on" else []
    assert ticks[:-1] == [TICKS_PER_BEAT * beat for beat in range(len(beats.times))]


def test_a_steady_tempo_is_said_once():
    beats = find_beats(play_tune(0.5, 0, start=1.0))
    tempos = beats.list_tempos()
    assert tempos[0][0] == 0 and len(tempos) <= 4  # what leads in, what follows, and rounding
    assert make_midi(Performance(play(np.arange(4))), beats=beats).type == 1
