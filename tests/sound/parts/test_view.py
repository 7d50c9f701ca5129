"""A view reads as the bytes that it stands for, however it is read."""

import io
import os

from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.parts.view import View

DATA = bytes(range(200))
PIECES = st.lists(st.binary(max_size=9) | st.tuples(st.integers(0, 99), st.integers(100, 200)), max_size=6)


@given(PIECES, st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300)), max_size=8))
def test_any_reads_at_any_places(pieces, reads):
    whole = b"".join(piece if isinstance(piece, bytes) else DATA[slice(*piece)] for piece in pieces)
    view = View(io.BytesIO(DATA), pieces)
    assert view.size == len(whole) == view.seek(0, os.SEEK_END)
    for place, count in reads:
        assert view.seek(place) == place == view.tell()
        assert view.read(count) == whole[place : place + count]
    view.seek(0)
    assert view.read() == whole


def test_a_disk_that_fails_ends_the_view():
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    assert View(Broken(), [b"ab", (0, 10)]).read() == b"ab"
