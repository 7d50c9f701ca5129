"""The decoder delivers what libsndfile reads in one go, cut into blocks."""

import re
import struct
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiostyle.errors import AudioReadError
from audiostyle.sound.libsndfile import NotRecognized, SoundFileDecoder

SAMPLES = 5000


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", "a.aiff", "a.w64", "a.caf", "a.au"])
@pytest.mark.parametrize("frames", [1000, 777, 10_000])
def test_blocks_put_together_are_the_file(recording, name: str, frames: int, noise):
    path = recording(name, noise(2, SAMPLES))
    whole, _ = soundfile.read(path, dtype="float32")
    decoder = SoundFileDecoder(path, name)
    for _ in range(2):  # a second pass starts at the beginning again
        blocks = list(decoder.blocks(frames))
        assert all(block.shape == (2, frames) for block in blocks[:-1])
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), whole.T)
    decoder.close()
    assert decoder.info.frames == SAMPLES and decoder.info.seconds == SAMPLES / 44100


def test_a_pass_may_be_left_half_way(recording, noise):
    decoder = SoundFileDecoder(recording("a.flac", noise(1, SAMPLES)), "a.flac")
    next(decoder.blocks(100))
    assert sum(block.shape[1] for block in decoder.blocks(100)) == SAMPLES
    decoder.close()


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_every_resolution_arrives_within_its_own_step(recording, subtype: str, noise):
    wave = noise(3, 300)
    decoder = SoundFileDecoder(recording("a.wav", wave, subtype=subtype), "a.wav")
    (block,) = decoder.blocks(300)
    decoder.close()
    step = {"PCM_U8": 2**-7, "PCM_16": 2**-15}.get(subtype, 2**-23)
    assert block.dtype == np.float32
    np.testing.assert_allclose(block, wave, atol=step)


@pytest.mark.parametrize("content", [b"hello\n" * 100, b"RIFF", b"fLaC" + bytes(50)])
def test_what_is_not_audio_is_not_recognized(tmp_path: Path, content: bytes):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(NotRecognized):
        SoundFileDecoder(path, "a.wav")


@pytest.mark.parametrize("second", [0.05, 0.5, 0.9])
def test_damage_inside_a_flac_names_the_second(recording, second: float, noise):
    path = recording("a.flac", noise(1, 44100))
    data = bytearray(path.read_bytes())
    place = round(second * len(data))
    data[place : place + 200] = bytes(200)
    path.write_bytes(data)
    decoder = SoundFileDecoder(path, "a.flac")
    with pytest.raises(AudioReadError) as error:
        list(decoder.blocks(44100))
    decoder.close()
    found = re.match(r"a\.flac: is damaged after (\d\.\d\d) s", str(error.value))
    assert found and float(found[1]) == pytest.approx(second, abs=0.1)  # a frame has 4096 samples


@pytest.mark.parametrize("said", ["Unspecified internal error.", ""])
def test_where_libsndfile_knows_no_reason_the_message_has_one(recording, noise, monkeypatch, said: str):
    def fail(*_, **__):
        raise soundfile.SoundFileRuntimeError(said)

    with closing(SoundFileDecoder(recording("a.wav", noise(1, 1000)), "a.wav")) as decoder:
        monkeypatch.setattr(soundfile.SoundFile, "read", fail)
        with pytest.raises(
            AudioReadError, match=r"a\.wav: is damaged after 0\.00 s \(its decoder loses track\)"
        ):
            list(decoder.blocks(100))


def test_a_name_that_is_not_unicode(recording, tmp_path: Path, noise):
    path = recording("a.wav", noise(1, 10)).rename(tmp_path / b"\xff.wav".decode(errors="surrogateescape"))
    decoder = SoundFileDecoder(path, "a")
    assert decoder.info.frames == 10
    decoder.close()


