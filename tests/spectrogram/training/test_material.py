"""Material: made anew it is the same."""

import shutil

import numpy as np
import pytest
import soundfile

from audiostyle.errors import TrainingError
from audiostyle.spectrogram.training import material


def test_surroundings_sound_and_are_the_same_again(short, tmp_path):
    for folder in ("one", "again"):
        material.write_surroundings(tmp_path / folder, 6)
    for number in range(6):
        one, again = (soundfile.read(tmp_path / f / f"{number:05d}.flac")[0] for f in ("one", "again"))
        assert np.array_equal(one, again) and one.std() > 0.005 and np.abs(one).max() <= 0.5 + 1e-3


def test_what_is_there_stays(short, tmp_path):
    tmp_path.joinpath("00000.flac").write_bytes(b"mine")
    material.write_surroundings(tmp_path, 1)
    assert tmp_path.joinpath("00000.flac").read_bytes() == b"mine"


def test_speech_without_its_program_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(TrainingError, match="espeak-ng"):
        material.write_speech(tmp_path, 1)
