"""``audiostyle domains`` says what the cards say."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.domains import name_note


def test_people_see_sound_range_and_quality(audiostyle):
    head, piano, organ = audiostyle("domains").out.splitlines()
    assert head.split() == ["DOMAIN", "RANGE", "SOUNDS", "LIKE", "DECODERS", "MEASURED"]
    assert piano.split("  ")[0] == "piano"
    for fact in ("A0-C8", "grand piano", "spectral", "lsd_db 5.1"):
        assert fact in piano
    assert "C2-C7" in organ


def test_machines_see_the_same(audiostyle):
    piano, organ = map(json.loads, audiostyle("domains", "--json", "--model", "tiny").out.splitlines())
    assert (piano["domain"], piano["lowest"], piano["highest"]) == ("piano", 21, 108)
    fields = {"domain", "sounds_like", "lowest", "highest", "decoders", "measured", "sha256"}
    assert piano.keys() == organ.keys() == fields
    assert organ["measured"] == {"lsd_db": 5.1} and organ["decoders"] == ["spectral"]


def test_an_unknown_model_is_one_line(audiostyle):
    result = audiostyle("domains", "--model", "tinny")
    assert result.code == 1
    assert "did you mean 'tiny'?" in result.err


@given(st.integers(0, 127))
def test_name_notes_agree_with_the_midi_number(midi):
    name = name_note(midi)
    letter, octave = name.rstrip("-0123456789"), int(name.lstrip("ABCDEFG#"))
    semitones = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    assert semitones[letter[0]] + letter.count("#") + 12 * (octave + 1) == midi


def test_previews_are_written_once(audiostyle, tmp_path, monkeypatch):
    wave = np.zeros(100, np.float32)
    monkeypatch.setattr("audiostyle.translation.preview.make_preview", lambda translator, name: wave)
    result = audiostyle("domains", "--model", "tiny", "--preview", "all", "-o", str(tmp_path / "new"))
    assert result.code == 0
    files = {file.name for file in (tmp_path / "new").iterdir()}
    assert files == {"piano.preview.wav", "organ.preview.wav"}
    again = audiostyle("domains", "--model", "tiny", "--preview", "piano", "-o", str(tmp_path / "new"))
    assert again.code == 2
    assert "exists" in again.err
    missing = audiostyle("domains", "--model", "tiny", "--preview", "pino", "-o", str(tmp_path / "new"))
    assert missing.code == 2
    assert "did you mean 'piano'" in missing.err
