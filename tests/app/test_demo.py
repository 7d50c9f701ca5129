"""The demonstration is a translation like any other, of the recording in ``examples/``."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from audiostyle.app.demo import EXAMPLES, EXAMPLES_FOLDER, make_demo
from audiostyle.errors import UnknownDomain
from audiostyle.music.midi import read_midi

ROOT = Path(__file__).parents[2]


def test_the_examples_are_those_of_the_repository():
    small, rate = soundfile.read(EXAMPLES_FOLDER / EXAMPLES["sound"])
    large, other = soundfile.read(ROOT / "examples" / "chorale.flac")
    assert rate == other and len(small) == len(large)
    assert np.corrcoef(small, large)[0, 1] > 0.99  # Vorbis loses a little
    for name, kind in (("photo.jpg", "picture"), ("style.jpg", "style")):
        assert (ROOT / "examples" / name).read_bytes() == (EXAMPLES_FOLDER / EXAMPLES[kind]).read_bytes()


@pytest.mark.slow
def test_files_and_picture_are_there(tmp_path):
    told = []
    made = make_demo(tmp_path, ("organ",), device="cpu", progress=lambda *news: told.append(news))
    original, rate = soundfile.read(made.original)
    result, other = soundfile.read(made.results["organ"])
    assert (len(original), rate) == (len(result), other) and np.abs(result).max() > 0.05
    true = read_midi(ROOT / "examples" / "chorale.mid")
    assert abs(len(read_midi(made.midi).notes) / len(true.notes) - 1) < 0.25
    with Image.open(made.picture) as picture:
        assert picture.width == 1200 and np.asarray(picture.convert("L")).std() > 30
    assert told[-1][0] == pytest.approx(told[-1][1])


def test_another_instrument_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(UnknownDomain):
        make_demo(tmp_path / "out", ("lute",))
    assert not (tmp_path / "out").exists()
