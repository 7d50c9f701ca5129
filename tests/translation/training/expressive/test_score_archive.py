"""Tests of :mod:`audiostyle.translation.training.expressive.score_archive`."""

from pathlib import Path

import numpy as np

from audiostyle.music.etudes import compose_etude
from audiostyle.translation.training.expressive.score_archive import read_scores, write_scores


def test_scores_come_back_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    scores = [compose_etude(n) for n in range(3)]
    path = tmp_path / "scores.npz"
    assert write_scores(path, [scores[0], scores[0][:0], *scores[1:]]) == 3
    for score, read in zip(scores, read_scores(path), strict=True):
        assert np.array_equal(score, read)
