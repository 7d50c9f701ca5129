"""Every error that a user can cause, each with a message of one line: what, which file, what to do."""

from collections.abc import Iterable


class AudiostyleError(Exception):
    """Base of all errors that audiostyle raises on purpose; ``str(error)`` is one line fit for a terminal."""


class AudioReadError(AudiostyleError):
    """A recording cannot be read, or holds nothing that can be processed (empty, NaN, not audio)."""


class AudioWriteError(AudiostyleError):
    """A result cannot be written (folder missing or read-only, disk full, format cannot hold it)."""


class PictureReadError(AudiostyleError):
    """A picture cannot be read, or holds nothing that can be processed (cut short, NaN, not a picture)."""


class PictureWriteError(AudiostyleError):
    """A picture cannot be written (folder missing or read-only, disk full, format cannot hold it)."""


class VideoReadError(AudiostyleError):
    """A film cannot be read, or holds no frame that can be decoded."""


class VideoWriteError(AudiostyleError):
    """A film cannot be written (folder missing or read-only, disk full, unknown kind of file)."""


class ModelNotFound(AudiostyleError):
    """There is no model of that name or path, or its files are damaged (checksum, configuration)."""


class UnknownDomain(AudiostyleError):
    """The model has no decoder for the named domain; the message lists those it has."""


class ShapeError(AudiostyleError):
    """An array has the wrong number of dimensions, channels or samples; the message names which."""


class TrainingError(AudiostyleError):
    """A corpus or checkpoint cannot be used for training; the message names the folder and the remedy."""


class ConvergenceError(AudiostyleError):
    """An iteration ended before its tolerance was met; the message says how near it came and what to do."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a suggestion for a name that is not known, or nothing if none of the known names is near.

    Args:
        name: what was asked for.
        known: the names there are.

    Returns:
        The end of a message, which begins with a comma; or an empty string.

    Example:
        >>> did_you_mean("paino", ["piano", "strings"])
        ", did you mean 'piano'?"
    """
    import difflib  # only where a message needs it: every command imports this module

    near = difflib.get_close_matches(str(name).lower(), list(known), n=1)
    return f", did you mean {near[0]!r}?" if near else ""
