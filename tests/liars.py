"""Recordings of which headers lie, made from true ones by changing bytes."""

from __future__ import annotations

import io
import struct

import numpy as np
import soundfile

RATE = 44100


def make_file(
    format: str, frames: int = 20_000, channels: int = 2, subtype: str | None = None, seed: int = 0
) -> bytes:
    """Return a file of noise."""
    wave = 0.1 * np.random.default_rng(seed).standard_normal((frames, channels))
    buffer = io.BytesIO()
    soundfile.write(buffer, wave, RATE, format=format, subtype=subtype)
    return buffer.getvalue()


def put(data: bytes, place: int, value: bytes) -> bytes:
    """Return bytes with some of them replaced."""
    return data[:place] + value + data[place + len(value) :]


def make_chunk(name: bytes, content: bytes, order: str = "<", pad: bool = True) -> bytes:
    """Return a chunk of WAV or AIFF."""
    return (
        name + struct.pack(f"{order}I", len(content)) + content + (b"\0" if pad and len(content) % 2 else b"")
    )
