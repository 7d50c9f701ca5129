"""The work on the page is the library's, to the last sample, and says how far it is."""

import json

import numpy as np
import pytest
import soundfile
from PIL import Image

from audiostyle.app.jobs import Request
from audiostyle.app.works import Works
from audiostyle.image.stylization import stylize
from audiostyle.spectrogram.transfer import transfer_file


@pytest.fixture(scope="module")
def works():
    return Works("universal", "cpu")


@pytest.fixture
def notes():
    return []


@pytest.fixture
def note(notes):
    return lambda share, stage: notes.append((share, stage))


@pytest.fixture
def song(tmp_path):
    time = np.arange(3 * 22050) / 22050
    wave = 0.2 * np.sin(2 * np.pi * 440 * time) * np.exp(-time) * (time > 0.2)
    soundfile.write(tmp_path / "song.wav", np.stack([wave, 0.5 * wave], axis=1), 22050)
    return tmp_path / "song.wav"


def is_rising(notes):
    shares = [share for share, _ in notes]
    return shares == sorted(shares) and shares[-1] <= 1


def test_a_translation_is_the_librarys(works, song, tmp_path, note, notes):
    folder = tmp_path / "out"
    folder.mkdir()
    options = {"domain": "organ", "strength": 1.0, "transpose": 12, "keep_drums": False, "expression": 1.0}
    result = works(Request("translate", (song,), options, "organ"), folder, note)
    works.load_translator().translate_file(song, tmp_path / "same.flac", domain="organ", transpose=12)
    found, _ = soundfile.read(folder / "organ.flac")
    np.testing.assert_array_equal(found, soundfile.read(tmp_path / "same.flac")[0])
    original, _ = soundfile.read(folder / "original.flac")
    np.testing.assert_array_equal(original, soundfile.read(song)[0])
    roll = json.loads((folder / "notes.json").read_text())["notes"]
    assert [row[2] for row in roll] == [69] and abs(roll[0][0] - 0.2) < 0.1
    assert {path.name for path in folder.iterdir()} == set(result.files)
    assert is_rising(notes) and {stage for _, stage in notes} == {"loading the model", "playing", "drawing"}


def test_a_band_says_who_plays_what(works, song, tmp_path, note):
    options = {"domain": "band", "strength": 1.0, "transpose": 0, "keep_drums": False, "expression": 1.0}
    result = works(Request("translate", (song,), options, "band"), tmp_path / ".", note)
    assert " on " in result.content["about"] and len(soundfile.read(tmp_path / "band.flac")[0]) == 3 * 22050


def test_a_transfer_is_the_librarys(works, song, tmp_path, note, notes):
    rng = np.random.default_rng(0)
    soundfile.write(tmp_path / "rain.wav", 0.1 * rng.standard_normal(22050), 22050)
    folder = tmp_path / "out"
    folder.mkdir()
    request = Request(
        "transfer", (song, tmp_path / "rain.wav"), {"method": "complex-wct", "strength": 0.5}, "x"
    )
    result = works(request, folder, note)
    transfer_file(
        song,
        [tmp_path / "rain.wav"],
        tmp_path / "same.flac",
        method="complex-wct",
        strength=0.5,
        device="cpu",
    )
    found, _ = soundfile.read(folder / "complex-wct.flac")
    np.testing.assert_array_equal(found, soundfile.read(tmp_path / "same.flac")[0])
    assert [one["name"] for one in result.content["versions"]] == ["original", "complex-wct", "style"]
    assert all((folder / name).exists() for name in result.files) and is_rising(notes)


@pytest.fixture
def pictures(tmp_path):
    rng = np.random.default_rng(0)
    paths = (tmp_path / "photo.png", tmp_path / "style.png")
    for path in paths:
        Image.fromarray(rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)).save(path)
    return paths


def test_a_photograph_is_the_librarys(works, pictures, tmp_path, note):
    folder = tmp_path / "out"
    folder.mkdir()
    result = works(Request("stylize", pictures, {"method": "mkl", "strength": 1.0}, "mkl"), folder, note)
    content, style = (np.asarray(Image.open(path)) for path in pictures)
    made = np.asarray(Image.open(folder / result.content["download"]))
    assert np.abs(made.astype(int) - stylize(content, style, method="mkl")).max() <= 1
    np.testing.assert_array_equal(np.asarray(Image.open(folder / "before.png")), content)
    np.testing.assert_array_equal(np.asarray(Image.open(folder / "after.png")), made)


def test_a_network_needs_no_style(works, pictures, tmp_path, note):
    folder = tmp_path / "out"
    folder.mkdir()
    request = Request("paint", pictures[:1], {"network": "mosaic", "strength": 0.0}, "mosaic")
    result = works(request, folder, note)
    made = np.asarray(Image.open(folder / result.content["download"]))
    np.testing.assert_array_equal(made, np.asarray(Image.open(pictures[0])))


def test_what_the_page_shows_is_small(works, tmp_path, note):
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (1700, 20, 3), dtype=np.uint8)).save(tmp_path / "tall.bmp")
    folder = tmp_path / "out"
    folder.mkdir()
    request = Request("paint", (tmp_path / "tall.bmp",), {"network": "mosaic", "strength": 1.0}, "mosaic")
    result = works(request, folder, note)
    assert max(Image.open(folder / "after.png").size) == 1600
    assert result.content["download"] == "mosaic.png"
    assert Image.open(folder / "mosaic.png").size == (20, 1700)
