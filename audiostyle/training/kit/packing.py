"""Inputs of jobs, shared out over calls of limited size, and put together again where they arrive.

Every call is a folder ``call-1``, ``call-2``, … with the files of inputs under ``NAME/``, large ones in
pieces, and ``call.json``, which lists all pieces of all calls with their sizes: so a job can tell whether its
inputs have arrived.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.training.kit.plan import Plan

WHEELS = "wheels"
"""The name under which wheels travel."""

WORK = "work"
"""The folder beside the calls for what runs there."""

_LIST = "call.json"
_FILE = "_"  # the path of an input that is one file, inside the input
_PIECE, _PIECE_BYTES = ".from-", 2 << 20  # of files, so that no call has much room left


class Item(NamedTuple):
    """A file that travels, or a piece of one.

    Attributes:
        name: of the input.
        path: inside the input.
        source: the file here.
        start, size: of the piece, in bytes.
    """

    name: str
    path: str
    source: Path
    start: int
    size: int

    @property
    def place(self) -> Path:
        """Where the piece lies in a call."""
        return Path(self.name, f"{self.path}{_PIECE}{self.start}")


def list_items(plan: Plan) -> list[Item]:
    """Return every file that the jobs of a plan need, once, in the order in which they are to travel.

    Raises:
        TrainingError: an input is missing or empty.
    """
    places: dict[str, Path] = {WHEELS: plan.wheels} if plan.wheels else {}
    for job in plan.jobs:
        places |= {name: plan.inputs[name] for name in job.inputs if name not in places}
    items: list[Item] = []
    for name, place in places.items():
        own = _list_files(name, place)
        if not own:
            raise TrainingError(f"{place}: no files there for the input {name!r} of the plan; make it first")
        items += own
    return items


def _list_files(name: str, place: Path) -> list[Item]:
    if place.is_file():
        return _cut(name, f"{_FILE}{place.suffix}", place)
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return [item for file in files for item in _cut(name, file.relative_to(place).as_posix(), file)]


def _cut(name: str, path: str, source: Path) -> list[Item]:
    """Return the pieces of a file; an empty one is one piece."""
    size = source.stat().st_size
    starts = range(0, max(1, size), _PIECE_BYTES)
    return [Item(name, path, source, start, min(_PIECE_BYTES, size - start)) for start in starts]


def measure_code(root: Path) -> int:
    """Return the bytes of the working tree that travels with every call: all that git does not ignore.

    Outside a repository it is what lies in the folder.
    """
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
        files = [root / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        files = list(root.rglob("*"))
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def assign_calls(items: Sequence[Item], room: int) -> list[list[Item]]:
    """Share out files over calls, in their order, so that jobs that come first can start first.

    A file goes into the first call that still has room for it.

    Args:
        items: all files.
        room: bytes that a call has for them.

    Raises:
        TrainingError: a file does not fit into any call.

    Example:
        >>> files = [Item("a", str(size), Path(str(size)), 0, size) for size in (5, 4, 3, 2)]
        >>> [[item.size for item in call] for call in assign_calls(files, room=8)]
        [[5, 3], [4, 2]]
    """
    calls: list[list[Item]] = []
    left: list[int] = []
    for item in items:
        if item.size > room:
            raise TrainingError(
                f"{item.source}: {item.size} bytes do not fit into a call, which has room for {max(0, room)}"
            )
        fitting = [number for number, space in enumerate(left) if space >= item.size]
        if not fitting:
            calls.append([])
            left.append(room)
        number = fitting[0] if fitting else len(calls) - 1
        calls[number].append(item)
        left[number] -= item.size
    return calls


def pack_inputs(plan: Plan, folder: Path, *, code_bytes: int) -> list[Path]:
    """Copy what the jobs of a plan need into a folder of calls; what was in it is deleted.

    Args:
        plan: the jobs.
        folder: of the calls; it is to be one that git ignores.
        code_bytes: of what travels with every call besides.

    Returns:
        The folder of each call.

    Raises:
        TrainingError: an input is missing, a file is too large, or ``folder`` holds something else.
    """
    foreign = [p for p in folder.glob("*") if p.name != WORK and not p.name.startswith("call-")]
    if foreign:
        raise TrainingError(f"{folder}: holds something else than calls; choose another folder")
    shutil.rmtree(folder, ignore_errors=True)
    items = list_items(plan)
    calls = assign_calls(items, plan.limits.call_bytes - code_bytes)
    listed = json.dumps([[item.name, item.path, item.start, item.size] for item in items])
    places = []
    for number, call in enumerate(calls or [[]], 1):
        place = folder / f"call-{number}"
        place.mkdir(parents=True)
        (place / _LIST).write_text(listed)
        for item in call:
            target = place / item.place
            target.parent.mkdir(parents=True, exist_ok=True)
            with item.source.open("rb") as file:
                file.seek(item.start)
                target.write_bytes(file.read(item.size))
        places.append(place)
    return places


def merge_calls(folder: Path, merged: Path) -> Mapping[str, Path]:
    """Put the inputs of all calls that have arrived together, and return where the whole ones lie.

    Args:
        folder: of the calls.
        merged: folder for them.

    Returns:
        Name → path of every input all of whose files have arrived.

    Raises:
        TrainingError: no call is there.
    """
    calls = sorted(folder.glob("call-*"))
    if not calls:
        raise TrainingError(f"{folder}: no call has arrived; did the folder travel?")
    pieces: dict[tuple[str, str], list[Path]] = {}
    lacking: set[str] = set()
    for name, path, start, size in json.loads((calls[-1] / _LIST).read_text()):
        place = Item(name, path, Path(), start, size).place
        found = [call / place for call in calls if (call / place).is_file()]
        if not found or found[0].stat().st_size != size:
            lacking.add(name)
        else:
            pieces.setdefault((name, path), []).append(found[0])
    whole = {}
    for (name, path), parts in pieces.items():
        if name not in lacking:
            _join(parts, merged / name / path)
            one = path.startswith(_FILE + ".") or path == _FILE
            whole[name] = merged / name / path if one else merged / name
    return whole


def _join(pieces: Sequence[Path], target: Path) -> None:
    """Write a file from its pieces, unless an earlier call did."""
    if not target.exists():
        with write_atomically(target, TrainingError) as temporary, temporary.open("wb") as file:
            for piece in pieces:
                file.write(piece.read_bytes())
