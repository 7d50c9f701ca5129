"""The decoder delivers what libsndfile reads in one go, cut into blocks."""

import re
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


def test_a_name_that_is_not_unicode(recording, tmp_path: Path, noise):
    path = recording("a.wav", noise(1, 10)).rename(tmp_path / b"\xff.wav".decode(errors="surrogateescape"))
    decoder = SoundFileDecoder(path, "a")
    assert decoder.info.frames == 10
    decoder.close()
