"""What is written comes back; what cannot be written whole leaves no trace."""

import itertools
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiostyle.errors import AudioWriteError, ShapeError
from audiostyle.sound import formats
from audiostyle.sound.reading import read_audio
from audiostyle.sound.writing import AudioWriter

ALL = [".wav", ".flac", ".ogg", ".mp3", ".aiff", ".w64"]


def write(path: Path, wave: np.ndarray, rate: int = 44100, frames: int = 4000, **options) -> AudioWriter:
    with AudioWriter(path, rate, wave.shape[0], **options) as writer:
        for start in range(0, wave.shape[1], frames):
            writer.write(wave[:, start : start + frames])
    return writer


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 8), st.integers(1, 3000), st.sampled_from([4000, 192_000]), st.integers(1, 4000))
def test_float_is_exact_in_any_blocks(tmp_path: Path, noise, channels, samples, rate, frames):
    wave = 30 * noise(channels, samples)
    writer = write(tmp_path / "a.wav", wave, rate, frames, subtype="FLOAT")
    back, back_rate = read_audio(tmp_path / "a.wav")
    np.testing.assert_array_equal(back, wave)
    assert back_rate == rate and writer.gain == 1 and writer.peak == np.abs(wave).max()


@pytest.mark.parametrize("suffix, clip", [*itertools.product(ALL, ["limit", "rescale", "clamp", "none"])])
@pytest.mark.parametrize("samples", [1, 50_000])
def test_every_format_keeps_length_rate_and_channels(tmp_path: Path, noise, suffix: str, clip, samples: int):
    path = tmp_path / f"a{suffix}"
    write(path, noise(2, samples), 22050, clip=clip)
    wave, rate = read_audio(path)
    assert wave.shape == (2, samples) and rate == 22050
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("subtype, step", [("PCM_U8", 2**-7), ("PCM_16", 2**-15), ("PCM_24", 2**-23)])
def test_pcm_is_within_its_step(tmp_path: Path, noise, subtype: str, step: float):
    wave = noise(2, 5000)
    write(tmp_path / "a.wav", wave, subtype=subtype)
    np.testing.assert_allclose(read_audio(tmp_path / "a.wav")[0], wave, atol=step)


class TestClipping:
    """PCM_24 cannot hold ±2: one law for each policy."""

    wave = np.array([[0.5, -2.0, 1.0]], np.float32)

    def written(self, folder: Path, clip, subtype: str = "PCM_24") -> tuple[np.ndarray, AudioWriter]:
        writer = write(folder / "a.wav", self.wave, frames=1, clip=clip, subtype=subtype)
        return read_audio(folder / "a.wav")[0], writer

    def test_rescale_keeps_the_shape(self, tmp_path: Path):
        back, writer = self.written(tmp_path, "rescale")
        np.testing.assert_allclose(back, self.wave / 2, atol=2**-23)
        assert (writer.peak, writer.gain) == (2, 0.5)

    def test_limit_turns_down_a_moment(self, tmp_path: Path):
        wave = np.full((2, 44_100), 0.5, np.float32)
        wave[1, 20_000] = -2
        writer = write(tmp_path / "b.wav", wave, subtype="PCM_24")
        back = read_audio(tmp_path / "b.wav")[0]
        assert back.shape == wave.shape and back[1, 20_000] == pytest.approx(-1, abs=1e-6)
        np.testing.assert_allclose(back[:, :19_000], 0.5, atol=2**-23)
        np.testing.assert_allclose(back[:, 21_000:], 0.5, atol=2**-23)
        assert writer.peak == 2 and writer.gain == pytest.approx(0.5, abs=1e-6)

    @pytest.mark.parametrize("clip", ["clamp", "none"])
    def test_clamp_keeps_the_level(self, tmp_path: Path, clip):
        back, writer = self.written(tmp_path, clip)
        np.testing.assert_allclose(back, [[0.5, -1, 1]], atol=2**-22)
        assert (writer.peak, writer.gain) == (2, 1)

    @pytest.mark.parametrize("clip", ["limit", "rescale", "clamp", "none"])
    def test_float_is_never_touched(self, tmp_path: Path, clip):
        np.testing.assert_array_equal(self.written(tmp_path, clip, "FLOAT")[0], self.wave)

    @pytest.mark.parametrize("clip", ["limit", "rescale"])
    def test_what_fits_is_left_alone(self, tmp_path: Path, noise, clip):
        wave = noise(1, 1000)
        assert write(tmp_path / "a.flac", wave / np.abs(wave).max()).gain == 1
        write(tmp_path / "a.wav", wave, clip=clip)
        write(tmp_path / "b.wav", wave, clip="none")
        assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_a_large_vorbis_block_does_not_crash(tmp_path: Path, noise):
    write(tmp_path / "a.ogg", noise(2, 3_000_000), frames=3_000_000)  # 24 MB, three times the usual stack
    assert soundfile.info(tmp_path / "a.ogg").frames == 3_000_000


