"""What the chunk about the format says, in each family of files made of chunks."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from audiostyle.sound.parts import chunks


@dataclass(frozen=True)
class Encoding:
    """What a format chunk says.

    Attributes:
        byte_rate: bytes of a second.
        block: bytes of a frame, or of a block of a compressed encoding.
        rate: sample rate in hertz.
        is_linear: whether a block is one sample of each channel.
        tag: WAV's number of the encoding; 0 elsewhere.
    """

    byte_rate: float
    block: int
    rate: int
    is_linear: bool
    tag: int = 0


def _check(encoding: Encoding) -> Encoding | None:
    """Return an encoding whose numbers can be divided by, else None."""
    return encoding if min(encoding.byte_rate, encoding.block, encoding.rate) > 0 else None


def _read_wave_format(data: bytes, order: str = "<") -> Encoding | None:
    tag, channels, rate, byte_rate, block, bits = struct.unpack_from(f"{order}HHIIHH", data)
    if tag == 0xFFFE and len(data) >= 26:
        (tag,) = struct.unpack_from(f"{order}H", data, 24)
    is_linear = tag in (1, 3, 6, 7)
    if is_linear:
        block = max(block, channels * max(1, bits // 8))
        byte_rate = rate * block
    return _check(Encoding(byte_rate, block, rate, is_linear, tag))


def _read_aiff_format(data: bytes) -> Encoding | None:
    channels, _, bits, exponent, mantissa = struct.unpack_from(">hIhHQ", data)
    rate = mantissa * 2.0 ** ((exponent & 0x7FFF) - 16383 - 63)
    kind = data[18:22]
    is_linear = kind in (
        b"",
        b"NONE",
        b"twos",
        b"sowt",
        b"raw ",
        b"in24",
        b"in32",
        b"fl32",
        b"FL32",
        b"fl64",
        b"FL64",
    )
    width = {b"in24": 3, b"in32": 4, b"fl32": 4, b"FL32": 4, b"fl64": 8, b"FL64": 8}.get(
        kind, (bits + 7) // 8
    )
    if kind.lower() in (b"ulaw", b"alaw"):
        is_linear, width = True, 1
    block = channels * width if is_linear else 1
    return _check(Encoding(rate * channels * width, block, round(rate), is_linear))


def _read_svx_format(data: bytes) -> Encoding | None:
    (rate,) = struct.unpack_from(">H", data, 12)
    return _check(Encoding(rate, 1, rate, False))


def _read_caf_format(data: bytes) -> Encoding | None:
    rate, kind, _, packet, frames, _, _ = struct.unpack_from(">d4s5I", data)
    is_linear = kind in (b"lpcm", b"ulaw", b"alaw") and frames == 1
    if not 1 <= rate <= 1e9:
        return None
    block = packet if is_linear else 1
    return _check(Encoding(rate * block, block, round(rate), is_linear))


FORMAT_READERS = {
    chunks.RIFF: _read_wave_format,
    chunks.RIFX: lambda data: _read_wave_format(data, ">"),
    chunks.W64: _read_wave_format,
    chunks.AIFF: _read_aiff_format,
    chunks.SVX: _read_svx_format,
    chunks.CAF: _read_caf_format,
}
"""Grammar → function of the chunk's bytes; None where they make no sense, or an error of `struct`."""
