"""Pictures of recordings: tones are where they belong, and what cannot be drawn is one line."""

import numpy as np
import pytest
import soundfile
import torch

from audiostyle.errors import AudiostyleError, PictureWriteError
from audiostyle.spectrogram import plot
from audiostyle.spectrogram.plot import compute_decibels, plot_files


def test_a_tone_is_in_the_row_of_its_frequency():
    wave = torch.sin(2 * torch.pi * 440 * torch.arange(22_050) / 22_050)
    levels = compute_decibels(wave)
    row = int(levels[:, levels.shape[1] // 2].argmax())
    edges = np.geomspace(50, 11_025, 257)
    assert edges[row] * 0.97 < 440 < edges[row + 1] * 1.03
    assert levels.max() == pytest.approx(0) and levels.min() == pytest.approx(-80)


@pytest.mark.parametrize("samples", [1, 500, 3_000_000])
def test_any_length_is_a_picture_of_bounded_size(samples):
    levels = compute_decibels(torch.zeros(samples))
    assert np.isfinite(levels).all() and levels.shape[0] == 256 and levels.shape[1] <= 1202


def test_files_become_a_picture(tmp_path):
    rng = np.random.default_rng(0)
    for name, channels, rate in (("a.wav", 1, 8000), ("$b_.wav", 2, 44_100)):
        soundfile.write(tmp_path / name, 0.1 * rng.standard_normal((900, channels)), rate)
    out = tmp_path / "new" / "out.png"
    plot_files([("content", tmp_path / "a.wav"), ("style $x_", tmp_path / "$b_.wav")], out)
    from PIL import Image

    width, height = Image.open(out).size
    assert width > 600 and height > 300
    assert [path.name for path in out.parent.iterdir()] == ["out.png"]


def test_without_matplotlib_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(plot, "find_spec", lambda name: None)
    with pytest.raises(AudiostyleError, match=r"pip install 'audiostyle\[plot\]'"):
        plot.require_matplotlib()


def test_a_folder_is_no_picture(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.ones(50) / 2, 8000)
    (tmp_path / "x.png").mkdir()
    with pytest.raises(PictureWriteError, match=r"x\.png: is a folder"):
        plot_files([("a", tmp_path / "a.wav")], tmp_path / "x.png")
