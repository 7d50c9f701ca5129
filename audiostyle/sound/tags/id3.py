"""ID3v2: read in its versions 2.2, 2.3 and 2.4, written in 2.4 (https://id3.org/id3v2.4.0-structure)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from audiostyle.sound.tags.tags import Picture, Tags, clean_texts

_NAMES = {
    "TIT2": "TITLE",
    "TPE1": "ARTIST",
    "TALB": "ALBUM",
    "TPE2": "ALBUMARTIST",
    "TRCK": "TRACKNUMBER",
    "TPOS": "DISCNUMBER",
    "TDRC": "DATE",
    "TCON": "GENRE",
    "TCOM": "COMPOSER",
    "TEXT": "LYRICIST",
    "TPE3": "CONDUCTOR",
    "TCOP": "COPYRIGHT",
    "TPUB": "ORGANIZATION",
    "TBPM": "BPM",
    "TKEY": "INITIALKEY",
    "TSRC": "ISRC",
    "TIT1": "GROUPING",
    "TIT3": "SUBTITLE",
    "TLAN": "LANGUAGE",
}
_FRAMES = {name: frame for frame, name in _NAMES.items()}
_NAMES |= {"TYER": "DATE", "TDAT": "", "TSSE": "", "TLEN": "", "TENC": "", "TFLT": "", "TDTG": "", "TDEN": ""}
_SHORT = {
    "TT2": "TIT2",
    "TP1": "TPE1",
    "TAL": "TALB",
    "TP2": "TPE2",
    "TRK": "TRCK",
    "TPA": "TPOS",
    "TYE": "TYER",
}
_SHORT |= {
    "TCO": "TCON",
    "TCM": "TCOM",
    "TXT": "TEXT",
    "TCR": "TCOP",
    "TPB": "TPUB",
    "TBP": "TBPM",
    "TRC": "TSRC",
}
_SHORT |= {
    "TT1": "TIT1",
    "TT3": "TIT3",
    "TXX": "TXXX",
    "COM": "COMM",
    "ULT": "USLT",
    "PIC": "APIC",
    "TEN": "TENC",
}
_SHORT |= {"TSS": "TSSE", "TLE": "TLEN", "TP3": "TPE3", "TKE": "TKEY"}
_CODECS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


def parse_id3(data: bytes) -> Tags:
    """Return what an ID3v2 tag says; what cannot be understood is left out.

    Args:
        data: the tag, from the letters ``ID3`` on.

    Example:
        >>> parse_id3(build_id3(Tags((("TITLE", "Song"), ("MOOD", "calm")))))
        Tags(texts=(('TITLE', 'Song'), ('MOOD', 'calm')), pictures=(), chunks=(), mask=None)
    """
    if len(data) < 10 or data[:3] != b"ID3" or data[3] not in (2, 3, 4):
        return Tags()
    version, flags = data[3], data[5]
    body = data[10 : 10 + _read_safe(data[6:10])]
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff\0", b"\xff")
    if flags & 0x40 and version > 2:
        size = _read_safe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
        body = body[size:]
    texts: list[tuple[str, str]] = []
    pictures: list[Picture] = []
    for name, content in _walk(body, version):
        if not content:
            continue
        if name == "APIC":
            picture = _parse_picture(content, version)
            pictures += [picture] if picture else []
        else:
            texts += _parse_text(name, content)
    return Tags(clean_texts(texts), tuple(pictures))


def _walk(body: bytes, version: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of frames."""
    width, place = (3, 0) if version == 2 else (4, 0)
    head = 2 * width if version == 2 else 10
    while place + head < len(body) and body[place]:
        name = body[place : place + width].decode("latin-1")
        raw = body[place + width : place + 2 * width]
        size = _read_safe(raw) if version == 4 else int.from_bytes(raw, "big")
        content = body[place + head : place + head + size]
        if version == 4:
            flags = body[place + 9]
            content = content[4:] if flags & 1 else content
            content = content.replace(b"\xff\0", b"\xff") if flags & 2 else content
        place += head + size
        yield (_SHORT.get(name, "") if version == 2 else name), content


