"""Files in object stores and on other machines, through fsspec: fetched, and put so that they appear whole.

fsspec is loaded when an address is met, and never before.  Whatever a store reports becomes one line that
names the address.
"""

import errno
import hashlib
import importlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from audiostyle.cli.batch.addresses import get_folder, get_name
from audiostyle.errors import AudioReadError, AudiostyleError, AudioWriteError

_PREFIX, _SUFFIX = ".audiostyle-", ".part"
_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci"})
"""Protocols of stores in which an object is there when its last byte is, and not before."""


class FileSystem(Protocol):
    """As much of fsspec's file systems as is used here."""

    protocol: str | tuple[str, ...]

    def info(self, path: str) -> dict[str, Any]: ...
    def exists(self, path: str) -> bool: ...
    def isfile(self, path: str) -> bool: ...
    def isdir(self, path: str) -> bool: ...
    def ls(self, path: str, detail: bool) -> list[dict[str, Any]]: ...
    def find(self, path: str, detail: bool) -> dict[str, dict[str, Any]]: ...
    def glob(self, path: str) -> list[str]: ...
    def get_file(self, rpath: str, lpath: str) -> None: ...
    def put_file(self, lpath: str, rpath: str) -> None: ...
    def mv(self, path1: str, path2: str) -> None: ...
    def rm_file(self, path: str) -> None: ...
    def makedirs(self, path: str, exist_ok: bool) -> None: ...


def fetch(address: str, target: Path) -> None:
    """Copy an object to this machine.

    Raises:
        AudioReadError: it cannot be had whole.
    """
    system, path = open_system(address)
    with explain(address, AudioReadError, "read"):
        size = system.info(path).get("size")
        system.get_file(path, str(target))
        if size is not None and target.stat().st_size != size:
            raise OSError(f"{target.stat().st_size} of {size} bytes have come")


def put(source: Path, address: str) -> None:
    """Copy a file of this machine to an object, which is there when it is whole, and not before.

    Where the store itself does not promise that, the object is written under another name, and renamed.

    Raises:
        AudioWriteError: it cannot be written.
    """
    system, path = open_system(address)
    with explain(address, AudioWriteError, "written"):
        if _list_protocols(system) & _WHOLE:
            system.put_file(str(source), path)
            return
        folder, _, _ = path.rpartition("/")
        system.makedirs(folder, exist_ok=True)
        temporary = f"{folder}/{_name_temporary(address)}{os.urandom(4).hex()}{_SUFFIX}"
        try:
            system.put_file(str(source), temporary)
            if system.info(temporary)["size"] != source.stat().st_size:
                raise OSError("it has arrived with another length")
            _rename(system, temporary, path)
        except BaseException:
            with suppress(Exception):
                system.rm_file(temporary)
            raise


def tidy(addresses: list[str]) -> None:
    """Delete what killed processes have left of objects that they were to write.  It never raises.

    Args:
        addresses: of the objects; nobody may be writing them just now.
    """
    wanted: dict[str, set[str]] = {}
    for address in addresses:
        wanted.setdefault(get_folder(address), set()).add(_name_temporary(address))
    for folder, names in wanted.items():
        with suppress(Exception):
            system, path = open_system(folder)
            if _list_protocols(system) & _WHOLE:
                continue
            for entry in system.ls(path, detail=True):
                name = get_name(entry["name"])
                if name.endswith(_SUFFIX) and name[: len(_PREFIX) + 16] in names:
                    system.rm_file(entry["name"])


def open_system(address: str) -> tuple[FileSystem, str]:
    """Return the file system of an address, and the path in it.

    Raises:
        AudiostyleError: fsspec, or what the protocol needs, is not installed; or there is no such protocol.
    """
    protocol = address.partition("://")[0]
    try:
        core = importlib.import_module("fsspec.core")
    except ImportError:
        raise AudiostyleError(
            f"{address}: addresses need fsspec; install it: pip install 'audiostyle[remote]'"
        ) from None
    _quiet()
    try:
        system, path = core.url_to_fs(address)
    except ImportError as error:
        raise AudiostyleError(f"{address}: needs {_find_package(protocol, error)}") from None
    except ValueError as error:
        if "not known" in str(error):
            raise AudiostyleError(
                f"{address}: no protocol {protocol!r} is known; use s3, gs, az, sftp or another of fsspec's"
            ) from None
        raise AudiostyleError(f"{address}: is no address of {protocol} ({_shorten(error)})") from None
    except Exception as error:
        raise AudiostyleError(f"{address}: cannot be reached ({_shorten(error)})") from None
    return system, path


@contextmanager
def explain(address: str, error_class: type[AudiostyleError], done: str) -> Iterator[None]:
    """Turn whatever a store raises into one line about an address.

    Args:
        address: what the message names.
        error_class: what is raised in place of any error inside the block.
        done: what was to be done with it, such as ``"read"``.

    Raises:
        AudiostyleError: one of ``error_class``.

    Example:
        >>> with explain("s3://bucket/a.wav", AudioReadError, "read"):
        ...     raise PermissionError("Access Denied")
        Traceback (most recent call last):
        audiostyle.errors.AudioReadError: s3://bucket/a.wav: cannot be read (Access Denied); check that your \
credentials allow it
    """
    try:
        yield
    except AudiostyleError:
        raise
    except FileNotFoundError:
        raise error_class(f"{address}: cannot be {done}, there is no such object or bucket") from None
    except Exception as error:
        text = f"{type(error).__name__} {error}".lower()
        remedy = "check the address and the network, and try again"
        if isinstance(error, PermissionError) or "credential" in text:
            remedy = "check that your credentials allow it"
        elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            remedy = f"make room for a copy in {tempfile.gettempdir()}, or name another folder in TMPDIR"
        elif isinstance(error, NotImplementedError):
            remedy = "this protocol cannot do that; choose another place"
        raise error_class(f"{address}: cannot be {done} ({_shorten(error)}); {remedy}") from None


def _rename(system: FileSystem, temporary: str, path: str) -> None:
    """Give an object its name, in the place of another if need be."""
    try:
        system.mv(temporary, path)
    except Exception:
        if not (system.exists(temporary) and system.exists(path)):
            raise
        system.rm_file(path)  # where renaming does not replace
        system.mv(temporary, path)


def _name_temporary(address: str) -> str:
    """Return how temporary names of an object begin, by which what killed processes leave is known."""
    return _PREFIX + hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _list_protocols(system: FileSystem) -> set[str]:
    return {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)


def _find_package(protocol: str, error: ImportError) -> str:
    """Return what has to be installed for a protocol, as fsspec knows it."""
    registry = importlib.import_module("fsspec.registry")
    location = str(registry.known_implementations.get(protocol, {}).get("class", ""))
    package = location.partition(".")[0]
    if package in ("", "fsspec"):
        package = str(error.name or getattr(error.__cause__, "name", None) or protocol)
    return f"{package}; install it: pip install {package}"


def _quiet() -> None:
    """Keep what fsspec's relatives log of every retry from the terminal; errors are told by us."""
    for name in ("fsspec", "s3fs", "gcsfs", "aiobotocore", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _shorten(error: Exception) -> str:
    """Return the first line of an error, or its kind."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