SEEK_NOT = [
    ("a.wav", "WAV", "GSM610"),
    ("a.wav", "WAV", "G721_32"),
    ("a.wav", "WAV", "NMS_ADPCM_24"),
    ("a.w64", "W64", "GSM610"),
    ("a.aiff", "AIFF", "GSM610"),
    ("a.aiff", "AIFF", "DWVW_16"),
    ("a.aiff", "AIFF", "DWVW_24"),
    ("a.au", "AU", "G723_24"),
    ("a.au", "AU", "G723_40"),
    ("a.caf", "CAF", "ALAC_16"),
    ("a.xi", "XI", "DPCM_16"),
    ("a.voc", "VOC", "PCM_16"),
]


@pytest.mark.parametrize("name, format, subtype", SEEK_NOT)
def test_formats_that_cannot_seek_are_read_as_often_as_need_be(tmp_path, noise, name, format, subtype):
    path = tmp_path / name
    soundfile.write(path, noise(1, 9000)[0], 8000, format=format, subtype=subtype)
    decoder = SoundFileDecoder(path, name)
    first = np.concatenate(list(decoder.blocks(1000)), axis=1)
    next(decoder.blocks(100))
    second = np.concatenate(list(decoder.blocks(777)), axis=1)
    decoder.close()
    assert 9000 <= first.shape[1] < 9700  # some have blocks of a fixed size
    np.testing.assert_array_equal(first, second)
    assert not decoder.remarks


def test_a_file_that_vanishes_between_two_passes_is_one_line(recording, noise):
    path = recording("a.wav", noise(1, 100))
    decoder = SoundFileDecoder(path, "a.wav")
    list(decoder.blocks(100))
    path.unlink()
    with pytest.raises(AudioReadError, match=r"^a\.wav: cannot be opened again"):
        list(decoder.blocks(100))
    decoder.close()


def test_headers_promise_and_memory_does_not_follow(tmp_path):
    """A kilobyte that promises 10¹² frames of 64 channels."""
    data = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        0,
        b"WAVE",
        b"fmt ",
        16,
        1,
        64,
        44100,
        44100 * 128,
        128,
        16,
        b"data",
        2**32 - 9,
    )
    path = tmp_path / "a.wav"
    path.write_bytes(data + bytes(1280))
    decoder = SoundFileDecoder(path, "a.wav")
    assert sum(block.shape[1] for block in decoder.blocks(1 << 20)) == 10
    decoder.close()
    path.write_bytes(data[:22] + struct.pack("<H", 300) + data[24:] + bytes(6000))
    with pytest.raises((AudioReadError, NotRecognized)):
        SoundFileDecoder(path, "a.wav")


def test_joined_files_of_other_rates_and_channels_follow_the_first(tmp_path, noise):
    parts = []
    for rate, channels in ((8000, 2), (16000, 1), (8000, 2)):
        soundfile.write(tmp_path / "part.flac", noise(channels, rate).T, rate)
        parts.append((tmp_path / "part.flac").read_bytes())
    path = tmp_path / "joined.flac"
    path.write_bytes(b"".join(parts))
    decoder = SoundFileDecoder(path, "joined.flac")
    wave = np.concatenate(list(decoder.blocks(999)), axis=1)
    assert wave.shape == (2, 24_000) == (decoder.info.channels, decoder.info.frames)
    np.testing.assert_array_equal(wave[:, :8000], wave[:, 16_000:])
    np.testing.assert_array_equal(wave[0, 8000:16_000], wave[1, 8000:16_000])
    decoder.close()


def test_an_amiga_recording_with_a_header_without_end_is_refused(tmp_path: Path):
    """libsndfile would look for the samples forever."""
    path = tmp_path / "a.svx"
    soundfile.write(path, np.zeros(1600), 8000, format="SVX", subtype="PCM_S8")
    data = path.read_bytes()
    with closing(SoundFileDecoder(path, "a.svx")) as decoder:
        assert decoder.info.frames == 1600
    note = b"ANNO" + struct.pack(">I", 34) + bytes(34)
    path.write_bytes(data[:40] + note * 2000 + data[40:])
    with pytest.raises(NotRecognized, match="no samples"):
        SoundFileDecoder(path, "a.svx")
