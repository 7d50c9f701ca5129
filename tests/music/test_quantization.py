"""Quantized notes lie on their grid, and stay there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError
from audiostyle.music.beats import Beats
from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.quantization import parse_grid, quantize

NOTES = st.lists(st.tuples(st.floats(0, 30), st.floats(0.01, 4), st.integers(58, 62)), max_size=20).map(
    lambda rows: np.sort(
        np.array([(on, on + length, p, 90, 0) for on, length, p in rows], NOTE_DTYPE),
        order=["onset", "pitch"],
    )
)
GRIDS = st.lists(st.floats(0.3, 1.2), min_size=2, max_size=20).map(
    lambda lengths: Beats(np.concatenate([[0.0], np.cumsum(lengths)]))
)
NAMES = st.sampled_from(["1/4", "1/8", "1/16", "1/8T", "1/16t"])


@given(NOTES, GRIDS, NAMES)
def test_quantizing_again_changes_nothing(notes, beats, grid):
    curves = NoteCurves.from_lists([[float(n)] for n in range(len(notes))], [[0.0]] * len(notes))
    once = quantize(Performance(notes, curves=curves), beats, grid)
    twice = quantize(once, beats, grid)
    assert once.notes.tolist() == twice.notes.tolist()
    assert once.curves.cents.tolist() == twice.curves.cents.tolist()


@given(NOTES, GRIDS, NAMES)
def test_notes_lie_on_lines_half_a_step_from_where_they_were(notes, beats, grid):
    moved = quantize(Performance(notes), beats, grid).notes
    step = parse_grid(grid)
    for end in ("onset", "offset"):
        lines = beats.to_positions(moved[end]) / step
        assert np.abs(lines - np.round(lines)).max(initial=0) < 1e-3
    assert (moved["offset"] > moved["onset"]).all()
    before = beats.to_positions(notes["onset"]) / step
    for onset, pitch in zip(beats.to_positions(moved["onset"]) / step, moved["pitch"], strict=True):
        assert np.abs(before[notes["pitch"] == pitch] - onset).min() <= 0.501


@given(NOTES, GRIDS, NAMES)
def test_no_key_is_struck_while_it_sounds(notes, beats, grid):
    moved = quantize(Performance(notes), beats, grid).notes
    assert set(moved["pitch"].tolist()) == set(notes["pitch"].tolist())
    for pitch in set(moved["pitch"].tolist()):
        same = moved[moved["pitch"] == pitch]
        assert (same["offset"][:-1] <= same["onset"][1:]).all()


def test_curves_go_with_their_notes():
    notes = np.array([(0.49, 0.9, 64, 90, 0), (0.5, 0.9, 60, 90, 0), (0.51, 0.6, 64, 90, 0)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([[1.0], [2.0], [3.0]], [[0.0]] * 3)
    moved = quantize(Performance(notes, curves=curves), Beats(np.array([0.0, 0.5])), "1/8")
    assert moved.notes["pitch"].tolist() == [60, 64] and moved.curves.cents.tolist() == [2.0, 1.0]


@pytest.mark.parametrize("name", ["", "16", "1/3", "1/16TT", "2/4", "1/0", "-1/4"])
def test_what_names_no_grid_is_one_line(name):
    with pytest.raises(AudiostyleError, match="no grid to quantize to"):
        parse_grid(name)
