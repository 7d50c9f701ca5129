"""Joined MP4 files are found by their atoms."""

import io

from audiostyle.sound.parts.movie import find_movies


def make_atom(name: bytes, size: int = 8) -> bytes:
    return size.to_bytes(4, "big") + name + bytes(size - 8)


def test_atoms_in_any_order():
    ftyp, moov, mdat = make_atom(b"ftyp", 24), make_atom(b"moov", 40), make_atom(b"mdat", 100)
    for one in (ftyp + moov + mdat, ftyp + mdat + moov):
        assert find_movies(io.BytesIO(one)) == [(0, 164)]
        assert find_movies(io.BytesIO(one + one)) == [(0, 164), (164, 328)]


def test_what_is_no_movie():
    for data in (b"", b"RIFF" + bytes(100), bytes(50), make_atom(b"free") * 10):
        assert find_movies(io.BytesIO(data)) == []


def test_fragments_are_one_movie():
    piece = make_atom(b"moof") + make_atom(b"mdat")
    data = make_atom(b"ftyp") + make_atom(b"moov") + piece * 5
    assert len(find_movies(io.BytesIO(data))) == 1
