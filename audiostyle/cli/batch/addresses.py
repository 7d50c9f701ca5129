"""What paths and addresses (``s3://bucket/song.wav``) have in common: parts, joins, what makes two one.

Nothing here looks at what is there; :mod:`.remote` does.  Commands import this at start-up, so it imports
nothing that is slow to load.
"""

import os
import posixpath
import re
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)  # a single letter is a drive of Windows
_LOCAL = re.compile(r"(?:file|local)://", re.IGNORECASE)
_WEB = ("http://", "https://")


def is_address(path: str) -> bool:
    """Return whether a path names something that only a protocol reaches.

    Example:
        >>> is_address("s3://bucket/song.wav"), is_address("music/song.wav"), is_address("C://song.wav")
        (True, False, False)
    """
    return _ADDRESS.match(path) is not None


def unwrap_path(path: str) -> str:
    """Return the path that ``file://…`` stands for; others as they are.

    Such files are read and written like all files of this machine: nothing is copied.

    Example:
        >>> unwrap_path("file:///music/song.wav"), unwrap_path("s3://bucket/song.wav")
        ('/music/song.wav', 's3://bucket/song.wav')
    """
    return _LOCAL.sub("", path, count=1)


def join_path(root: str, *parts: str | PurePath) -> str:
    """Return a path below a folder or an address.

    Example:
        >>> join_path("out", "a", "b.wav"), join_path("s3://bucket/out/", PurePath("a"), "b.wav")
        ('out/a/b.wav', 's3://bucket/out/a/b.wav')
    """
    if not is_address(root):
        return str(Path(root, *parts))
    return append_name(root, posixpath.normpath(PurePath(*parts).as_posix()))


def append_name(folder: str, name: str) -> str:
    """Return the address of a name in a folder, to the letter: ``a//b`` is not ``a/b`` in a store."""
    return folder + ("" if folder.endswith("/") else "/") + name


def get_name(path: str) -> str:
    """Return the last part of a path or an address; of a page's address, without its query.

    Example:
        >>> get_name("music/song.wav"), get_name("s3://b/a song?.wav"), get_name("https://h/a%20song.wav?v=1.2")
        ('song.wav', 'a song?.wav', 'a song.wav')
    """
    if not is_address(path):
        return PurePath(path).name
    if path.lower().startswith(_WEB):
        path = unquote(urlsplit(path).path)
    return path.rpartition("/")[2]


def get_folder(address: str) -> str:
    """Return the address without its last part.

    Example:
        >>> get_folder("s3://bucket/out/song.wav"), get_folder("memory://song.wav")
        ('s3://bucket/out', 'memory://')
    """
    folder = address.rpartition("/")[0]
    return folder + "/" if folder.endswith(":/") else folder


def replace_suffix(path: str, suffix: str) -> str:
    """Return a path with another suffix.

    Example:
        >>> replace_suffix("a/b.jpg", ".png"), replace_suffix("s3://bucket/b.jpg", ".x.png")
        ('a/b.png', 's3://bucket/b.x.png')
    """
    if not is_address(path):
        return str(Path(path).with_suffix(suffix))
    return join_path(get_folder(path), PurePath(get_name(path)).with_suffix(suffix))


def identify_path(path: str) -> str:
    """Return what two spellings of a path have in common; an address has one.

    Example:
        >>> identify_path("a/../b.wav") == identify_path("b.wav"), identify_path("s3://bucket//a")
        (True, 's3://bucket//a')
    """
    return path if is_address(path) else os.path.realpath(path)
