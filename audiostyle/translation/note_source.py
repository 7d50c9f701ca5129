"""What can be synthesized: notes of one's own, a performance, or a transcription."""

from dataclasses import dataclass
from typing import Union

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.transcription import Transcription

Notes = Union[NDArray[np.void], Performance, Transcription]  # noqa: UP007  # mypy takes it for an alias

_RELEASE_SECONDS = 1.0  # after the last note, in which it may ring on


@dataclass(frozen=True)
class NoteSource:
    """Notes to synthesize, and what is known of the sound that they are to become.

    Attributes:
        performance: the notes, with expression where there is some.
        seconds: how long the sound is, unless something else is asked for.
        rms: root mean square of the recording that the notes come from; None leaves the level to the domain.
        latent: (F, Z), in place of notes.
    """

    performance: Performance
    seconds: float
    rms: float | None = None
    latent: NDArray[np.float32] | None = None

    @classmethod
    def read(cls, notes: Notes) -> "NoteSource":
        """Take notes of any kind.

        A transcription has the level and the length of its recording; notes and performances end up to a
        second after their last note.

        Raises:
            ShapeError: an array is not one of rows of ``NOTE_DTYPE``, or a note ends before it begins.

        Example:
            >>> NoteSource.read(np.array([(0.0, 1.5, 60, 90, 0)], NOTE_DTYPE)).seconds
            2.5
        """
        if isinstance(notes, Transcription):
            source = cls.read(notes.to_performance())
            seconds = source.seconds if notes.seconds is None else notes.seconds
            return cls(source.performance, seconds, notes.rms, notes.latent)
        if isinstance(notes, Performance):
            return cls(notes, notes.seconds + _RELEASE_SECONDS)
        names = getattr(getattr(notes, "dtype", None), "names", None)
        if names != NOTE_DTYPE.names or notes.ndim != 1:
            raise ShapeError(f"notes must be rows (n,) with the fields {', '.join(NOTE_DTYPE.names or ())}")
        onset, offset = notes["onset"], notes["offset"]
        if not (np.isfinite(onset) & np.isfinite(offset) & (onset >= 0) & (offset >= onset)).all():
            raise ShapeError("notes must begin at 0 s or later, and end at a time that is not before")
        return cls.read(Performance(notes))
