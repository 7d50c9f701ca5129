"""Whatever a user has of single notes opens by its form."""

import numpy as np
import pytest
from music.samples.test_presets import write_soundfont

from audiostyle.errors import TrainingError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.samples.opening import is_instrument, open_instrument

NOTE = Performance(np.array([(0.0, 0.5, 60, 100, 0)], NOTE_DTYPE))


def test_folders_and_sfz_of_the_same_notes_play_the_same(tmp_path, write_tone):
    for name, pitch in (("C4", 60), ("E4", 64), ("G4", 67)):
        write_tone(f"notes/{name}.wav", pitch)
    regions = "<group> ampeg_release=0.5\n"
    for name, low, high, center in (("C4", 58, 62, 60), ("E4", 63, 65, 64), ("G4", 66, 69, 67)):
        regions += f"<region> sample=notes/{name}.wav lokey={low} hikey={high} pitch_keycenter={center}\n"
    (tmp_path / "x.sfz").write_text(regions)
    folder, sfz = open_instrument(tmp_path / "notes"), open_instrument(tmp_path / "x.sfz")
    assert is_instrument(tmp_path / "notes")
    assert (folder.lowest, folder.highest) == (sfz.lowest, sfz.highest) == (58, 69)
    assert np.allclose(folder.render(NOTE), sfz.render(NOTE), atol=1e-6)


def test_soundfonts_have_the_whole_keyboard(tmp_path):
    instrument = open_instrument(write_soundfont(tmp_path / "x.sf2", ("Flute", 73, 0)), "flute")
    assert (instrument.name, instrument.lowest, instrument.highest) == ("flute", 21, 108)


def test_nothing_to_play(tmp_path, write_tone):
    with pytest.raises(TrainingError, match="no such file"):
        open_instrument(tmp_path / "none")
    write_tone("C4.wav")
    (tmp_path / "x.sfz").write_text("<region> sample=C4.wav lokey=2 hikey=9")
    with pytest.raises(TrainingError, match="no keys of a piano"):
        open_instrument(tmp_path / "x.sfz")
    assert not is_instrument(tmp_path)