@pytest.mark.parametrize("suffix", ALL)
def test_the_comment_is_kept_where_there_is_a_tag(tmp_path: Path, noise, suffix: str):
    path = tmp_path / f"a{suffix}"
    write(path, noise(1, 1000), comment="audiostyle 1.0 · piano")
    with soundfile.SoundFile(path) as file:
        assert file.comment == ("" if suffix == ".w64" else "audiostyle 1.0 · piano")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("clip", ["limit", "rescale", "none"])
def test_an_exception_leaves_the_folder_as_it_was(tmp_path: Path, noise, error: type[BaseException], clip):
    (tmp_path / "a.wav").write_bytes(b"precious")
    with pytest.raises(error), AudioWriter(tmp_path / "a.wav", 44100, 1, clip=clip) as writer:
        writer.write(noise(1, 10_000))
        raise error
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.wav": b"precious"}


def test_a_kill_leaves_no_file_that_looks_whole(tmp_path: Path):
    code = (
        "import sys, numpy, time; from audiostyle.sound.writing import AudioWriter\n"
        "with AudioWriter(sys.argv[1], 44100, 1, clip='none') as writer:\n"
        "    writer.write(numpy.zeros((1, 100000))); print(flush=True); time.sleep(60)"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path / "a.wav")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert all(name.startswith(".audiostyle-") for name in os.listdir(tmp_path))


@pytest.mark.parametrize("suffix, clip", [*itertools.product(ALL, ["rescale", "none"])])
def test_a_full_disk_is_noticed_even_when_only_the_last_byte_lacks(tmp_path: Path, suffix: str, clip: str):
    """A limit on the size of files stands in for the disk: libsndfile sees the same short write."""
    code = (
        "import os, resource, sys, numpy; from audiostyle.sound.writing import AudioWriter\n"
        "from audiostyle.errors import AudioWriteError\n"
        "path, clip = sys.argv[1:]; wave = numpy.random.default_rng(0).uniform(-1, 1, (1, 50000))\n"
        "def write():\n"
        "    with AudioWriter(path, 44100, 1, clip=clip) as writer: writer.write(wave)\n"
        "write(); size = os.path.getsize(path); os.unlink(path)\n"
        "for limit in (size - 1, size // 2, 10):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))\n"
        "    try: write()\n"
        "    except AudioWriteError as error: print(str(error).replace(path, 'PATH'))\n"
    )
    path = tmp_path / f"a{suffix}"
    run = subprocess.run([sys.executable, "-c", code, path, clip], capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert len(lines) == 3 and all(line.startswith("PATH: cannot be written (") for line in lines), lines
    assert all("make room" in line for line in lines)
    assert not list(tmp_path.iterdir())


def check_refusal(path: Path, *words: str, wave: np.ndarray | None = None, **options) -> None:
    """`AudioWriteError` of one line that names the file, and nothing new in its folder."""
    before = set(path.parent.iterdir()) if path.parent.is_dir() else None
    with pytest.raises(AudioWriteError) as error:
        write(path, np.zeros((1, 10)) if wave is None else wave, **options)
    message = str(error.value)
    assert message.startswith(f"{path}: ") and "\n" not in message and all(word in message for word in words)
    assert before is None or before == set(path.parent.iterdir())


def test_refusals(tmp_path: Path):
    check_refusal(tmp_path / "a.m4a", ".flac")
    check_refusal(tmp_path / "a.mp3", "wav", rate=96000)
    check_refusal(tmp_path / "a.mp3", "channels", wave=np.zeros((6, 10)))
    check_refusal(tmp_path / "a.wav", "PCM_24", subtype="VORBIS")
    check_refusal(tmp_path / "a.wav", "no samples", wave=np.zeros((1, 0)))
    check_refusal(tmp_path / "a.wav", "NaN", wave=np.array([[0, np.nan]]))
    check_refusal(tmp_path / "a.wav", "NaN", wave=np.array([[np.inf, 0]]))
    (tmp_path / "file").touch()
    check_refusal(tmp_path / "file" / "a.wav", "folder")


def test_a_read_only_folder(unprivileged_folder: Path):
    unprivileged_folder.chmod(0o555)
    check_refusal(unprivileged_folder / "a.wav", "may write")


def test_more_than_the_format_can_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noise):
    monkeypatch.setitem(formats.FORMATS, "WAV", replace(formats.FORMATS["WAV"], max_bytes=2000))
    write(tmp_path / "a", noise(1, 1000), format="wav")
    check_refusal(tmp_path / "b", "4 GiB", ".w64", wave=noise(1, 1001), format="wav")


