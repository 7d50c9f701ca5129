"""Tests of :mod:`audiostyle.translation.training.expressive.recordings` and of whom it lets play."""

import numpy as np
import pytest
from translation.training.expressive import renderers

from audiostyle.music.etudes import compose_etude
from audiostyle.translation.training.expressive import targets
from audiostyle.translation.training.expressive.ensembles import ENSEMBLES
from audiostyle.translation.training.expressive.material import FRAMES, SAMPLES, TrainingMaterial
from audiostyle.translation.training.expressive.recordings import make_recording, mix_players


@pytest.fixture(scope="module")
def material() -> TrainingMaterial:
    return TrainingMaterial([compose_etude(n) for n in range(4)], [renderers.load_soundfont()])


@pytest.mark.parametrize("seed", range(4))
def test_a_recording_depends_on_its_seed_alone(material: TrainingMaterial, seed: int) -> None:
    one, again = (make_recording(material, (3, seed)) for _ in range(2))
    assert one.wave.shape == (SAMPLES,) and np.isfinite(one.wave).all()
    assert all(grid.shape == (FRAMES, 88) for grid in one.targets)
    assert np.array_equal(one.targets.flags, again.targets.flags)
    assert (one.targets.loudness[one.targets.flags == 0] == 0).all()


@pytest.mark.parametrize("name", ENSEMBLES)
def test_every_kind_of_recording_has_sound_and_all_but_drums_have_notes(
    material: TrainingMaterial, name: str
) -> None:
    rng = np.random.default_rng(1)
    recording = mix_players(ENSEMBLES[name][1](material, rng), rng)
    assert np.abs(recording.wave).max() > 0.001
    assert ((recording.targets.flags & targets.ONSET) > 0).any() == (name != "drums")
