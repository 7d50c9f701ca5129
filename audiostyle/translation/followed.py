"""The names of what a translation can follow inside notes."""

from collections.abc import Iterable

from audiostyle.errors import AudiostyleError, did_you_mean

FOLLOWED = ("level", "pitch")
"""What a translation can follow inside notes; as a rule it follows all of it."""


def check_follow(follow: Iterable[str]) -> tuple[str, ...]:
    """Return what is to be followed, in the order of :data:`FOLLOWED` and each once.

    Args:
        follow: any of :data:`FOLLOWED`, or one string of them with commas between.

    Raises:
        AudiostyleError: something else is named.

    Example:
        >>> check_follow("pitch,level"), check_follow(["pitch"])
        (('level', 'pitch'), ('pitch',))
    """
    names = [follow] if isinstance(follow, str) else [*follow] if isinstance(follow, Iterable) else [None]
    if not all(isinstance(name, str) for name in names):
        raise AudiostyleError(f"follow must be {' or '.join(FOLLOWED)} or both, not {follow!r}")
    wanted = [part.strip() for name in names for part in str(name).split(",")]
    for name in wanted:
        if name not in FOLLOWED:
            hint = did_you_mean(name, FOLLOWED)
            raise AudiostyleError(f"follow {name!r} is unknown{hint}; there are {' and '.join(FOLLOWED)}")
    return tuple(name for name in FOLLOWED if name in wanted)
