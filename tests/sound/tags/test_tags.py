"""Names are shared, values are clean, and what a message says is short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.tags.tags import Picture, Tags, clean_texts


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=10))
def test_cleaned_texts_can_be_written_anywhere(texts):
    cleaned = clean_texts(texts)
    assert clean_texts(cleaned) == cleaned
    assert all(
        name and name == name.upper() and "=" not in name and "\0" not in name + value
        for name, value in cleaned
    )


@pytest.mark.parametrize(
    "name", ["REPLAYGAIN_TRACK_GAIN", "R128_TRACK_GAIN", "iTunNORM", "encoder", "iTunSMPB"]
)
def test_what_is_true_of_the_old_samples_only_is_left_out(name: str):
    assert clean_texts([(name, "1"), ("TITLE", "Song")]) == (("TITLE", "Song"),)


def test_a_description_names_what_it_is_asked_for():
    tags = Tags((("TITLE", "x"), ("MOOD", "y")), (Picture(b"x"),), ((b"bext", b""), (b"????", b"")), 0x3F)
    assert tags.describe(texts=True, pictures=True) == "title, other tags, cover"
    assert tags.describe(chunks=True, mask=True) == "broadcast data (bext), ????, layout of the speakers"
    assert tags.describe() == "" == Tags().describe(texts=True, pictures=True, chunks=True, mask=True)
    assert tags.with_comment("made").get("COMMENT") == "made" and tags.with_comment(None) is tags
