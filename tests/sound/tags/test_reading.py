"""Tags are found wherever a format keeps them; ffmpeg, which writes them, is the oracle."""

import shutil
import subprocess
from pathlib import Path

import pytest
from liars import make_file

from audiostyle.sound.reading import AudioReader
from audiostyle.sound.tags.reading import guess_mime, read_probed_tags


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg program")
@pytest.mark.parametrize(
    "name", ["a.mp3", "a.flac", "a.ogg", "a.opus", "a.wav", "a.m4a", "a.mka", "a.wma", "a.caf"]
)
def test_what_ffmpeg_wrote(tmp_path: Path, name: str):
    source = tmp_path / "source.wav"
    source.write_bytes(make_file("WAV", 9600))
    tags = {
        "title": "Söng",
        "artist": "Ann",
        "album": "All",
        "genre": "Jazz",
        "date": "2020",
        "comment": "hello",
    }
    options = [word for key, value in tags.items() for word in ("-metadata", f"{key}={value}")]
    encoder = {"a.ogg": ["-codec:a", "libvorbis"]}.get(name, [])
    command = ["ffmpeg", "-v", "error", "-i", source, *options, *encoder, "-ar", "48000", tmp_path / name]
    subprocess.run(command, check=True)
    with AudioReader(tmp_path / name) as reader:
        found = dict(reader.read_tags().texts)
    assert {key.upper(): value for key, value in tags.items()}.items() <= found.items()
    assert not any(key.startswith("ENCOD") for key in found)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg program")
def test_the_cover_of_an_m4a(tmp_path: Path):
    from PIL import Image

    Image.new("RGB", (64, 64), (200, 30, 30)).save(tmp_path / "cover.png")
    (tmp_path / "source.wav").write_bytes(make_file("WAV", 9600))
    inputs = ["-i", tmp_path / "source.wav", "-i", tmp_path / "cover.png"]
    mapping = ["-map", "0", "-map", "1", "-codec:v", "copy", "-disposition:v", "attached_pic"]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, *mapping, tmp_path / "a.m4a"], check=True)
    with AudioReader(tmp_path / "a.m4a") as reader:
        (picture,) = reader.read_tags().pictures
    assert picture.mime == "image/png" and picture.data == (tmp_path / "cover.png").read_bytes()


def test_layouts_and_names_of_ffmpeg():
    tags = read_probed_tags(
        {"track": "1/2", "Album_Artist": "x", "major_brand": "M4A", "iTunNORM": "0"}, "5.1(side)"
    )
    assert dict(tags.texts) == {"TRACKNUMBER": "1/2", "ALBUMARTIST": "x"} and tags.mask == 0x60F
    assert read_probed_tags({}, "stereo").mask is None


def test_pictures_by_their_first_bytes():
    assert guess_mime(b"GIF89a") == "image/gif" and guess_mime(b"") == "image/jpeg"
