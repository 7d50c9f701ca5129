"""Presets of soundfonts: found by number or name in the file itself, played by FluidSynth."""

import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.samples.presets import list_presets, open_preset

FLUID = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")


def write_soundfont(path: Path, *presets: tuple[str, int, int]) -> Path:
    """A file with nothing but the headers of presets: name, program, bank."""
    rows = b"".join(
        struct.pack("<20sHHHLLL", name.encode(), program, bank, 0, 0, 0, 0) for name, program, bank in presets
    )
    rows += struct.pack("<20sHHHLLL", b"EOP", 0, 0, 0, 0, 0, 0)
    body = b"sfbk" + b"phdr" + struct.pack("<I", len(rows)) + rows
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


@pytest.fixture
def soundfont(tmp_path) -> Path:
    return write_soundfont(tmp_path / "x.sf2", ("Harpsichord", 6, 0), ("Flute", 73, 0), ("Drums", 0, 128))


def test_presets_of_the_first_bank(soundfont):
    assert list_presets(soundfont) == {6: "Harpsichord", 73: "Flute"}


@pytest.mark.parametrize("wanted", [73, "73", "flute", "Flute"])
def test_by_number_or_name(soundfont, wanted):
    assert open_preset(soundfont, wanted).program == 73


@pytest.mark.parametrize("wanted", ["flut", "99", "0"])
def test_unknown_ones_say_what_there_is(soundfont, wanted):
    with pytest.raises(TrainingError, match="6 Harpsichord, 73 Flute"):
        open_preset(soundfont, wanted)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0sfbkphdr", b"hello" * 100])
def test_what_is_no_soundfont(tmp_path, data):
    (tmp_path / "x.sf2").write_bytes(data)
    with pytest.raises(TrainingError, match="not a soundfont"):
        list_presets(tmp_path / "x.sf2")


@pytest.mark.skipif(
    not (FLUID.is_file() and shutil.which("fluidsynth")), reason="needs FluidSynth and FluidR3"
)
def test_it_plays():
    notes = np.array([(0.1, 0.5, 60, 100, 0)], NOTE_DTYPE)
    wave = open_preset(FLUID, "harpsichord").render(Performance(notes))
    assert np.abs(wave[:4000]).max() < 1e-3 < np.abs(wave[5000:20000]).max()
