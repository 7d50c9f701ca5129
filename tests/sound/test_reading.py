"""The same samples however they are asked for, and every way in which a file is not a recording."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudioReadError
from audiostyle.sound import ffmpeg
from audiostyle.sound.reading import AudioReader, read_audio


def check_failure(path: Path, *words: str) -> None:
    with pytest.raises(AudioReadError) as error:
        read_audio(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ") and "\n" not in message
    assert all(word in message for word in words), message


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 8), st.integers(1, 3000), st.sampled_from([4000, 44100, 192_000]), st.integers(1, 4000))
def test_any_channels_length_and_rate_in_any_blocks(recording, noise, channels, samples, rate, frames):
    wave = noise(channels, samples)
    path = recording("a.wav", wave, rate, subtype="FLOAT")
    with AudioReader(path) as reader:
        blocks = list(reader.blocks(frames))
    info = reader.info
    assert (info.sample_rate, info.channels, info.frames) == (rate, channels, samples)
    assert all(block.dtype == np.float32 and block.flags.c_contiguous for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), wave)


def test_reading_gives_the_wave_and_its_rate(recording, noise):
    wave, rate = read_audio(recording("a.flac", noise(2, 100), 22050))
    assert wave.shape == (2, 100) and rate == 22050


def test_all_silent_is_a_recording(recording):
    assert not read_audio(recording("a.wav", np.zeros((1, 10))))[0].any()


@pytest.mark.parametrize("name", ["a.wav", "a.ogg", "a.mp3", "a.aiff"])
def test_cut_short_is_read_as_far_as_it_goes(recording, name: str, noise):
    path = recording(name, noise(2, 44100))
    whole, _ = read_audio(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    part, _ = read_audio(path)
    assert 10_000 < part.shape[1] < 34_000
    settled = part.shape[1] - 2000  # the last frames of a lossy stream lean on what is gone
    np.testing.assert_array_equal(part[:, :settled], whole[:, :settled])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_found_where_they_are(recording, value: float, noise):
    wave = noise(2, 44100)
    wave[1, 11025] = value
    check_failure(recording("a.wav", wave, subtype="FLOAT"), "not a finite number", "at 0.250 s")


def test_no_samples(recording):
    check_failure(recording("a.wav", np.zeros((1, 0))), "no samples")


def test_not_audio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = tmp_path / "a.wav"
    text.write_text("not a recording\n" * 100)
    if ffmpeg.is_installed():
        check_failure(text, "is it audio?")
    monkeypatch.setenv("PATH", str(tmp_path))
    check_failure(text, "install the ffmpeg program", "convert it to WAV")


def run_python(code: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", code], input=data, capture_output=True)


def test_standard_input(recording, noise):
    path = recording("a.wav", noise(2, 5000))
    unknown_length = bytearray(path.read_bytes())
    unknown_length[4:8] = unknown_length[40:44] = (
        b"\xff" * 4
    )  # what programs write that cannot seek in a pipe
    code = "from audiostyle.sound.reading import read_audio; print(read_audio('-')[0].shape)"
    for data in (path.read_bytes(), bytes(unknown_length)):
        assert run_python(code, data).stdout == b"(2, 5000)\n"
    if not ffmpeg.is_installed():
        return
    failed = run_python(code, b"hello").stderr.splitlines()[-1]
    assert b"standard input: " in failed and b"is it audio?" in failed


def test_reading_does_not_import_torch():
    code = "import sys, audiostyle.sound.reading, audiostyle.sound.writing; print('torch' in sys.modules)"
    assert run_python(code, b"").stdout == b"False\n"


def test_memory_does_not_depend_on_the_length(recording):
    code = (
        "import resource, sys; from audiostyle.sound.reading import AudioReader\n"
        "with AudioReader(sys.argv[1]) as reader: n = sum(b.shape[1] for b in reader.blocks(65536))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(seconds: int) -> int:
        path = recording("a.wav", np.zeros((2, 44100 * seconds), np.float32))
        return int(subprocess.check_output([sys.executable, "-c", code, path]))

    assert peak(200) < 1.1 * peak(10)  # 35 MB of samples more, beside about 40 MB in all


def test_a_damaged_float_that_no_computation_would_survive_is_named(tmp_path):
    """Flipped bits of a float recording make numbers such as 1e30, whose squares are infinite."""
    wave = np.zeros((8000, 2))
    wave[4000, 1] = 1e30
    sf.write(tmp_path / "a.wav", wave, 8000, "FLOAT")
    with pytest.raises(AudioReadError, match=r"a\.wav: has a sample beyond 1e\+10, .* at 0\.500 s"):
        read_audio(tmp_path / "a.wav")


@pytest.mark.parametrize("number", [2**31 - 1, 2**32 - 1])
def test_samples_that_begin_behind_the_end_are_none(tmp_path, number):
    """An AIFF says where in its chunk they begin; the chunk ends before."""
    path = tmp_path / "a.aiff"
    sf.write(path, np.zeros(1600), 8000)
    data = path.read_bytes()
    start = data.index(b"SSND") + 8
    path.write_bytes(data[:start] + number.to_bytes(4, "big") + data[start + 4 :])
    with pytest.raises(AudioReadError, match=r"a\.aiff"):
        read_audio(path)


def test_a_chunk_that_ends_beyond_any_file_is_no_reason_to_fail(tmp_path):
    path = tmp_path / "a.w64"
    sf.write(path, np.zeros(1600), 8000, format="W64")
    data = path.read_bytes()
    size = data.index(b"fmt ") + 16
    path.write_bytes(data[:size] + (2**64 - 1).to_bytes(8, "little") + data[size + 8 :])
    with pytest.raises(AudioReadError, match=r"a\.w64"):
        read_audio(path)
