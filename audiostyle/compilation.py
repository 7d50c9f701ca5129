"""Functions that numba compiles, with compiled code kept on disk where it can be, and no error where not.

numba refuses to define a function that is to be kept where neither the package's folder nor the user's cache
can be written, as for the users of services and containers; and what is wrong with the files that it keeps
(a full disk, a file cut short) becomes an error of the function.  Here both cost time and nothing else.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numba

# numba's types are of single signatures, and of no settings.
_compile: Any = numba.njit
_settings: Any = numba.config

_Function = TypeVar("_Function", bound=Callable[..., object])


def njit(**options: object) -> Callable[[_Function], _Function]:
    """Return a decorator that compiles a function when it is first called, as ``numba.njit`` does.

    The compiled code is kept beside the source, else in the user's cache, else in :func:`find_spare_folder`,
    else not at all.

    Args:
        options: numba's.

    Example:
        >>> @njit(nogil=True)
        ... def double(x):
        ...     return 2 * x
        >>> double(21)
        42
    """

    def decorate(function: _Function) -> _Function:
        for keep in (_keep_as_usual, _keep_in_spare_folder):
            with suppress(RuntimeError):  # "cannot cache function …: no locator available"
                compiled = keep(function, options)
                compiled._cache = _TolerantCache(compiled._cache)
                return compiled
        return _compile(**options)(function)

    return decorate


def find_spare_folder() -> Path | None:
    """Return a folder for compiled code among the system's temporary ones; None where none is safe.

    What lies there is run, so it must be this user's own and closed to others.
    """
    with suppress(OSError):
        parent = Path(tempfile.gettempdir())
        others_may_rename = parent.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH
        user = os.getuid() if hasattr(os, "getuid") else 0
        folder = parent / f"audiostyle-{user}"
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()  # of the folder itself: a link leads where another chose
        closed = os.name == "nt" or (found.st_uid == user and not found.st_mode & 0o077)
        if stat.S_ISDIR(found.st_mode) and closed and not others_may_rename and os.access(folder, os.W_OK):
            return folder
    return None


def describe_cache() -> tuple[bool, str]:
    """Return whether compiled code is kept beyond this process, and where, for ``audiostyle doctor``."""

    def probe() -> None:
        """Stand for all functions that are compiled."""

    for keep in (_keep_as_usual, _keep_in_spare_folder):
        with suppress(RuntimeError):
            return True, str(keep(probe, {}).stats.cache_path)
    return False, "nowhere, so that every command compiles anew"


def _keep_as_usual(function: Callable[..., object], options: dict[str, object]) -> Any:
    homeless = os.path.expanduser("~") == "~" and "XDG_CACHE_HOME" not in os.environ
    if homeless and not _settings.CACHE_DIR:  # numba would make a folder that is called ~
        raise RuntimeError("a user without a home has no cache")
    return _compile(cache=True, **options)(function)


def _keep_in_spare_folder(function: Callable[..., object], options: dict[str, object]) -> Any:
    folder = find_spare_folder()
    if folder is None:
        raise RuntimeError("no folder is safe")
    usual = _settings.CACHE_DIR
    _settings.CACHE_DIR = str(folder)  # numba looks at it when a function is defined, and no more
    try:
        return _keep_as_usual(function, options)
    finally:
        _settings.CACHE_DIR = usual


class _TolerantCache:
    """A function's files of compiled code, whose absence or damage makes numba compile it again."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def __getattr__(self, name: str) -> object:
        return getattr(self._cache, name)

    def load_overload(self, signature: object, context: object) -> object:
        """Return what is kept for a signature, None where that is nothing usable."""
        try:
            return self._cache.load_overload(signature, context)
        except Exception:  # unpickling what was cut short raises almost anything
            with suppress(OSError):
                self._cache.flush()
            return None

    def save_overload(self, signature: object, code: object) -> None:
        """Keep the code for a signature, where it can be."""
        with suppress(OSError):
            self._cache.save_overload(signature, code)
