"""What a source says of itself is in the result, where the format has a place for it; the rest is said."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiostyle.sound.reading import AudioReader
from audiostyle.sound.tags.tags import Picture, Tags
from audiostyle.sound.tags.writing import select_tags, write_tags
from audiostyle.sound.writing import AudioWriter

TAGS = Tags((("TITLE", "Söng"), ("ARTIST", "A"), ("MOOD", "calm")), (Picture(b"x" * 70_000, "image/png"),))


def write(path: Path, tags: Tags, channels: int = 2, **options: str) -> Tags:
    """Write a recording with tags and return those that it has."""
    wave = 0.1 * np.random.default_rng(0).standard_normal((channels, 9600))
    with AudioWriter(path, 48000, channels, comment="made", tags=tags, **options) as writer:  # type: ignore[arg-type]
        writer.write(wave)
    with AudioReader(path) as reader:
        assert sum(block.shape[1] for block in reader.blocks(5000)) == 9600
        return reader.read_tags()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.opus", "a.mp3", "a.aiff"])
def test_texts_and_cover(tmp_path: Path, caplog, name: str):
    found = write(tmp_path / name, TAGS)
    assert set(found.texts) == {*TAGS.texts, ("COMMENT", "made")} and found.pictures == TAGS.pictures
    assert not caplog.messages and [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff", "a.w64"])
def test_without_tags_a_file_is_as_it_was(tmp_path: Path, name: str):
    wave = 0.1 * np.random.default_rng(0).standard_normal((1, 4800))
    files = []
    for number, tags in enumerate((None, Tags())):
        path = tmp_path / f"{number}{name}"
        with AudioWriter(path, 48000, 1, comment="made", tags=tags) as writer:
            writer.write(wave)
        files.append(path.stat().st_size)
    assert files[0] == files[1]
    if name != "a.w64":
        assert soundfile.SoundFile(path).comment == "made"


@pytest.mark.parametrize(
    "name, is_kept", [("a.wav", True), ("a.flac", True), ("a.ogg", True), ("a.aiff", False)]
)
def test_the_usual_speakers(tmp_path: Path, caplog, name: str, is_kept: bool):
    found = write(tmp_path / name, Tags(mask=0x3F), channels=6)
    assert (found.mask == 0x3F) == is_kept
    assert any("layout" in said for said in caplog.messages) != is_kept


@pytest.mark.parametrize("name, is_kept", [("a.wav", True), ("a.flac", True), ("a.ogg", False)])
def test_other_speakers(tmp_path: Path, caplog, name: str, is_kept: bool):
    assert (write(tmp_path / name, Tags(mask=0x60F), channels=6).mask == 0x60F) == is_kept
    assert any("layout" in said for said in caplog.messages) != is_kept


def test_what_has_no_place_is_said_in_one_line(tmp_path: Path, caplog):
    write(tmp_path / "a.w64", TAGS)
    (said,) = caplog.messages
    assert said.startswith(f"{tmp_path / 'a.w64'}: ") and "title, artist, other tags, cover" in said


def test_very_large_covers_are_left_out():
    huge = Tags(pictures=(Picture(bytes(20 << 20)),))
    assert select_tags(huge, "OGG", 2) == (Tags(), "cover")


def test_a_format_without_tags_is_left_alone(tmp_path: Path):
    path = tmp_path / "a.w64"
    path.write_bytes(b"x")
    write_tags(path, "W64", TAGS)
    assert path.read_bytes() == b"x"
