"""ffmpeg as a decoder; libsndfile reading the same lossless samples is the oracle."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from audiostyle.errors import AudioReadError
from audiostyle.sound.ffmpeg import FfmpegDecoder

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg program")


def convert(path: Path, name: str, *options: str) -> Path:
    target = path.with_name(name)
    command = ["ffmpeg", "-v", "error", "-i", path, *options, f"file:{target}"]
    subprocess.run(command, check=True)  # type: ignore[arg-type]
    return target


@pytest.mark.parametrize("channels, sample_rate", [(1, 4000), (2, 44100), (6, 48000)])
def test_lossless_samples_are_exact_in_any_block_and_again(recording, channels: int, sample_rate: int, noise):
    wave = np.round(noise(channels, 5000) * 2**15) / 2**15
    path = convert(recording("a.wav", wave, sample_rate), "a.m4a", "-codec:a", "alac")
    decoder = FfmpegDecoder(path)
    assert (decoder.info.sample_rate, decoder.info.channels) == (sample_rate, channels)
    for frames in (777, 5000):
        np.testing.assert_array_equal(np.concatenate(list(decoder.blocks(frames)), axis=1), wave)
    decoder.close()


def test_the_duration_is_the_containers(recording, noise):
    decoder = FfmpegDecoder(convert(recording("a.wav", noise(1, 66150)), "a.m4a"))
    assert decoder.info.frames is None
    assert decoder.info.seconds == pytest.approx(1.5, abs=0.05)  # AAC has frames of 23 ms
    decoder.close()


def test_the_sound_of_a_video(recording, noise):
    picture = ["-f", "lavfi", "-i", "color=size=32x32:duration=0.5", "-codec:v", "mpeg4", "-shortest"]
    path = convert(recording("a.wav", noise(2, 22050)), "a.mp4", *picture)
    decoder = FfmpegDecoder(path)
    assert sum(block.shape[1] for block in decoder.blocks(1000)) == pytest.approx(22050, abs=2048)
    decoder.close()


@pytest.mark.parametrize("name", ["-x.m4a", "http:x.m4a", "a %d 'b'.m4a"])
def test_names_are_never_options_protocols_or_patterns(recording, name: str, noise):
    decoder = FfmpegDecoder(convert(recording("a.wav", noise(1, 100)), name))
    assert decoder.info.channels == 1
    decoder.close()


def test_closing_early_ends_the_program(recording, noise):
    decoder = FfmpegDecoder(convert(recording("a.wav", noise(2, 441_000)), "a.m4a"))
    next(decoder.blocks(10))
    decoder.close()
    assert decoder._run is not None and decoder._run.process.poll() is not None


@pytest.mark.parametrize("content", [b"hello\n" * 100, b"#EXTM3U\nhttp://localhost/x.mp3\n", bytes(1000)])
def test_what_is_not_audio_is_one_line_that_names_the_file(tmp_path: Path, content: bytes):
    path = tmp_path / "a.m4a"
    path.write_bytes(content)
    with pytest.raises(AudioReadError) as error:
        FfmpegDecoder(path)
    assert str(error.value).startswith(f"{path}: ") and "\n" not in str(error.value)
