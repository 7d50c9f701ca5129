"""What the user named (files, folders, globs, addresses, ``-``) as a list of recordings or pictures."""

import glob
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audiostyle.cli.batch.addresses import append_name, get_name, identify_path, is_address, unwrap_path
from audiostyle.cli.batch.conventions import STDIN
from audiostyle.errors import AudiostyleError
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
        path: its path or address, ``-`` for stdin.
        folder: where it lies inside the folder that the user named; None for a file named outright.
        own_stem: what its outputs are called after in place of its stem, which another input has as well.
    """

    path: str
    folder: Path | None = None
    own_stem: str | None = None

    @property
    def stem(self) -> str:
        """The file's name without folder and suffix, for the names of its outputs."""
        return self.own_stem or ("stdin" if self.path == STDIN else Path(get_name(self.path)).stem)


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
        arguments: files, folders (searched through), globs, addresses of them, or ``-``.
        kind: what to look for in folders.

    Returns:
        The inputs in the order named, those of folders and globs sorted, and what cannot be used.
    """
    inputs: dict[str, InputFile] = {}
    problems = []
    for argument in map(unwrap_path, arguments):
        for found in _expand(argument, kind):
            if isinstance(found, InputProblem):
                problems.append(found)
            else:
                inputs.setdefault(STDIN if found.path == STDIN else identify_path(found.path), found)
    return list(inputs.values()), problems


def _expand(argument: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    if argument == STDIN:
        yield InputFile(STDIN)
    elif is_address(argument):
        yield from _expand_address(argument, kind)
    elif os.path.isdir(argument):
        yield from _search_folder(argument, kind)
    elif os.path.lexists(argument) or not glob.has_magic(argument):  # a file may be called "take[1].wav"
        found = os.path.exists(argument)
        yield InputFile(argument) if found else InputProblem(argument, _explain_missing(argument))
    else:
        yield from _match_pattern(argument, kind)


def _expand_address(argument: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    from audiostyle.cli.batch import remote_listing

    try:
        if remote_listing.is_object(argument):
            yield InputFile(argument)
        elif remote_listing.is_folder(argument):
            yield from _search_store(argument, kind)
        elif not remote_listing.is_pattern(argument):
            yield InputProblem(argument, f"{argument}: no such object; check the name and the bucket")
        elif not (matches := remote_listing.match_pattern(argument)):
            yield InputProblem(argument, f"{argument}: matches no object; check the pattern and the bucket")
        else:
            for match in matches:
                if remote_listing.is_object(match):
                    yield InputFile(match)
                elif "**" not in argument:
                    yield from _search_store(match, kind)
    except AudiostyleError as error:
        yield InputProblem(argument, str(error))


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

    def list_all() -> Iterator[InputFile]:
        for folder, _, names in _walk(root, unreadable):
            for name in names:
                yield InputFile(os.path.join(folder, name), Path(os.path.relpath(folder, root)))

    def is_odd(path: str) -> bool:  # a named pipe, which nobody may ever write to
        return os.path.exists(path) and not os.path.isfile(path)  # a broken link is a problem of its own

    yield from _sift(root, list_all(), kind, is_odd, unreadable)


def _search_store(root: str, kind: InputKind) -> Iterator[InputFile | InputProblem]:
    from audiostyle.cli.batch.remote_listing import list_folder

    odd: list[str] = []  # names by which results would leave the folder that they are to be in

    def list_all() -> Iterator[InputFile]:
        for below in list_folder(root):
            parts = below.split("/")
            if {".", ".."} & set(parts):
                odd.append(append_name(root, below))
            elif not any(part.startswith(".") for part in parts):
                yield InputFile(append_name(root, below), Path(*parts[:-1]))

    yield from _sift(root, list_all(), kind, lambda path: False, [])
    for path in odd:
        yield InputProblem(path, f"{path}: leads out of its folder; name it outright, or rename it")


def _sift(
    root: str,
    found: Iterator[InputFile],
    kind: InputKind,
    is_odd: Callable[[str], bool],
    unreadable: list[OSError],
) -> Iterator[InputFile | InputProblem]:
    """Yield those files of a folder that are looked for, and say what is left out."""
    left_out: Counter[str] = Counter()
    count = 0
    for source in found:
        suffix = Path(source.path).suffix.lower()
        if suffix not in kind.suffixes:
            left_out[suffix or "without a suffix"] += suffix not in kind.companions
        elif is_odd(source.path):
            left_out["pipes and the like"] += 1
        else:
            count += 1
            yield source
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
