"""Joined files of ffmpeg's formats are found and read to the end; ffmpeg makes them."""

import io
import logging
import shutil
import subprocess
from pathlib import Path

import pytest
from liars import make_file

from audiostyle.sound.parts.heads import find_joined
from audiostyle.sound.reading import AudioReader


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg program")
@pytest.mark.parametrize("name", ["a.m4a", "a.mka", "a.webm", "a.wma", "a.tta", "a.wv", "a.flv"])
def test_joined_files_are_read_to_the_end(tmp_path: Path, caplog, name: str):
    (tmp_path / "a.wav").write_bytes(make_file("WAV", 44_100))
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-i",
            tmp_path / "a.wav",
            "-ar",
            "44100" if name != "a.webm" else "48000",
            tmp_path / name,
        ],
        check=True,
    )
    data = (tmp_path / name).read_bytes()
    assert find_joined(io.BytesIO(data)) == []
    assert find_joined(io.BytesIO(data + data)) == [(0, len(data)), (len(data), 2 * len(data))]
    (tmp_path / name).write_bytes(data + data)
    with caplog.at_level(logging.WARNING), AudioReader(tmp_path / name) as reader:
        for _ in range(2):
            seconds = sum(block.shape[1] for block in reader.blocks(10_000)) / reader.info.sample_rate
            assert seconds == pytest.approx(2, abs=0.2)
    assert any("2 recordings" in said for said in caplog.messages)


def test_what_is_no_such_file():
    for data in (b"", bytes(100), b"FLV", make_file("WAV", 100)):
        assert find_joined(io.BytesIO(data)) == []
