"""Tests of :mod:`audiostyle.translation.training.expressive.sample_packages`."""

from pathlib import Path

import numpy as np
import soundfile

from audiostyle.translation.training.expressive.sample_packages import pack_packages
from audiostyle.translation.training.expressive.sampler import RECORDING_RMS, read_instruments


def test_recordings_are_cut_at_their_attack_and_brought_to_one_level(tmp_path: Path) -> None:
    folder = tmp_path / "tonejs-instrument-horn-mp3-1.0.0" / "package"
    folder.mkdir(parents=True)
    time = np.arange(2 * 44100) / 44100
    for name, key, gain in (("A4", 69, 0.1), ("As4", 70, 0.2)):
        wave = gain * np.sin(2 * np.pi * 440 * 2 ** ((key + 0.3 - 69) / 12) * time)
        soundfile.write(folder / f"{name}.mp3", np.concatenate([np.zeros(8000), wave]), 44100, format="MP3")
    assert pack_packages(tmp_path, tmp_path / "out") == ["horn"]
    horn = read_instruments(tmp_path / "out")["horn"]
    np.testing.assert_allclose(horn.table[:, 0], [69.3, 70.3], atol=0.05)
    assert horn.lowest == 67 and horn.highest == 72
    for (_, _, first, _), factor in zip(horn.table, (2 / 3, 4 / 3), strict=True):
        start = horn.wave[int(first) : int(first) + 11025] / 32768
        assert abs(np.sqrt(np.mean(start**2)) / (factor * RECORDING_RMS) - 1) < 0.1
