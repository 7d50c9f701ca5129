"""What lies in object stores and on other machines: looked at, searched and matched, each folder listed once.

A catalogue may have a million objects, and to ask for each takes hours.  So what a listing has told is kept
until :func:`forget`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audiostyle.cli.batch.addresses import append_name, get_folder, get_name
from audiostyle.cli.batch.remote import explain, open_system
from audiostyle.errors import AudioReadError

_SINGLE = 8  # looks at single objects in a folder before the folder is listed
_TAGS = (
    "ETag",
    "etag",
    "md5Hash",
    "LastModified",
    "last_modified",
    "updated",
    "mtime",
    "modified",
    "created",
)
"""What protocols call that which changes with an object."""


@dataclass
class _Known:
    """What has been seen: a catalogue is listed once, not asked for object by object."""

    objects: dict[str, tuple[int, str]] = field(default_factory=dict)  # address → size and tag
    names: dict[str, set[str]] = field(default_factory=dict)  # folder → what is in it
    looks: Counter[str] = field(default_factory=Counter)


_known = _Known()


def forget() -> None:
    """Forget what has been seen: the next look is at what is there now."""
    _known.objects.clear()
    _known.names.clear()
    _known.looks.clear()


def exists(address: str) -> bool:
    """Return whether there is such an object.

    Raises:
        AudiostyleError: the store cannot be asked.
    """
    folder, name = get_folder(address), get_name(address)
    system, path = open_system(address)
    _known.looks[folder] += 1
    if folder not in _known.names and _known.looks[folder] > _SINGLE:
        with explain(folder, AudioReadError, "looked into"):
            try:
                entries = system.ls(open_system(folder)[1], detail=True)
            except FileNotFoundError:
                entries = []
            _known.names[folder] = {get_name(entry["name"].rstrip("/")) for entry in entries}
    if folder in _known.names:
        return name in _known.names[folder]
    with explain(address, AudioReadError, "looked at"):
        return system.exists(path)


def describe(address: str) -> list[object]:
    """Return what an object is known by: its address, size, and tag or time.  Nothing counts as empty.

    Raises:
        AudiostyleError: the store cannot be asked.
    """
    if address not in _known.objects:
        system, path = open_system(address)
        with explain(address, AudioReadError, "looked at"):
            try:
                _known.objects[address] = _get_marks(system.info(path))
            except FileNotFoundError:
                return [address, 0, ""]
    return [address, *_known.objects[address]]


def is_object(address: str) -> bool:
    """Return whether an address is one of an object.

    Raises:
        AudioReadError: the store cannot be asked.
    """
    system, path = open_system(address)
    with explain(address, AudioReadError, "looked at"):
        return not address.endswith("/") and system.isfile(path)


def is_folder(address: str) -> bool:
    """Return whether something lies below an address.

    Raises:
        AudioReadError: the store cannot be asked.
    """
    system, path = open_system(address)
    with explain(address, AudioReadError, "looked at"):
        return system.isdir(path)


def is_pattern(address: str) -> bool:
    """Return whether an address may match several; one of a page may not.

    Example:
        >>> is_pattern("s3://bucket/*.wav"), is_pattern("https://host/song.wav?version=2")
        (True, False)
    """
    return not address.lower().startswith("http") and re.search(r"[*?\[]", address) is not None


def list_folder(address: str) -> Iterator[str]:
    """Yield all that lies in a folder, at any depth, sorted, as paths below it.

    Raises:
        AudioReadError: it cannot be listed.
    """
    system, path = open_system(address)
    with explain(address, AudioReadError, "looked into"):
        found = system.find(path, detail=True)
    root = path.rstrip("/") + "/"
    for name, info in sorted(found.items()):
        below = name[len(root) :] if name.startswith(root) else name.lstrip("/")
        if below and not below.endswith("/") and info.get("type") != "directory":
            _known.objects[append_name(address, below)] = _get_marks(info)
            yield below


def match_pattern(pattern: str) -> list[str]:
    """Return the addresses that match a pattern, sorted.

    Raises:
        AudioReadError: the store cannot be asked.
    """
    head = re.split(r"[*?\[]", pattern, maxsplit=1)[0].rpartition("/")[0] + "/"
    system, path = open_system(pattern)
    with explain(pattern, AudioReadError, "looked for"):
        root = path[: len(path) - (len(pattern) - len(head))] if path.endswith(pattern[len(head) :]) else ""
        return sorted(head + name[len(root) :] for name in system.glob(path))


def _get_marks(info: dict[str, Any]) -> tuple[int, str]:
    """Return the size of an object, and what changes with it, as far as the store tells."""
    return info.get("size") or 0, next((str(info[tag]) for tag in _TAGS if info.get(tag)), "")
