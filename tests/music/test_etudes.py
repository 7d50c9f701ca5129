"""Etudes are made up, but always the same, and playable."""

import numpy as np
import pytest

from audiostyle.music.etudes import compose_etude
from audiostyle.music.notes import SCORE_DTYPE


@pytest.mark.parametrize("number", range(0, 40, 4))
def test_an_etude_is_playable(number):
    notes = compose_etude(number)
    assert notes.dtype == SCORE_DTYPE and len(notes) > 20
    assert np.array_equal(notes, np.sort(notes, order=["onset", "pitch"]))
    assert (notes["onset"] >= 0).all() and (notes["duration"] > 0).all()
    assert notes["pitch"].min() >= 21 and notes["pitch"].max() <= 108
    assert set(np.unique(notes["part"])) == {0, 1}
    assert 95 < (notes["onset"] + notes["duration"]).max() < 250


def test_a_number_names_one_etude():
    assert np.array_equal(compose_etude(3), compose_etude(3))
    assert not np.array_equal(compose_etude(3)[:20], compose_etude(4)[:20])


def test_together_they_touch_every_key_and_every_length():
    notes = np.concatenate([compose_etude(number) for number in range(40)])
    assert set(notes["pitch"]) == set(range(21, 109))
    assert notes["duration"].min() < 0.15 and notes["duration"].max() > 3
