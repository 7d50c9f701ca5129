"""SFZ: opcodes are inherited from header to header, what is not understood is named, damage is one line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import TrainingError
from audiostyle.music.samples.sfz import read_sfz


@pytest.fixture
def write(tmp_path: Path):
    for name in ("a.wav", "b c.wav", "sub/d.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    def write_text(text: str, name: str = "x.sfz") -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write_text


def test_headers_inherit(write):
    text = """
    <control> default_path=sub/
    <global> ampeg_release=2 // a comment
    <group> lovel=1 hivel=60 volume=-6
    <region> sample=d.wav key=c4
    <group> lovel=61
    <region> sample=d.wav lokey=62 hikey=64 pitch_keycenter=63 tune=50
    """
    soft, loud = read_sfz(write(text)).zones
    assert (soft.keys, soft.velocities, soft.release, soft.pitch) == ((60, 60), (1, 60), 2.0, 60)
    assert soft.gain == pytest.approx(10 ** (-6 / 20))
    assert (loud.keys, loud.velocities, loud.gain, loud.pitch) == ((62, 64), (61, 127), 1.0, 62.5)


def test_names_with_spaces_and_backslashes(write):
    first, second = read_sfz(write("<region> sample=b c.wav key=60\n<region> sample=sub\\d.wav key=61")).zones
    assert first.path.name == "b c.wav"
    assert second.path.is_file()


def test_definitions_and_includes(write):
    write("<region> sample=a.wav key=$KEY", "inner.txt")
    text = '#define $KEY 64\n#include "more.txt"\n<region> sample=a.wav key=$KEY'
    write("<region> sample=a.wav key=50", "more.txt")
    assert [zone.keys[0] for zone in read_sfz(write(text)).zones] == [50, 64]


def test_what_is_ignored_is_said(write):
    text = (
        "<region> sample=a.wav key=60 cutoff=500 pan=3\n<region> sample=a.wav key=61 cutoff=9\n<curve> v000=0"
    )
    (remark,) = read_sfz(write(text)).remarks
    assert "cutoff (2)" in remark
    assert "pan (1)" in remark


def test_missing_recordings_are_named(write):
    instrument = read_sfz(write("<region> sample=a.wav key=60\n<region> sample=gone.wav key=61"))
    assert len(instrument.zones) == 1
    assert any("gone.wav" in remark for remark in instrument.remarks)


def test_the_first_of_alternating_recordings(write):
    text = "<group> seq_length=2 key=60 sample=a.wav\n<region> seq_position=1\n<region> seq_position=2"
    assert len(read_sfz(write(text)).zones) == 1


def test_triggers(write):
    text = "<region> sample=a.wav key=60\n<region> sample=a.wav key=60 trigger=release rt_decay=6\n"
    text += "<region> sample=a.wav key=60 trigger=legato"
    struck, released = read_sfz(write(text)).zones
    assert (struck.sounds_on_release, released.sounds_on_release, released.decay) == (False, True, 6.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names no recordings"),
        ("<region> key=60", "names no recordings"),
        ("<region> sample=gone.wav key=60", "gone.wav is missing"),
        ("<region> sample=a.wav key=60 volume=loud", "nothing can be played"),
        ('#include "x.sfz"', "without end"),
        ("\0\0", "not an SFZ file"),
    ],
)
def test_damage_is_one_line(write, text, reason):
    with pytest.raises(TrainingError, match=reason) as error:
        read_sfz(write(text))
    assert "\n" not in str(error.value)


def test_no_file(tmp_path):
    with pytest.raises(TrainingError, match="cannot be read"):
        read_sfz(tmp_path / "none.sfz")


@given(st.text('<>region=key amplsv0129.-#/*\n$"', max_size=80))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("sfz") / "x.sfz"
    path.write_text("<region> sample=x.sfz key=60\n" + text)
    try:
        assert read_sfz(path).zones
    except TrainingError as error:
        assert "\n" not in str(error)
