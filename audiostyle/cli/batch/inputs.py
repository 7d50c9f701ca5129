"""What the user named (files, folders, globs, ``-``) as a list of recordings or pictures."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audiostyle.sound.formats import FORMATS

STDIN = "-"

_ALSO_READ = {
    ".aac",
    ".aifc",
    ".au",
    ".caf",
    ".m4a",
    ".mka",
    ".mkv",
    ".mov",
    ".mp4",
    ".rf64",
    ".webm",
    ".wma",
}
SUFFIXES = frozenset(_ALSO_READ | {suffix for format in FORMATS.values() for suffix in format.suffixes})


@dataclass(frozen=True)
class Kind:
    """What is looked for in a folder, told by its suffix; a file that is named outright is always tried."""

    name: str
    suffixes: frozenset[str]


AUDIO = Kind("audio files", SUFFIXES)


@dataclass(frozen=True)
class Source:
    """One input.  ``path`` is ``-`` for stdin; ``folder`` is where it lay inside the folder that the user
    named, None for a file named outright."""

    path: str
    folder: Path | None = None

    @property
    def stem(self) -> str:
        return "stdin" if self.path == STDIN else Path(self.path).stem


@dataclass(frozen=True)
class Problem:
    """An input that cannot be used, and why; the others go on."""

    input: str
    message: str


def expand(arguments: Sequence[str], kind: Kind = AUDIO) -> tuple[list[Source], list[Problem]]:
    """Every input that ``arguments`` name, each once, in the order named (folders and globs sorted)."""
    sources: dict[str, Source] = {}
    problems = []
    for argument in arguments:
        for found in _expand_one(argument, kind):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                sources.setdefault(STDIN if found.path == STDIN else os.path.realpath(found.path), found)
    return list(sources.values()), problems


def _expand_one(argument: str, kind: Kind) -> Iterator[Source | Problem]:
    if argument == STDIN:
        yield Source(STDIN)
    elif os.path.isdir(argument):
        yield from _walk(argument, kind)
    elif os.path.lexists(argument) or not glob.has_magic(argument):  # a file may be called "take[1].wav"
        yield Source(argument) if os.path.exists(argument) else Problem(argument, _missing(argument))
    else:
        yield from _match(argument, kind)


def _match(pattern: str, kind: Kind) -> Iterator[Source | Problem]:
    paths = sorted(glob.glob(pattern, recursive=True))
    if not paths:
        yield Problem(pattern, f"{pattern}: matches no file; check the pattern and the folder")
    for path in paths:
        if not os.path.isdir(path):
            yield Source(path)
        elif "**" not in pattern:  # which matches what is inside the folder as well
            yield from _walk(path, kind)


def _walk(root: str, kind: Kind) -> Iterator[Source | Problem]:
    unreadable: list[OSError] = []
    count = 0
    for folder, subfolders, names in os.walk(root, onerror=unreadable.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in kind.suffixes and not name.startswith("."):
                count += 1
                yield Source(os.path.join(folder, name), Path(os.path.relpath(folder, root)))
    yield from (
        Problem(str(e.filename), f"{e.filename}: cannot be opened ({e.strerror})") for e in unreadable
    )
    if not count and not unreadable:
        yield Problem(
            root, f"{root}: holds no {kind.name}; name the files outright if they have unusual suffixes"
        )


def _missing(path: str) -> str:
    if os.path.islink(path):
        return f"{path}: is a link to nothing; check where it points"
    return f"{path}: no such file; check the name and the folder"
