"""Mutations of files: of any bytes, of parts, of text; each decided by a random generator."""

import random
import struct
from dataclasses import replace

from containers import Part, find_container

LONGEST = 1 << 20
"""Bytes of a mutated file at most: what is tested is small files."""

HUGE = (0, 1, 2, 3, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 10**6, 2**24, 2**31 - 1, 2**31, 2**32 - 1)
HUGER = (*HUGE, 2**32, 2**40, 10**12, 2**63 - 1, 2**63, 2**64 - 1)

WORDS = (
    *(b"nan", b"inf", b"-inf", b"1e400", b"-1", b"0", b"0.0", b"1e-300", b"true", b"1979-05-27", b'""'),
    *(b"99999999999999999999999999", b"[]", b"{}", b"[[]]", b'"../../etc/passwd"', b'"/etc/passwd"'),
    *(
        b'"a\\u0000b"',
        b'"C:\\\\x"',
        b'"."',
        b'".."',
        b'"a/../b"',
        b"[" * 300 + b"]" * 300,
        b'"' + b"x" * 5000,
    ),
    *(b'"\xc3\x28"', b"[1, 'a', nan]", b"{a = {b = {c = 1}}}", b'"""', b"null", b"-9223372036854775809"),
    *(b"[1000000, 1000000, 1000000]", b"[-1]", b'"F64"', b'"BOOL"', b'"F8_E4M3"', b"[0, 0]", b"[1e999]"),
)
"""Values of text formats that go wrong where one forgot to think of them."""


def mutate(rng: random.Random, data: bytes, suffix: str, others: list[bytes]) -> bytes:
    """Return a file with one to four mutations.

    Args:
        rng: decides everything.
        data: of a real file.
        suffix: of its name, which tells the kinds that do not begin with a sign of their own.
        others: more files of its kind, for splices.
    """
    if rng.random() < 0.01:
        return data[: rng.choice((0, 4, 12))] + rng.randbytes(rng.randrange(2000))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        container = find_container(data, suffix) if rng.random() < 0.6 else None
        try:
            prefix, parts = container[0](data) if container else (b"", [])
        except (ValueError, struct.error, AttributeError):
            parts = []
        if container and parts:
            data = container[1](*_mutate_parts(rng, prefix, parts, suffix))
        else:
            data = _mutate_bytes(rng, data, suffix, others)
    return data[:LONGEST]


def _mutate_parts(
    rng: random.Random, prefix: bytes, parts: list[Part], suffix: str
) -> tuple[bytes, list[Part]]:
    """Drop, double, move, empty, lengthen or change a part, or make it claim a length."""
    at = rng.randrange(len(parts))
    part = parts[at]
    match rng.choice(
        ("change", "change", "change", "claim", "claim", "drop", "double", "move", "empty", "many")
    ):
        case "claim":
            near = len(part.content) + rng.choice((-8, -2, -1, 1, 2, 8, 16))
            parts[at] = replace(part, claim=max(0, rng.choice((near, near, rng.choice(HUGER)))))
        case "drop":
            del parts[at]
        case "double":
            parts.insert(rng.randrange(len(parts) + 1), part)
        case "move":
            other = rng.randrange(len(parts))
            parts[at], parts[other] = parts[other], part
        case "empty":
            parts[at] = replace(part, content=part.content[: rng.choice((0, 0, 1, 4))])
        case "many":
            if len(part.content) < 4096:
                parts[at:at] = [part] * rng.choice((10, 100, 100, 2000 if len(part.content) < 64 else 10))
        case _:
            parts[at] = replace(part, content=_change_part(rng, part.content, suffix))
    return prefix, parts


def _change_part(rng: random.Random, content: bytes, suffix: str) -> bytes:
    """Change the content of a part: nested boxes as boxes, text as text, anything else as bytes."""
    inner = find_container(content, "") if rng.random() < 0.7 else None
    if inner is None and suffix in (".m4a", ".mp4", ".avif", ".jp2") and len(content) > 8:
        inner = find_container(b"\0\0\0\x08ftyp" + content, "")  # a box of boxes
        prefix, parts = inner[0](content) if inner else (b"", [])
        if inner and len(parts) > 1 and sum(8 + len(p.content) for p in parts) == len(content):
            return inner[1](*_mutate_parts(rng, prefix, parts, suffix))
    return _mutate_bytes(rng, content, suffix, [])


def _mutate_bytes(rng: random.Random, data: bytes, suffix: str, others: list[bytes]) -> bytes:
    """Change bytes wherever, more often near the beginning, where headers are."""
    if suffix in (".toml", ".style", ".safetensors", ".sfz", ".cube") and rng.random() < 0.6:
        return _mutate_text(rng, data)
    size = len(data)
    changed = bytearray(data)
    near = min(size, rng.choice((16, 64, 256, size + 1)))
    at = rng.randrange(near) if near else 0
    length = rng.choice((1, 2, 4, 8, 16, 64, 256))
    match rng.choice(
        ("flip", "flip", "set", "number", "number", "cut", "delete", "double", "noise", "splice", "grow")
    ):
        case "flip":
            for _ in range(rng.choice((1, 1, 2, 8, 64))):
                if size:
                    place = rng.randrange(near) if rng.random() < 0.7 else rng.randrange(size)
                    changed[place] ^= 1 << rng.randrange(8)
        case "set":
            changed[at : at + 1] = bytes([rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))])
        case "number":
            width, order = rng.choice((1, 2, 4, 4, 8)), rng.choice(("little", "big"))
            changed[at : at + width] = (rng.choice(HUGER) % 256**width).to_bytes(width, order)
        case "cut":
            del changed[rng.choice((at, rng.randrange(size + 1))) :]
        case "delete":
            del changed[at : at + length]
        case "double":
            changed[at:at] = changed[at : at + length] * rng.choice((1, 1, 4, 100))
        case "noise":
            changed[at : at + length] = rng.randbytes(length)
        case "splice":
            other = rng.choice(others) if others else data
            changed = changed[: rng.randrange(size + 1)] + other[rng.randrange(len(other) + 1) :]
        case _:
            changed += rng.choice((bytes(length), rng.randbytes(length), data[:length], b"\xff" * length))
    return bytes(changed)


def _mutate_text(rng: random.Random, data: bytes) -> bytes:
    """Put one of :data:`WORDS` in place of a value, or double or damage a word."""
    limit = min(len(data), 1 << 16)
    marks = [at for at in range(limit) if data[at : at + 1] in b'=:,["']
    if not marks:
        return data
    at = rng.choice(marks) + 1
    end = next((e for e in range(at, limit) if data[e : e + 1] in b",]}\n"), limit)
    word = rng.choice(WORDS)
    if rng.random() < 0.2:
        word = data[at:end][::-1] if rng.random() < 0.5 else data[at:end] * 2
    return data[:at] + b" " + word + data[end:]
