"""Which files belong together: results of several systems, and their sources, by the names they have.

An item is what files of one name in several folders have in common: ``ours/a/song.wav``,
``theirs/a/song.flac`` and ``in/a/song.mp3`` are versions of the item ``a/song``.  Results that are called
after their method, as ``song.piano.wav``, belong to ``song`` where no other folder has a ``song.piano``.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.image.io.formats import READ_SUFFIXES
from audiostyle.sound.formats import READABLE_SUFFIXES

SOUND, PICTURE = "sound", "picture"
"""Names of the two media."""

SUFFIXES = {SOUND: READABLE_SUFFIXES, PICTURE: READ_SUFFIXES}
"""By which files of a medium are found in a folder."""


@dataclass(frozen=True)
class Matching:
    """Items that all folders have, and what is left over.

    Attributes:
        items: item → name of the folder → path.
        left_out: name of the folder → items that only some folders have.
    """

    items: dict[str, dict[str, Path]]
    left_out: dict[str, list[str]] = field(default_factory=dict)


def find_medium(folder: Path) -> str:
    """Return whether a folder holds sound or pictures, by what most of its files are.

    Raises:
        AudiostyleError: it is no folder, or holds neither.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "a.png").touch()
        >>> find_medium(folder)
        'picture'
    """
    counts = {medium: len(find_files(folder, medium)) for medium in SUFFIXES}
    medium = max(counts, key=lambda name: counts[name])
    if not counts[medium]:
        raise AudiostyleError(f"{folder}: holds neither recordings nor pictures; name a folder of results")
    return medium


def find_files(folder: Path, medium: str) -> dict[str, Path]:
    """Return the files of a medium in a folder, by their places in it without suffix.

    Args:
        folder: searched through, without hidden files.
        medium: ``"sound"`` or ``"picture"``.

    Raises:
        AudiostyleError: it is no folder, or two files have one name.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "song.wav").touch()
        >>> list(find_files(folder, "sound"))
        ['song']
    """
    if not folder.is_dir():
        raise AudiostyleError(f"{folder}: is not a folder; name a folder of results")
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        if path.suffix.lower() not in SUFFIXES[medium] or not path.is_file():
            continue
        if any(part.startswith(".") for part in place.parts):
            continue
        name = place.with_suffix("").as_posix()
        if name in found:
            raise AudiostyleError(f"{found[name]} and {path} have one name; leave one of them in the folder")
        found[name] = path
    return found


def match_items(folders: Mapping[str, Path], medium: str) -> Matching:
    """Return the items that all folders have.

    Args:
        folders: name → folder, one or more.
        medium: ``"sound"`` or ``"picture"``.

    Raises:
        AudiostyleError: one is no folder, or they have no item in common.

    Example:
        >>> import tempfile
        >>> root = Path(tempfile.mkdtemp())
        >>> for name in ("ours/a.piano.wav", "theirs/a.flac", "theirs/b.flac"):
        ...     (root / name).parent.mkdir(exist_ok=True)
        ...     (root / name).touch()
        >>> found = match_items({"ours": root / "ours", "theirs": root / "theirs"}, "sound")
        >>> list(found.items), found.left_out
        (['a'], {'theirs': ['b']})
    """
    files = {name: find_files(folder, medium) for name, folder in folders.items()}
    for name, folder in folders.items():
        if not files[name]:
            raise AudiostyleError(
                f"{folder}: holds no {medium}s" if medium == PICTURE else f"{folder}: holds no recordings"
            )
    plain = {
        name: _drop_methods(own, [files[other] for other in files if other != name])
        for name, own in files.items()
    }
    common = set.intersection(*(set(own) for own in plain.values()))
    if not common:
        shown = "; ".join(f"{folders[name]} has {next(iter(own))!r}" for name, own in plain.items())
        raise AudiostyleError(f"no file has the same name in all folders ({shown}); name versions alike")
    left_out = {name: sorted(set(own) - common) for name, own in plain.items()}
    items = {item: {name: own[item] for name, own in plain.items()} for item in sorted(common)}
    return Matching(items, {name: rest for name, rest in left_out.items() if rest})


def read_pairs(path: Path) -> Matching:
    """Read a table of items: a CSV file with a column for each folder, and ``item`` for what a row is called.

    Args:
        path: of the file.  Paths in it are relative to its folder.

    Raises:
        AudiostyleError: it cannot be read, has no rows, or a file that it names is not there.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "a.wav").touch()
        >>> _ = (folder / "pairs.csv").write_text("result,truth\\na.wav,a.wav\\n")
        >>> list(read_pairs(folder / "pairs.csv").items)
        ['a']
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise AudiostyleError(f"{path}: cannot be read as a table of pairs ({reason})") from None
    items: dict[str, dict[str, Path]] = {}
    for line, row in enumerate(rows, start=2):
        columns = {name: value for name, value in row.items() if name and name != "item" and value}
        if (
            len(columns) < len([name for name in row if name and name != "item"])
            or None in row
            or not columns
        ):
            raise AudiostyleError(f"{path}: line {line} does not have a file in every column; complete it")
        paths = {name: path.parent / value for name, value in columns.items()}
        for found in paths.values():
            if not found.is_file():
                raise AudiostyleError(f"{path}: line {line} names {found}, which is no file; correct it")
        item = row.get("item") or next(iter(paths.values())).stem
        if item in items:
            raise AudiostyleError(
                f"{path}: two rows are called {item!r}; add a column 'item' with other names"
            )
        items[item] = paths
    if not items:
        raise AudiostyleError(f"{path}: has no rows; give a line of names and a line for each item")
    return Matching(items)


def _drop_methods(own: dict[str, Path], others: Sequence[Mapping[str, Path]]) -> dict[str, Path]:
    """Return files by the items they belong to: ``song.piano`` is ``song`` where the others say so."""
    known = set().union(*others) if others else set()
    stripped = {name.rpartition(".")[0] if "." in Path(name).name else name for name in known}
    found: dict[str, Path] = {}
    for name, path in own.items():
        short = name.rpartition(".")[0] if "." in Path(name).name else name
        item = name if name in known or short not in known | stripped else short
        if item in found:
            raise AudiostyleError(
                f"{found[item]} and {path} are both versions of {item!r}; leave one of them"
            )
        found[item] = path
    return found
