"""Bands as files: one result and its stems, or one line."""

import mido
import numpy as np
import pytest
import soundfile

from audiostyle.errors import AudiostyleError, UnknownDomain
from audiostyle.music.midi import read_midi
from audiostyle.sound.reading import read_audio
from audiostyle.translation.parts import ROLES

PARTS = {"melody": "sine", "bass": "comb"}


def test_one_file_and_its_stems(tiny, file, tmp_path):
    report = tiny.translate_file(file, tmp_path / "out.wav", parts=PARTS, stems=tmp_path / "stems")
    wave, rate = read_audio(file)
    translated, same = read_audio(tmp_path / "out.wav")
    assert (translated.shape, same) == (wave.shape, rate)
    assert report.outputs == {"band": str(tmp_path / "out.wav")}
    assert {path.name for path in (tmp_path / "stems").iterdir()} == {"melody.wav", "bass.wav"}
    assert soundfile.info(tmp_path / "stems" / "bass.wav").frames == wave.shape[1]
    assert np.isfinite(translated).all()


@pytest.mark.parametrize("parts", [{}, {"meldy": "sine"}])
def test_parts_that_are_none(tiny, file, tmp_path, parts):
    with pytest.raises(AudiostyleError, match="melody"):
        tiny.translate_file(file, tmp_path / "out.wav", parts=parts)
    assert not (tmp_path / "out.wav").exists()


def test_unknown_domains_and_several_files(tiny, file, tmp_path):
    with pytest.raises(UnknownDomain):
        tiny.translate_file(file, tmp_path / "out.wav", parts={"melody": "none"})
    with pytest.raises(AudiostyleError, match="one file, not 2"):
        tiny.translate_file(file, {"a": tmp_path / "a.wav", "b": tmp_path / "b.wav"}, parts=PARTS)
    assert not list(tmp_path.glob("*.wav")) or list(tmp_path.glob("*.wav")) == [file]


def test_proposed_parts_are_played_and_reported(tiny, file, tmp_path):
    report = tiny.translate_file(file, tmp_path / "out.wav", parts="auto", stems=tmp_path / "stems")
    assert set(report.parts) <= set(ROLES) and set(report.parts.values()) <= set(tiny.domains)
    assert {path.stem for path in (tmp_path / "stems").iterdir()} == set(report.parts)


def test_every_part_is_a_track_with_its_notes(tiny, file, tmp_path):
    report = tiny.translate_file(file, tmp_path / "out.wav", parts=PARTS, midi=tmp_path / "out.mid")
    names = [track.name for track in mido.MidiFile(tmp_path / "out.mid").tracks if track.name]
    assert [name for name in names if "MPE" not in name] == ["melody (sine)", "bass (comb)"]
    assert len(read_midi(tmp_path / "out.mid").notes) == report.notes
