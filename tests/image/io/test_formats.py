"""Formats are found by suffix or name, and their limits are known before work starts."""

import pytest

from audiostyle.errors import PictureWriteError
from audiostyle.image.io.formats import FORMATS, READ_SUFFIXES, WRITTEN_SUFFIXES, check_capacity, find_format


@pytest.mark.parametrize("suffix", sorted(WRITTEN_SUFFIXES))
def test_what_is_written_can_be_read_back_in_a_folder(suffix):
    assert suffix in READ_SUFFIXES
    assert suffix in find_format(f"A{suffix.upper()}").suffixes


@pytest.mark.parametrize("name", ["a", "a.gif", "png", ".png"])
def test_another_suffix_is_refused_with_those_there_are(name):
    with pytest.raises(PictureWriteError, match=r"use one of \.png, \.jpg"):
        find_format(name)


def test_a_name_beats_the_suffix():
    assert find_format("a.png", "tiff") is FORMATS["TIFF"]


@pytest.mark.parametrize(("name", "limit"), [("JPEG", 65_500), ("WEBP", 16_383)])
def test_sides_have_limits(name, limit):
    check_capacity("a", FORMATS[name], (limit, 1), alpha=False)
    with pytest.raises(
        PictureWriteError, match=f"at most {limit} pixels a side, not {limit + 1}; write .png"
    ):
        check_capacity("a", FORMATS[name], (1, limit + 1), alpha=False)
