"""How much a server takes, and how long it keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The bounds of a server.

    Attributes:
        upload: bytes of one file.
        session: bytes of all files of one browser, results included; older ones make room for new ones.
        files: uploads of one browser; older ones make room for new ones.
        spare: bytes that stay free on the disk.
        sessions: browsers at a time.
        idle: seconds after which what belongs to a browser that says nothing more is removed.
        waiting: unfinished jobs of one browser.

    Example:
        >>> Limits().upload // 10**6
        300
    """

    upload: int = 300_000_000
    session: int = 3_000_000_000
    files: int = 100
    spare: int = 1_000_000_000
    sessions: int = 50
    idle: float = 3600.0
    waiting: int = 4
