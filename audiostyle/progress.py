"""Progress of long work: one protocol for the whole package."""

from typing import Protocol


class Progress(Protocol):
    """What ``progress=`` arguments take: any function of two numbers, ``done`` and ``total``.

    Functions for audio count in seconds of audio, functions for pictures and optimizations in shares of 1,
    corpora in recordings.  ``total`` is None while it is not known.  ``done`` never falls.

    Example:
        >>> def show(done: float, total: float | None) -> None:
        ...     print(f"{done:g} of {total:g}" if total else f"{done:g}")
        >>> progress: Progress = show
        >>> progress(3.0, 12.0)
        3 of 12
    """

    def __call__(self, done: float, total: float | None, /) -> None:
        """Take note that ``done`` of ``total`` is done."""
