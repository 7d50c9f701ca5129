"""How anything that takes long tells how far it is: one protocol for the whole package."""

from typing import Protocol


class Progress(Protocol):
    """What ``progress=`` arguments take: any function of two numbers.

    Audio functions count in seconds of audio, picture and optimizing functions in shares (``total`` 1.0),
    corpora in recordings.  ``total`` is None while it is not known.  Values of ``done`` never fall.

    Example:
        >>> def show(done: float, total: float | None) -> None:
        ...     print(f"{done:g} of {total:g}" if total else f"{done:g}")
        >>> progress: Progress = show
        >>> progress(3.0, 12.0)
        3 of 12
    """

    def __call__(self, done: float, total: float | None, /) -> None:
        """Take note that ``done`` of ``total`` is done."""
