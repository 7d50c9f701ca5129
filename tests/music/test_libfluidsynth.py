"""Tests of :mod:`audiostyle.music.libfluidsynth`."""

import ctypes.util
from pathlib import Path

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.music.libfluidsynth import Event, Program, SoundFont, load_library

_FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
_needs_library = pytest.mark.skipif(
    not ctypes.util.find_library("fluidsynth"), reason="needs FluidSynth's library"
)


@_needs_library
def test_a_bad_soundfont_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.sf2"
    path.write_bytes(b"no soundfont")
    with pytest.raises(TrainingError, match=r"bad\.sf2"):
        SoundFont(load_library(), path, 22050)


@_needs_library
@pytest.mark.skipif(not _FONT.is_file(), reason="needs Debian's fluid-soundfont-gm")
def test_events_sound_from_their_sample_on_and_later_ones_are_left_out() -> None:
    font = SoundFont(load_library(), _FONT, 22050)
    events = {5000: [Event("note_on", 0, (60, 100))], 9000: [Event("note_on", 0, (90, 127))]}
    wave = font.render({0: Program(0, 19)}, events, 8001)
    assert wave.shape == (8001,) and wave.dtype == np.float32
    assert not wave[:4992].any() and wave[5000:].any()
    assert np.array_equal(font.render({0: Program(0, 19)}, {5000: events[5000]}, 8001), wave)
