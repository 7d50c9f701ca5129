"""Each limit in the table is libsndfile's own: what we let pass it writes, what we refuse it cannot do."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiostyle.errors import AudioReadError, AudioWriteError
from audiostyle.sound.formats import (
    FORMATS,
    READABLE_SUFFIXES,
    WRITABLE_SUFFIXES,
    AudioInfo,
    check_format,
    check_readable,
    choose_subtype,
    count_sample_bytes,
    get_format,
)

RATES = (4000, 8000, 11025, 22050, 44100, 48000, 96000, 192_000)


def is_accepted(name: str, subtype: str, sample_rate: int, channels: int) -> bool:
    try:
        check_format("out", FORMATS[name], subtype, sample_rate, channels)
    except AudioWriteError:
        return False
    return True


@pytest.mark.parametrize("name, subtype", [(f.name, s) for f in FORMATS.values() for s in f.subtypes])
def test_what_passes_the_check_comes_back_with_its_rate_and_channels(tmp_path: Path, name: str, subtype: str):
    cases = [
        (rate, channels)
        for rate in RATES
        for channels in (1, 2, 8)
        if is_accepted(name, subtype, rate, channels)
    ]
    assert cases
    for rate, channels in cases:
        container = FORMATS[name].container or name
        soundfile.write(tmp_path / "x", np.zeros((64, channels)), rate, subtype=subtype, format=container)
        info = soundfile.info(tmp_path / "x")
        assert (info.samplerate, info.channels, info.frames, info.subtype) == (rate, channels, 64, subtype)


@pytest.mark.parametrize(
    "name, subtype, sample_rate, channels",
    [("MP3", "MPEG_LAYER_III", 96000, 2), ("OGG", "OPUS", 44100, 2), ("FLAC", "PCM_16", 44100, 9)],
)
def test_what_the_check_refuses_libsndfile_cannot_write(tmp_path, name, subtype, sample_rate, channels):
    assert not is_accepted(name, subtype, sample_rate, channels)
    with pytest.raises(soundfile.SoundFileError):
        soundfile.write(tmp_path / "x", np.zeros((64, channels)), sample_rate, subtype=subtype, format=name)


@pytest.mark.parametrize(
    "name, subtype, sample_rate, channels, word",
    [
        ("OGG", "VORBIS", 384_000, 1, "192000"),  # libsndfile would crash
        ("MP3", "MPEG_LAYER_III", 4000, 1, "sample rates 8000, "),
        ("MP3", "MPEG_LAYER_III", 44100, 6, "1 to 2 channels"),
        ("OGG", "OPUS", 44100, 2, "48000"),
        ("FLAC", "PCM_16", 44100, 0, "1 to 8 channels"),
        ("FLAC", "PCM_16", 44100, 9, "write .wav instead"),
        ("WAV", "PCM_16", 44100, 65, "1 to 64 channels, not 65; write fewer"),
        ("OPUS", "VORBIS", 48000, 2, "use one of OPUS"),
        ("FLAC", "FLOAT", 44100, 2, "PCM_24"),
    ],
)
def test_refusals_are_one_line_with_the_file_and_what_is_possible(name, subtype, sample_rate, channels, word):
    with pytest.raises(AudioWriteError) as error:
        check_format("out.xyz", FORMATS[name], subtype, sample_rate, channels)
    message = str(error.value)
    assert message.startswith("out.xyz: ") and word in message and "\n" not in message


@pytest.mark.parametrize("path", ["a.m4a", "a", "a.mp4", ".wav"])
def test_unknown_suffix_lists_the_known(path: str):
    with pytest.raises(AudioWriteError, match=r"\.wav.*\.flac.*\.ogg.*\.mp3"):
        get_format(path)


def test_format_is_found_by_name_before_suffix_and_in_any_case():
    assert get_format("a.WAV").name == "WAV"
    assert get_format("a.wav", "Flac").name == "FLAC"
    with pytest.raises(AudioWriteError, match="'m4a'"):
        get_format("a.wav", "m4a")


@pytest.mark.parametrize("name", FORMATS)
def test_default_subtype_is_one_the_format_has_whatever_the_input_was(name: str):
    for subtype in soundfile.available_subtypes():
        assert choose_subtype(name, AudioInfo(44100, 1, None, "WAV", subtype)) in FORMATS[name].subtypes


def test_default_subtype_keeps_the_resolution_where_it_can():
    def choose(name: str, subtype: str, source: str = "WAV") -> str:
        return choose_subtype(name, AudioInfo(44100, 1, None, source, subtype))

    assert choose("WAV", "FLOAT") == "FLOAT"
    assert choose("WAV", "PCM_U8") == "PCM_U8"
    assert choose("FLAC", "FLOAT") == "PCM_24"
    assert choose("FLAC", "PCM_U8") == "PCM_16"
    assert choose("WAV", "FLOAT", source="FFMPEG") == "PCM_16"


@pytest.mark.parametrize("source", ["PCM_16", "FLOAT", "VORBIS", "MPEG_LAYER_III", "OPUS", "GSM610"])
def test_a_suffix_that_names_an_encoding_gets_it(source: str):
    like = AudioInfo(44100, 2, None, "WAV", source)
    for path, subtypes in {
        "a.opus": {"OPUS"},
        "a.OPUS": {"OPUS"},
        "a.mp3": {"MPEG_LAYER_III"},
        "a.ogg": {"VORBIS", source},
        "a.oga": {"VORBIS", source},
        "a.flac": {"PCM_16", "PCM_24"},
    }.items():
        assert choose_subtype(get_format(path).name, like) in subtypes, path


def test_no_advice_is_what_was_asked_for():
    for format in FORMATS.values():
        for channels in (0, 65, 1000):
            with pytest.raises(AudioWriteError) as error:
                check_format("out.xyz", format, format.subtypes[0], 48000, channels)
            assert ".wav" not in str(error.value)


def test_what_is_written_can_be_found_in_folders():
    assert WRITABLE_SUFFIXES <= READABLE_SUFFIXES
    assert {".m4a", ".m4b", ".avi", ".wv", ".ac3", ".aifc", ".mp2"} <= READABLE_SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in READABLE_SUFFIXES)
    assert not READABLE_SUFFIXES & {".ts", ".m3u", ".m3u8", ".pls", ".cue", ".mid", ".txt", ".jpg", ".png"}


@pytest.mark.parametrize("channels, rate", [(65, 44100), (0, 44100), (2, 0), (2, 99), (2, 10**9)])
def test_headers_that_promise_the_impossible(channels: int, rate: int):
    check_readable("a", AudioInfo(44100, 2, 10**12, "WAV", "PCM_16"))  # a length is proved elsewhere
    with pytest.raises(AudioReadError, match=r"^a: "):
        check_readable("a", AudioInfo(rate, channels, None, "WAV", "PCM_16"))


@pytest.mark.parametrize("subtype", FORMATS["WAV"].subtypes)
def test_sample_sizes(tmp_path: Path, subtype: str):
    def size(samples: int) -> int:
        soundfile.write(tmp_path / "x.wav", np.zeros(samples), 8000, subtype=subtype)
        return (tmp_path / "x.wav").stat().st_size

    assert size(2000) - size(1000) == 1000 * count_sample_bytes(subtype)
