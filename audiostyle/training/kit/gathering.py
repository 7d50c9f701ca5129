"""Results of jobs in few files of limited size, and back into folders.

The files are uncompressed ZIP archives, for weights do not get smaller.  What is larger than an archive may
be is cut into pieces, which are joined again here.
"""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.training.kit.jobs import REPORT
from audiostyle.training.kit.plan import Job, Limits

_PIECE = ".piece-"
_OVERHEAD = 1024  # bytes of an archive for every file in it, at most
_LOG_BYTES = 200_000  # of a log that comes back, from its end


class _Piece(NamedTuple):
    name: str
    source: Path
    start: int
    size: int


def gather_results(jobs: Sequence[Job], work: Path, out: Path, limits: Limits) -> list[str]:
    """Write the results of jobs as archives ``results-1.zip``, ….

    Logs and reports come first, then the files of each job's first pattern, then of the second, and so on: so
    where room is scarce, what is most important comes back.

    Args:
        jobs: whose results are gathered; those that never began have none.
        work: folder of all jobs.
        out: folder of the archives; made if need be.
        limits: how many files there may be and how large.

    Returns:
        What was left out, a line each.
    """
    out.mkdir(parents=True, exist_ok=True)
    archives: list[list[_Piece]] = [[] for _ in range(limits.files)]
    room = [min(limits.file_bytes, limits.result_bytes // limits.files) - _OVERHEAD] * limits.files
    left_out = []
    for name, source, start in _list_results(jobs, work):
        if not _place(name, source, start, archives, room):
            left_out.append(f"{name}: no room for its {source.stat().st_size - start} bytes")
    for number, pieces in enumerate(archives, 1):
        if pieces:
            _write_archive(out / f"results-{number}.zip", pieces)
    return left_out


def unpack_results(archives: Path, folder: Path) -> list[Path]:
    """Put what came back into a folder for each job.

    Args:
        archives: folder of ``results-*.zip``.
        folder: for the jobs' folders; made if need be.

    Returns:
        All files, sorted.

    Raises:
        TrainingError: an archive is damaged, or holds what does not belong into a folder.
    """
    pieces: dict[str, list[tuple[int, bytes]]] = {}
    for path in sorted(archives.glob("results-*.zip")):
        try:
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    whole, _, number = name.partition(_PIECE)
                    pieces.setdefault(whole, []).append((int(number or 0), archive.read(name)))
        except (zipfile.BadZipFile, ValueError) as error:
            raise TrainingError(f"{path}: a damaged archive ({error}); fetch it again") from None
    written = []
    for name, parts in sorted(pieces.items()):
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise TrainingError(f"{archives}: {name!r} does not belong into a folder")
        with write_atomically(target, TrainingError) as temporary:
            temporary.write_bytes(b"".join(data for _, data in sorted(parts)))
        written.append(target)
    return written


def _list_results(jobs: Sequence[Job], work: Path) -> list[tuple[str, Path, int]]:
    """Return what comes back, the most important first: name in an archive, file, and its first byte."""
    found: list[tuple[str, Path, int]] = []
    for job in jobs:
        for name in ("log.txt", REPORT):
            path = work / job.name / name
            if path.is_file():
                found.append((f"{job.name}/{name}", path, max(0, path.stat().st_size - _LOG_BYTES)))
    listed = {path for _, path, _ in found}
    for rank in range(max((len(job.results) for job in jobs), default=0)):
        for job in jobs:
            out = work / job.name / "out"
            for path in sorted(out.rglob(job.results[rank])) if rank < len(job.results) else []:
                if path.is_file() and path not in listed:
                    listed.add(path)
                    found.append((f"{job.name}/{path.relative_to(out).as_posix()}", path, 0))
    return found


def _place(name: str, source: Path, start: int, archives: list[list[_Piece]], room: list[int]) -> bool:
    """Find room for a file, in one archive or else in pieces; return whether there was any."""
    size = source.stat().st_size - start
    if sum(max(0, space - _OVERHEAD) for space in room) < size:
        return False
    whole = [number for number, space in enumerate(room) if space - _OVERHEAD >= size]
    order, piece = whole[:1] or range(len(room)), 0
    for number in order:
        taken = min(size, room[number] - _OVERHEAD)
        if taken < 0 or (taken == 0 and size):
            continue
        label = name if whole else f"{name}{_PIECE}{piece}"
        archives[number].append(_Piece(label, source, start, taken))
        room[number] -= taken + _OVERHEAD
        start, size, piece = start + taken, size - taken, piece + 1
        if not size:
            break
    return True


def _write_archive(path: Path, pieces: Sequence[_Piece]) -> None:
    with write_atomically(path, TrainingError) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for piece in pieces:
            with piece.source.open("rb") as file:
                file.seek(piece.start)
                archive.writestr(piece.name, file.read(piece.size))


def describe_results(folder: Path, names: Sequence[str]) -> list[str]:
    """Return a line for each job that has a report in a folder of unpacked results."""
    lines = []
    for name in names:
        path = folder / name / REPORT
        if path.is_file():
            report = json.loads(path.read_text())
            lines.append(f"{name}: exit status {report['status']} after {report['seconds']} s")
    return lines
