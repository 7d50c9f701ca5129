"""Tests of :mod:`audiostyle.translation.training.expressive.material`."""

from pathlib import Path

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.music.etudes import compose_etude
from audiostyle.translation.training.expressive.material import SECONDS, TrainingMaterial, load_material
from audiostyle.translation.training.expressive.score_archive import write_scores


@pytest.mark.parametrize("seed", range(4))
def test_excerpts_end_within_a_recording_however_slow(seed: int) -> None:
    material = TrainingMaterial([compose_etude(seed)])
    for slowness in (0.7, 2.0):
        notes = np.concatenate(material.draw_notes(np.random.default_rng(seed), 2, slowness))
        assert len(notes) >= 3 and notes["offset"].max() < SECONDS
        assert notes["velocity"].min() >= 8


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no scores"):
        load_material([tmp_path])
    write_scores(tmp_path / "scores.npz", [compose_etude(0)])
    with pytest.raises(TrainingError, match="no soundfont"):
        load_material([tmp_path])
