"""Short recordings put together: all of their sound and their notes, in pieces that are long enough."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.music.midi import read_midi, write_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.training.medleys import SHORTEST_PIECE, _deal, join_short

RATE = 44_100


@pytest.fixture
def make(tmp_path):
    def call(*lengths):
        pairs = []
        for number, seconds in enumerate(lengths):
            audio = tmp_path / "prepared" / f"{number:02}" / "0000.flac"
            audio.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(audio, np.full(int(seconds * RATE), 0.01 * (number + 1)), RATE, "PCM_24")
            notes = np.array([(0.1, seconds - 0.1, 40 + number, 90, 0)], NOTE_DTYPE)
            write_midi(Performance(notes), audio.with_suffix(".mid"))
            pairs.append((audio, audio.with_suffix(".mid")))
        return pairs

    return call


def test_every_note_is_where_its_sound_is(make, tmp_path):
    pairs = make(*[3.0] * 10)
    joined = join_short(pairs, tmp_path / "prepared")
    found = set()
    for audio, midi in joined:
        wave, rate = soundfile.read(audio)
        assert rate == RATE and len(wave) >= SHORTEST_PIECE * RATE
        for onset, offset, pitch, *_ in read_midi(midi).notes.tolist():
            heard = wave[int((onset + 0.1) * RATE) : int((offset - 0.1) * RATE)]
            np.testing.assert_allclose(heard, 0.01 * (pitch - 39), atol=1e-4)
            found.add(pitch)
    assert found == {40 + number for number in range(10)}


def test_neighbors_go_to_different_pieces(make, tmp_path):
    (one, _), (two, _) = [
        (set(read_midi(midi).notes["pitch"]), audio)
        for audio, midi in join_short(make(*[3.0] * 8), tmp_path / "out")
    ]
    assert one == {40, 42, 44, 46} and two == {41, 43, 45, 47}


def test_long_recordings_stay_and_a_rest_is_left_out(make, tmp_path):
    pairs = make(12.0, 3.0, 11.0, 2.0)
    assert join_short(pairs, tmp_path / "out") == [pairs[0], pairs[2]]
    assert not (tmp_path / "out").exists()
    assert join_short([], tmp_path) == []


def test_what_is_there_is_kept_and_another_set_is_another_piece(make, tmp_path):
    pairs = make(*[6.0] * 4)
    first = join_short(pairs, tmp_path / "out")
    stamps = [audio.stat().st_mtime_ns for audio, _ in first]
    assert join_short(pairs, tmp_path / "out") == first
    assert [audio.stat().st_mtime_ns for audio, _ in first] == stamps
    assert not set(join_short(pairs[:2] * 2, tmp_path / "out")) & set(first)


@given(st.lists(st.floats(0.05, SHORTEST_PIECE), max_size=60))
def test_pieces_are_long_enough_and_nothing_is_lost_where_there_is_enough(lengths):
    pairs = [(Path(f"{number}.flac"), Path(f"{number}.mid")) for number in range(len(lengths))]
    groups = _deal(pairs, lengths)
    of = dict(zip(pairs, lengths, strict=True))
    assert all(sum(of[pair] for pair in group) >= SHORTEST_PIECE for group in groups)
    assert sorted(pair for group in groups for pair in group) == (pairs and sorted(pairs) if groups else [])
    if sum(lengths) >= 32:  # half a minute: two pieces however unequal the recordings are
        assert len(groups) >= 2
