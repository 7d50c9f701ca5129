"""Comments and pictures are read as they were written; junk is none."""

from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.tags.tags import Picture, Tags, clean_texts
from audiostyle.sound.tags.vorbis import (
    build_comments,
    build_picture,
    collect_tags,
    list_comments,
    parse_comments,
    parse_picture,
)

TEXTS = st.lists(st.tuples(st.sampled_from(["TITLE", "MOOD"]), st.text(min_size=1, max_size=40)), max_size=9)


@given(TEXTS, st.binary(min_size=1, max_size=300), st.booleans())
def test_there_and_back(texts, pixels: bytes, inside_ogg: bool):
    tags = Tags(clean_texts(texts), (Picture(pixels, "image/png", 4, "é"),), mask=0x60F)
    vendor, comments = parse_comments(build_comments(b"v", list_comments(tags, inside_ogg=inside_ogg)))
    found = collect_tags(comments)
    assert vendor == b"v" and found.texts == tags.texts
    assert found.pictures == (tags.pictures if inside_ogg else ())
    assert found.mask == (None if inside_ogg else 0x60F)


@given(st.binary(max_size=200))
def test_junk_is_no_error(junk: bytes):
    parse_comments(junk)
    parse_picture(junk)
    parse_picture(build_picture(Picture(b"x" * 50))[:-1] + junk[:1])
    collect_tags(
        [("METADATA_BLOCK_PICTURE", junk.decode("latin-1")), ("WAVEFORMATEXTENSIBLE_CHANNEL_MASK", "x")]
    )
