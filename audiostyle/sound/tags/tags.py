"""Tags by names that all formats share: those of Vorbis comments, which are in the widest use and free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

MOST_BYTES = 32 << 20
"""Of all tags together; larger ones are left out, since players could not read them."""

ABOUT_THE_OLD_SOUND = (
    "REPLAYGAIN_",
    "R128_",
    "ITUNNORM",
    "ITUNSMPB",
    "ENCODER",
    "ENCODED",
    "ENCODING",
    "TLEN",
    "LENGTH",
)
"""How names begin that describe samples, or the program that encoded them, and not the music."""

DEFAULT_MASKS = {3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x70F, 8: 0x63F}
"""The speakers that formats without a mask mean by a number of channels (RFC 9639, section 9.1.3)."""

_SPOKEN = {
    "TITLE": "title",
    "ARTIST": "artist",
    "ALBUM": "album",
    "DATE": "date",
    "GENRE": "genre",
    "TRACKNUMBER": "track number",
    "COMMENT": "comment",
    "COPYRIGHT": "copyright",
}
_CHUNKS = {
    b"bext": "broadcast data (bext)",
    b"cue ": "cue points",
    b"smpl": "loops",
    b"LIST": "names of cue points",
    b"iXML": "iXML data",
    b"axml": "axml data",
    b"inst": "instrument data",
    b"acid": "tempo data",
}


@dataclass(frozen=True)
class Picture:
    """A picture inside a file.

    Attributes:
        data: the file of the picture.
        mime: its type, such as ``image/png``.
        kind: what it shows, by ID3's numbers; 3 is the front cover.
        description: of it.
    """

    data: bytes
    mime: str = "image/jpeg"
    kind: int = 3
    description: str = ""


@dataclass(frozen=True)
class Tags:
    """What a file says about its sound.

    Attributes:
        texts: names in capitals and values, in their order; a name may come more than once.
        pictures: the cover and others.
        chunks: WAV's chunks that have no counterpart elsewhere, names and contents.
        mask: which speakers the channels are for, as bits of WAVE_FORMAT_EXTENSIBLE; None if it is not said.

    Example:
        >>> tags = Tags((("TITLE", "Song"), ("ARTIST", "A"), ("ARTIST", "B")))
        >>> tags.get("ARTIST"), bool(tags), bool(Tags())
        ('A; B', True, False)
    """

    texts: tuple[tuple[str, str], ...] = ()
    pictures: tuple[Picture, ...] = ()
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    mask: int | None = None

    def __bool__(self) -> bool:
        return bool(self.texts or self.pictures or self.chunks or self.mask)

    def get(self, name: str) -> str:
        """Return the values of a name, put together; nothing if there is none."""
        return "; ".join(value for own, value in self.texts if own == name)

    def with_comment(self, comment: str | None) -> Tags:
        """Return the tags with one comment more."""
        return replace(self, texts=(*self.texts, ("COMMENT", comment))) if comment else self

    def describe(
        self, *, texts: bool = False, pictures: bool = False, chunks: bool = False, mask: bool = False
    ) -> str:
        """Return what some of the tags are, for a message; nothing if there are none of them."""
        words: list[str] = []
        if texts:
            named = dict.fromkeys(name for name, _ in self.texts)
            words += [_SPOKEN[name] for name in named if name in _SPOKEN]
            words += ["other tags"] if any(name not in _SPOKEN for name in named) else []
        if pictures and self.pictures:
            words.append("cover")
        if chunks:
            words += dict.fromkeys(_CHUNKS.get(name, name.decode("latin-1")) for name, _ in self.chunks)
        if mask and self.mask:
            words.append("layout of the speakers")
        return ", ".join(words)


def clean_texts(texts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return names and values as they may be written: without empty ones, and what is not about the music.

    Example:
        >>> clean_texts([("title", " Song\\0"), ("replaygain_track_gain", "-3 dB"), ("artist", "")])
        (('TITLE', 'Song'),)
    """
    kept: dict[tuple[str, str], None] = {}
    for name, value in texts:
        name = "".join(c for c in name.upper() if " " <= c <= "}" and c != "=").strip()
        value = value.replace("\0", "").strip()
        if name and value and not name.startswith(ABOUT_THE_OLD_SOUND):
            kept[name, value] = None
    return tuple(kept)
