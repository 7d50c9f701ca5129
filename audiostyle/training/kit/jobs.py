"""Jobs against one deadline, each a process of its own, side by side or in turn; failures stay their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.training.kit.packing import WHEELS
from audiostyle.training.kit.plan import Job

REPORT = "report.json"
"""What became of a job: its exit status, seconds, and whether it was ended."""

_POLL = 0.1  # seconds
_PATIENCE = 8.0  # seconds that a process has to end by itself after it was asked to
_BEGINNING = 60.0  # seconds in which wheels are installed and the first job begins, at most
_NOTHING_LEFT = 1.0  # seconds with which a job is not started any more

Say = Callable[[str], None]


@dataclass
class _Running:
    job: Job
    folder: Path
    process: subprocess.Popen[bytes]
    started: float
    deadline: float


def run_jobs(
    jobs: Sequence[Job], inputs: Mapping[str, Path], work: Path, deadline: float, say: Say
) -> dict[str, int | None]:
    """Run jobs until all are done or the deadline is over: lanes side by side, those of a lane in turn.

    The folder of a job is ``work / NAME``, with its output in ``log.txt`` and what became of it in
    :data:`REPORT`.  A job that is there already is left alone, so that jobs whose inputs come later can be
    started by another call.

    Args:
        jobs: what to run; those whose inputs have not arrived are left for later.
        inputs: where inputs lie.
        work: folder of all jobs.
        deadline: of :func:`time.time`; what still runs then is ended.
        say: told a line for every job that begins or ends.

    Returns:
        Name → exit status, None for what was ended because its time was over.
    """
    python_path = _install_wheels(inputs.get(WHEELS), work / "site")
    lanes: dict[str, list[Job]] = {}
    for job in jobs:
        if missing := [name for name in job.inputs if name not in inputs]:
            say(f"{job.name}: not started, its input {missing[0]!r} has not arrived")
        elif (work / job.name).exists():
            say(f"{job.name}: was started before")
        else:
            lanes.setdefault(job.lane or f"{job.name} alone", []).append(job)
    running: dict[str, _Running] = {}
    done: dict[str, int | None] = {}
    while lanes or running:
        for lane, one in list(running.items()):
            status = one.process.poll()
            if status is None and time.time() > one.deadline:
                _end(one.process)
            elif status is None:
                continue
            done[one.job.name] = _report(one, status, say)
            del running[lane]
        for lane in [name for name in lanes if name not in running]:
            queue = lanes[lane]
            job = queue.pop(0)
            if not queue:
                del lanes[lane]
            own = _share_time(job, queue, deadline)
            if own - time.time() < _NOTHING_LEFT:
                say(f"{job.name}: not started, no time is left")
                continue
            running[lane] = _start(job, inputs, work / job.name, own, python_path)
            say(f"{job.name}: started, process {running[lane].process.pid}")
        time.sleep(_POLL)
    return done


def _share_time(job: Job, later: Sequence[Job], deadline: float) -> float:
    """Return until when a job may run, of which others of its lane come after."""
    now = time.time()
    return now + (deadline - now) * job.share / (job.share + sum(other.share for other in later))


def start_detached(arguments: Sequence[str], log: Path) -> int:
    """Start this kit in a session of its own, which goes on when the call that started it returns.

    It returns when the kit has said something, for then its jobs have begun.

    Args:
        arguments: of ``python -m audiostyle.training.kit``.
        log: for what it prints.

    Returns:
        The number of the process.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "audiostyle.training.kit", *arguments]
    before, began = log.stat().st_size if log.exists() else 0, time.monotonic()
    with log.open("ab") as file:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
    while process.poll() is None and log.stat().st_size == before and time.monotonic() - began < _BEGINNING:
        time.sleep(_POLL)
    return process.pid


def find_unfinished(work: Path) -> list[str]:
    """Return the names of the jobs in a folder that have begun and have no report yet."""
    return sorted(log.parent.name for log in work.glob("*/log.txt") if not (log.parent / REPORT).exists())


def _install_wheels(wheels: Path | None, site: Path) -> list[str]:
    """Install wheels into a folder of their own, once; return what is to be put on the path of modules."""
    if wheels is None:
        return []
    if not site.exists():
        files = sorted(map(str, wheels.glob("*.whl")))
        quiet = ["-q", "--no-index", "--no-deps", "--no-compile", "--no-cache-dir"]
        command = [sys.executable, "-m", "pip", "install", *quiet, "--target", str(site), *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise TrainingError(f"{wheels}: the wheels cannot be installed ({reason})")
    return [str(site.absolute())]


def _start(
    job: Job, inputs: Mapping[str, Path], folder: Path, deadline: float, python_path: list[str]
) -> _Running:
    out = folder / "out"
    out.mkdir(parents=True)
    seconds = max(_NOTHING_LEFT, deadline - time.time() - job.margin)
    places = {"out": out.absolute(), "seconds": f"{seconds:.1f}"}
    places |= {name: inputs[name].absolute() for name in job.inputs}
    paths = [os.getcwd(), *python_path, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": str(job.threads),
    }
    command = [sys.executable, "-m", job.module, *job.fill_arguments(places)]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # so that its own processes can be ended with it
        )
    return _Running(job, folder, process, time.time(), deadline)


def _report(one: _Running, status: int | None, say: Say) -> int | None:
    seconds = round(time.time() - one.started, 1)
    with write_atomically(one.folder / REPORT, TrainingError) as temporary:
        temporary.write_text(
            json.dumps({"job": one.job.name, "status": status, "seconds": seconds, "ended": status is None})
        )
    outcome = "ended at the deadline" if status is None else f"exit status {status}"
    say(f"{one.job.name}: {outcome} after {seconds:.1f} s")
    return status


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process and its own ones to end, and kill what does not."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        return