def _parse_text(name: str, content: bytes) -> list[tuple[str, str]]:
    if name in ("COMM", "USLT"):
        _, text = _split(content[0], content[4:])
        about = _decode(content[0], _split(content[0], content[4:])[0])
        if about.upper().startswith("ITUN"):
            return []
        return [("COMMENT" if name == "COMM" else "LYRICS", _decode(content[0], text))]
    if name == "TXXX":
        about_bytes, text = _split(content[0], content[1:])
        return [(_decode(content[0], about_bytes), _decode(content[0], text))]
    known = _NAMES.get(name, "")
    return [(known, value) for value in _decode(content[0], content[1:]).split("\0")] if known else []


def _parse_picture(content: bytes, version: int) -> Picture | None:
    if version == 2:
        mime, place = {b"PNG": "image/png"}.get(content[1:4], "image/jpeg"), 4
    else:
        end = content.find(b"\0", 1)
        mime, place = content[1:end].decode("latin-1"), end + 1
    if place < 2 or place >= len(content):
        return None
    about, pixels = _split(content[0], content[place + 1 :])
    return Picture(pixels, mime, content[place], _decode(content[0], about)) if pixels else None


def _split(encoding: int, data: bytes) -> tuple[bytes, bytes]:
    """Return what comes before and behind the zero that ends a text."""
    if encoding in (1, 2):
        for place in range(0, len(data) - 1, 2):
            if data[place : place + 2] == b"\0\0":
                return data[:place], data[place + 2 :]
        return data, b""
    before, _, behind = data.partition(b"\0")
    return before, behind


def _decode(encoding: int, data: bytes) -> str:
    codec = _CODECS[encoding] if encoding < len(_CODECS) else "latin-1"
    return data.decode(codec, errors="replace").lstrip("\ufeff").rstrip("\0")


def _read_safe(data: bytes) -> int:
    """Return a number of which each byte has seven bits."""
    return sum((byte & 0x7F) << 7 * (len(data) - 1 - place) for place, byte in enumerate(data))


def _write_safe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def build_id3(tags: Tags) -> bytes:
    """Return an ID3v2.4 tag with all texts and pictures."""
    frames = []
    texts: dict[str, list[str]] = {}
    for name, value in tags.texts:
        texts.setdefault(name, []).append(value)
    for name, values in texts.items():
        if name in ("COMMENT", "LYRICS"):
            about = ["" if number == 0 else str(number + 1) for number in range(len(values))]
            pairs = zip(about, values, strict=True)
            frame = "COMM" if name == "COMMENT" else "USLT"
            frames += [(frame, b"\3und" + f"{first}\0{value}".encode()) for first, value in pairs]
        elif name in _FRAMES:
            frames.append((_FRAMES[name], b"\3" + "\0".join(values).encode()))
        else:
            frames += [("TXXX", b"\3" + f"{name}\0{value}".encode()) for value in values]
    for picture in tags.pictures:
        head = b"\3" + picture.mime.encode("latin-1", "replace") + struct.pack("BB", 0, picture.kind)
        frames.append(("APIC", head + picture.description.encode() + b"\0" + picture.data))
    body = b"".join(name.encode() + _write_safe(len(content)) + b"\0\0" + content for name, content in frames)
    return b"ID3\4\0\0" + _write_safe(len(body)) + body


def parse_id3v1(data: bytes) -> Tags:
    """Return what the last 128 bytes of a file say, if they are an ID3v1 tag.

    Example:
        >>> parse_id3v1(b"TAG" + b"Song".ljust(125, b"\\0")).get("TITLE")
        'Song'
    """
    if len(data) != 128 or not data.startswith(b"TAG"):
        return Tags()
    fields = (("TITLE", 3, 33), ("ARTIST", 33, 63), ("ALBUM", 63, 93), ("DATE", 93, 97), ("COMMENT", 97, 125))
    texts = [(name, data[start:end].partition(b"\0")[0].decode("latin-1")) for name, start, end in fields]
    if data[125] == 0 and data[126]:
        texts.append(("TRACKNUMBER", str(data[126])))
    return Tags(clean_texts(texts))
