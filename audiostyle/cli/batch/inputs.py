"""What the user named (files, folders, globs, ``-``) as a list of recordings or pictures."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audiostyle.cli.batch.conventions import STDIN
from audiostyle.sound.formats import READABLE_SUFFIXES


@dataclass(frozen=True)
class InputKind:
    """What is looked for in a folder; a file that is named outright is always tried.

    Attributes:
        name: for messages, in the plural.
        suffixes: of the files looked for, in lower case.
    """

    name: str
    suffixes: frozenset[str]


AUDIO = InputKind("audio files", READABLE_SUFFIXES)


@dataclass(frozen=True)
class InputFile:
    """One input.

    Attributes:
        path: its path, ``-`` for stdin.
        folder: where it lies inside the folder that the user named; None for a file named outright.
        own_stem: what its outputs are called after in place of its stem, which another input has as well.
    """

    path: str
    folder: Path | None = None
    own_stem: str | None = None

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix, for the names of its outputs."""
        return self.own_stem or ("stdin" if self.path == STDIN else Path(self.path).stem)


@dataclass(frozen=True)
class InputProblem:
    """An input that cannot be used, and why; the others go on."""

    input: str
    message: str


def find_inputs(
    arguments: Sequence[str], kind: InputKind = AUDIO
) -> tuple[list[InputFile], list[InputProblem]]:
    """Find every input that arguments name, each once.

    Args:
        arguments: files, folders (searched through), globs, or ``-``.
        kind: what to look for in folders.

    Returns:
        The inputs in the order named, those of folders and globs sorted, and what cannot be used.
    """
    inputs: dict[str, InputFile] = {}
    problems = []
    for argument in arguments:
        for found in _expand(argument, kind):
            if isinstance(found, InputProblem):
                problems.append(found)
            else:
                inputs.setdefault(STDIN if found.path == STDIN else os.path.realpath(found.path), found)
    return list(inputs.values()), problems


def _expand(argument: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    if argument == STDIN:
        yield InputFile(STDIN)
    elif os.path.isdir(argument):
        yield from _search_folder(argument, kind)
    elif os.path.lexists(argument) or not glob.has_magic(argument):  # a file may be called "take[1].wav"
        found = os.path.exists(argument)
        yield InputFile(argument) if found else InputProblem(argument, _explain_missing(argument))
    else:
        yield from _match_pattern(argument, kind)


def _match_pattern(pattern: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    paths = sorted(glob.glob(pattern, recursive=True))
    if not paths:
        yield InputProblem(pattern, f"{pattern}: matches no file; check the pattern and the folder")
    for path in paths:
        if not os.path.isdir(path):
            yield InputFile(path)
        elif "**" not in pattern:  # which matches what is inside the folder as well
            yield from _search_folder(path, kind)


def _search_folder(root: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    unreadable: list[OSError] = []
    count = 0
    for folder, subfolders, names in os.walk(root, onerror=unreadable.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if Path(name).suffix.lower() in kind.suffixes and not name.startswith("."):
                count += 1
                yield InputFile(os.path.join(folder, name), Path(os.path.relpath(folder, root)))
    for error in unreadable:
        message = f"{error.filename}: cannot be opened ({error.strerror})"
        yield InputProblem(str(error.filename), message)
    if not count and not unreadable:
        yield InputProblem(
            root, f"{root}: holds no {kind.name}; name the files outright if they have unusual suffixes"
        )


def _explain_missing(path: str) -> str:
    if os.path.islink(path):
        return f"{path}: is a link to nothing; check where it points"
    return f"{path}: no such file; check the name and the folder"
