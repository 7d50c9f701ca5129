"""Frames are found by their headers alone, wherever they are."""

import io

import numpy as np
import pytest

from audiostyle.sound.parts.mpeg_frames import find_runs, read_header

# Four bytes of each version and layer, and what ffmpeg says of them.
KNOWN = {
    "fffb9064": (3, 44100, 2, 1152, 417),
    "fffbe4c4": (3, 48000, 1, 1152, 960),
    "fff380c4": (3, 22050, 1, 576, 208),
    "ffe318c4": (3, 8000, 1, 576, 72),
    "fffd8004": (2, 44100, 2, 1152, 417),
    "ffff8804": (1, 32000, 2, 384, 384),
}


@pytest.mark.parametrize("four, known", KNOWN.items())
def test_known_headers(four: str, known: tuple[int, ...]):
    header = read_header(bytes.fromhex(four))
    assert header is not None
    assert (header.layer, header.sample_rate, header.channels, header.samples, header.bytes) == known


@pytest.mark.parametrize(
    "four", ["00000000", "ffffffff", "fffbf064", "fffb9c64", "ffeb9064", "fff99064", "fffb"]
)
def test_what_is_no_header(four: str):
    assert read_header(bytes.fromhex(four)) is None


def make_frames(count: int, four: str = "fffb9064") -> bytes:
    header = read_header(bytes.fromhex(four))
    assert header is not None
    return (bytes.fromhex(four) + bytes(header.bytes - 4)) * count


def find(data: bytes) -> list[tuple[int, int, int]]:
    return [(run.start, run.end, run.count) for run in find_runs(io.BytesIO(data), 0, len(data))]


def test_runs_between_tags_junk_and_each_other():
    ten = make_frames(10)
    tag = b"ID3\x04\0\0\0\0\x10\0" + ten[:2048]  # a tag whose content looks like sound
    assert find(ten) == [(0, 4170, 10)]
    assert find(tag + ten + tag + ten) == [(2058, 6228, 10), (8286, 12456, 10)]
    assert find(b"\xff\xfb\x90\1\2\3" * 250 + ten + b"TAG" + bytes(125)) == [(1500, 5670, 10)]
    assert find(ten + make_frames(5, "fff380c4")) == [(0, 4170, 10), (4170, 5210, 5)]
    assert find(ten[:-100]) == [(0, 3753, 9)]


def test_chance_is_no_sound():
    assert find(np.random.default_rng(0).bytes(300_000)) == []


def test_time_is_bounded_whatever_the_bytes(monkeypatch):
    monkeypatch.setattr("audiostyle.sound.parts.mpeg_frames._PATIENCE", 1000)
    assert find(bytes.fromhex("fffb9064") * 400_000 + make_frames(10)) == []
