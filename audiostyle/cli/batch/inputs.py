"""What the user named (files, folders, globs, ``-``) as a list of recordings or pictures."""

import glob
import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audiostyle.cli.batch.conventions import STDIN
from audiostyle.sound.formats import READABLE_SUFFIXES

_log = logging.getLogger(__name__)

_BESIDE = """
mid midi style txt md rst html htm pdf nfo log cue m3u m3u8 pls lrc srt json toml yaml yml xml csv tsv ini db
url lnk sfv md5 jpg jpeg png gif webp py ipynb sh zip asd reapeaks pek aup aup3 rpp musicxml mscz safetensors
"""
COMPANIONS = frozenset(f".{name}" for name in _BESIDE.split())
"""Suffixes of files that are no recordings for certain and lie among them: notes, covers, lists, projects."""

_SHOWN = 5  # kinds of files that fit into a line


@dataclass(frozen=True)
class InputKind:
    """What is looked for in a folder; a file that is named outright is always tried.

    Attributes:
        name: for messages, in the plural.
        suffixes: of the files looked for, in lower case.
        companions: of files that usually lie beside those, and are left out without a word.
    """

    name: str
    suffixes: frozenset[str]
    companions: frozenset[str] = COMPANIONS


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
    paths = sorted(set(_expand_pattern(pattern)))
    if not paths:
        yield InputProblem(pattern, f"{pattern}: matches no file; check the pattern and the folder")
    for path in paths:
        if not os.path.isdir(path):
            yield InputFile(path)
        elif "**" not in pattern:  # which matches what is inside the folder as well
            yield from _search_folder(path, kind)


def _expand_pattern(pattern: str) -> Iterator[str]:
    """Yield what a pattern matches.  Here ``**`` follows no link: folders may be linked in circles."""
    parts = pattern.split("/")
    if "**" not in parts:
        yield from glob.glob(pattern)
        return
    place = parts.index("**")
    head, tail = "/".join(parts[:place]), "/".join(parts[place + 1 :]) or "*"
    for root in [head or "/"] if pattern.startswith("/") and not head else glob.glob(head) if head else ["."]:
        for folder, _, _ in _walk(root):
            yield from _expand_pattern(os.path.normpath(os.path.join(glob.escape(folder), tail)))


def _walk(root: str, unreadable: "list[OSError] | None" = None) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each folder in ``root`` and the names in it, sorted, without hidden ones; no link is followed."""
    onerror = None if unreadable is None else unreadable.append
    for folder, subfolders, names in os.walk(root, onerror=onerror):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        yield folder, subfolders, sorted(name for name in names if not name.startswith("."))


def _search_folder(root: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    unreadable: list[OSError] = []
    left_out: Counter[str] = Counter()
    count = 0
    for folder, _, names in _walk(root, unreadable):
        for name in names:
            path, suffix = os.path.join(folder, name), Path(name).suffix.lower()
            if suffix not in kind.suffixes:
                left_out[suffix or "without a suffix"] += suffix not in kind.companions
            elif os.path.isfile(path) or not os.path.exists(path):  # a broken link is a problem of its own
                count += 1
                yield InputFile(path, Path(os.path.relpath(folder, root)))
            else:  # a named pipe, which nobody may ever write to
                left_out["pipes and the like"] += 1
    for error in unreadable:
        message = f"{error.filename}: cannot be opened ({error.strerror})"
        yield InputProblem(str(error.filename), message)
    if +left_out:
        _log.warning("%s: left out %s, which are no known %s", root, _list_counts(+left_out), kind.name)
    if not count and not unreadable:
        yield InputProblem(
            root, f"{root}: holds no {kind.name}; name the files outright if they have unusual suffixes"
        )


def _list_counts(counts: "Counter[str]") -> str:
    """Return how many of each there are, most first; of very many kinds, the first."""
    shown = [f"{count} {what}" for what, count in counts.most_common(_SHOWN)]
    return ", ".join(shown + (["and others"] if len(counts) > _SHOWN else []))


def _explain_missing(path: str) -> str:
    if os.path.islink(path):
        return f"{path}: is a link to nothing; check where it points"
    return f"{path}: no such file; check the name and the folder"
