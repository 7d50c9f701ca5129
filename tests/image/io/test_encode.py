"""Samples are rounded to the nearest step; PNGs have chunks for profile and EXIF data."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.image.io.encode import quantize, write_png


@given(st.sampled_from([8, 16]), st.integers(0, 99), st.booleans())
def test_quantizing_is_rounding_to_nearest(bits, seed, with_alpha):
    rng = np.random.default_rng(seed)
    color, alpha = rng.random((3, 4, 3), np.float32), rng.random((3, 4), np.float32)
    found = quantize(color, alpha if with_alpha else None, bits)
    whole = np.concatenate([color, alpha[..., None]], axis=2) if with_alpha else color
    assert found.dtype == f"uint{bits}"
    assert np.abs(found / (2**bits - 1) - whole).max() <= 0.51 / (2**bits - 1)  # rounding in float32


def test_what_lies_outside_is_clipped():
    color = np.array([[[-1.0, 0.5, 2.0]]], np.float32)
    assert quantize(color, None, 8).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize(
    ("profile", "exif"), [(None, None), (b"profile", None), (b"profile", b"Exif\0\0tags")]
)
def test_chunks_of_a_png_are_whole_and_in_order(tmp_path, profile, exif):
    write_png(tmp_path / "a.png", np.zeros((2, 3, 3), np.uint8), profile, exif)
    data, kinds = (tmp_path / "a.png").read_bytes()[8:], {}
    while data:
        (length,) = struct.unpack(">I", data[:4])
        body = data[4 : 8 + length]
        assert zlib.crc32(body) == struct.unpack(">I", data[8 + length : 12 + length])[0]
        kinds[body[:4]] = body[4:]
        data = data[12 + length :]
    assert (b"iCCP" in kinds, b"eXIf" in kinds) == (profile is not None, exif is not None)
    if profile and exif:
        assert zlib.decompress(kinds[b"iCCP"].partition(b"\0\0")[2]) == profile
        assert kinds[b"eXIf"] == b"tags"
        assert list(kinds)[:3] == [b"IHDR", b"iCCP", b"eXIf"] and list(kinds)[-1] == b"IEND"
