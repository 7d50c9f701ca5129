"""What the bytes of a file prove about the sound in it, whatever its header says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO

from audiostyle.sound.parts.view import Stretch, View


@dataclass(frozen=True)
class Part:
    """A recording inside a file; joined files have several.

    Attributes:
        pieces: of the view that a decoder reads as a file of its own.
        frames: length in samples per channel, as far as the bytes tell; None where only decoding would.
        rate: sample rate in hertz, where ``frames`` is known.
    """

    pieces: tuple[bytes | Stretch, ...]
    frames: int | None = None
    rate: int = 0

    def open(self, file: IO[bytes]) -> View:
        """Return the view of the file that holds this part alone."""
        return View(file, self.pieces)


@dataclass(frozen=True)
class Survey:
    """What was found in a file.

    Attributes:
        parts: the recordings in it, in order; empty where this package does not know the format.
        as_it_is: whether a decoder may read the file itself, since its header says what its bytes prove.
        remarks: what is to be said about it, each the end of a sentence that begins with the file's name.
        family: which formats it may be, by its first bytes; empty where these tell nothing.
    """

    parts: tuple[Part, ...] = ()
    as_it_is: bool = True
    remarks: tuple[str, ...] = ()
    family: str = field(default="")


def remark_on_length(promised: float, found: float) -> str:
    """Return what is said where a header and the bytes disagree on the length.

    Args:
        promised: seconds that the header speaks of.
        found: seconds that the bytes hold.

    Example:
        >>> remark_on_length(2.0, 1.0)
        'ends after 1.00 s of the 2.00 s that its header promises; what is there is read'
        >>> remark_on_length(0.0, 1.0)
        'holds 1.00 s, although its header speaks of 0.00 s; all of it is read'
    """
    if found < promised:
        there = f"ends after {found:.2f} s of the {promised:.2f} s that its header promises"
        return f"{there}; what is there is read"
    return f"holds {found:.2f} s, although its header speaks of {promised:.2f} s; all of it is read"


def remark_on_joints(count: int) -> str:
    """Return what is said of several recordings in one file."""
    return f"holds {count} recordings, one after the other; all of them are read"
