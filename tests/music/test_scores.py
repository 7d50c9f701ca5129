"""Pieces belong to one split for ever, so that no model is judged on what it was trained on."""

import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import TrainingError
from audiostyle.music import scores


@given(st.text(max_size=20))
def test_every_id_has_one_split(piece):
    assert scores.get_split(piece) in scores.SPLITS
    assert scores.get_split(piece) == scores.get_split(str(piece))


def test_the_split_is_the_one_that_the_shipped_weights_were_trained_with():
    """Another hash would put pieces that models know among those that they are judged on."""
    pinned = {"bach/bwv66.6.mxl": "train", "etude/4": "test", "etude/18": "valid", "etude/0": "train"}
    assert {piece: scores.get_split(piece) for piece in pinned} == pinned
    etudes = Counter(scores.get_split(f"etude/{n}") for n in range(400))
    assert etudes == {"train": 330, "test": 50, "valid": 20}


def test_splits_are_disjoint_whole_and_of_the_right_sizes():
    parts = {split: scores.list_pieces(split) for split in scores.SPLITS}
    together = [piece for part in parts.values() for piece in part]
    assert len(set(together)) == len(together)
    assert set(together) == set(scores.list_piece_ids())
    shares = {split: len(part) / len(together) for split, part in parts.items()}
    assert shares == pytest.approx({"train": 0.85, "valid": 0.05, "test": 0.10}, abs=0.03)
    for split in scores.SPLITS:
        assert {"bach", "etude"} <= {piece.split("/")[0] for piece in parts[split]}


def test_no_collection_drowns_the_others():
    sizes = Counter(piece.split("/")[0] for piece in scores.list_piece_ids())
    etudes = sizes.pop("etude")
    assert max(sizes.values()) <= 120 and etudes == 400
    assert len(sizes) > 10 and sum(sizes.values()) > 400
    assert not {"demos", "theoryExercises"} & set(sizes)


def test_a_chorale_is_read_as_its_four_voices():
    notes = scores.load_score("bach/bwv66.6.mxl")
    assert notes.dtype == scores.SCORE_DTYPE
    assert np.array_equal(notes, np.sort(notes, order=["onset", "pitch"]))
    assert set(notes["part"]) == {0, 1, 2, 3}
    soprano, bass = notes[notes["part"] == 0], notes[notes["part"] == 3]
    assert soprano["pitch"][:5].tolist() == [73, 71, 69, 71, 73]
    assert soprano["pitch"].mean() > bass["pitch"].mean() + 12
    assert (notes["duration"] > 0).all() and notes["onset"].max() == 35


def test_etudes_are_pieces_too():
    assert len(scores.load_score("etude/17")) and scores.list_piece_ids()[-1] == "etude/399"


@pytest.mark.parametrize("piece", ["bach/nothing.mxl", "", "../../LICENSE", "etude/first"])
def test_an_unknown_piece_is_named(piece):
    with pytest.raises(TrainingError, match="no piece called") as caught:
        scores.load_score(piece)
    assert repr(piece) in str(caught.value)


def test_without_music21_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "music21", None)
    with pytest.raises(TrainingError, match=r"pip install 'audiostyle\[train\]'"):
        scores.list_piece_ids.__wrapped__()
    with pytest.raises(TrainingError, match="music21"):
        scores.load_score("bach/bwv66.6.mxl")
    assert len(scores.load_score("etude/1"))