def test_blocks_of_another_shape(tmp_path: Path):
    for block in (np.zeros(10), np.zeros((1, 10)), np.zeros((2, 5, 1))):
        with pytest.raises(ShapeError, match=r"\(2, n\)"):
            write_one(tmp_path / "a.wav", block)
    assert not list(tmp_path.iterdir())


def write_one(path: Path, block: np.ndarray) -> None:
    with AudioWriter(path, 44100, 2) as writer:
        writer.write(block)


def test_standard_output_is_a_whole_wav(tmp_path: Path):
    code = (
        "import numpy; from audiostyle.sound.writing import AudioWriter\n"
        "with AudioWriter('-', 8000, 2) as writer: writer.write(numpy.full((2, 500), 0.25))"
    )
    (tmp_path / "a.wav").write_bytes(subprocess.check_output([sys.executable, "-c", code]))
    wave, rate = read_audio(tmp_path / "a.wav")
    assert rate == 8000 and wave.shape == (2, 500) and (wave == 0.25).all()


def test_memory_does_not_depend_on_the_length(tmp_path: Path):
    code = (
        "import resource, sys, numpy; from audiostyle.sound.writing import AudioWriter\n"
        "with AudioWriter(sys.argv[1], 44100, 2) as writer:\n"
        "    for _ in range(int(sys.argv[2])): writer.write(numpy.full((2, 44100), 2.0, 'f4'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(seconds: int) -> int:
        return int(subprocess.check_output([sys.executable, "-c", code, tmp_path / "a.wav", str(seconds)]))

    assert peak(200) < 1.1 * peak(10)


@pytest.mark.parametrize("rate, kept", [(44100, 48000), (11025, 12000), (48000, 48000), (96000, 48000)])
def test_opus_is_opus_at_its_nearest_rate_and_says_so(tmp_path: Path, caplog, rate: int, kept: int):
    path = tmp_path / "a.opus"
    wave = 0.3 * np.sin(2 * np.pi * 440 / rate * np.arange(rate))[None]
    with AudioWriter(path, rate, channels=1) as writer:
        for block in np.array_split(wave, 5, axis=1):
            writer.write(block)
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate, info.frames) == ("OGG", "OPUS", kept, kept)
    assert len(caplog.messages) == (rate != kept) and all(str(path) in said for said in caplog.messages)
    written, _ = soundfile.read(path)
    assert np.abs(np.fft.rfft(written)).argmax() == 440


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.opus"])
@pytest.mark.parametrize("channels", [3, 5, 6, 8])
def test_every_channel_comes_back_in_its_place(tmp_path: Path, name: str, channels: int):
    rate = 48000
    tones = [np.sin(2 * np.pi * (50 + 10 * k) * np.arange(rate) / rate) for k in range(channels)]
    with AudioWriter(tmp_path / name, rate, channels) as writer:
        writer.write(0.3 * np.stack(tones))
    wave, _ = read_audio(tmp_path / name)
    assert np.abs(np.fft.rfft(wave)).argmax(axis=1).tolist() == [50 + 10 * k for k in range(channels)]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.uint8])
def test_blocks_of_integers_have_the_full_scale_of_their_type(tmp_path, dtype):
    info = np.iinfo(dtype)
    block = np.linspace(info.min, info.max, 100).astype(dtype)[None]
    middle, scale = (info.max + info.min + 1) // 2, (info.max - info.min + 1) // 2
    with AudioWriter(tmp_path / "a.wav", 8000, 1, subtype="FLOAT") as writer:
        writer.write(block)
    found, _ = soundfile.read(tmp_path / "a.wav")
    np.testing.assert_allclose(found, (block[0].astype(float) - middle) / scale, atol=1e-7)
    for wrong in (np.ones((1, 5), bool), np.ones((1, 5), complex), np.ones((1, 5), object)):
        with (
            pytest.raises(ShapeError, match="a block must hold floats"),
            AudioWriter(tmp_path / "b.wav", 8000, 1) as writer,
        ):
            writer.write(wrong)


@pytest.mark.parametrize("clip", ["x", None, 3])
def test_an_unknown_way_of_clipping_is_no_way(tmp_path, clip):
    with pytest.raises(AudioWriteError, match=r"clip must be one of limit, rescale, clamp, none, not"):
        AudioWriter(tmp_path / "a.wav", 8000, 1, clip=clip)


@pytest.mark.parametrize("wrong", ["8000", None, 8000.5, float("nan")])
def test_rates_and_channels_are_whole_numbers(tmp_path, wrong):
    for rate, channels in ((wrong, 1), (8000, wrong)):
        with pytest.raises(AudioWriteError, match="must be a whole number, not"):
            AudioWriter(tmp_path / "a.wav", rate, channels)
    with AudioWriter(tmp_path / "a.wav", 8000.0, np.int64(1)) as writer:
        writer.write(np.zeros((1, 5)))
