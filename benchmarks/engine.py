"""Batches on a Ray cluster: what the engine costs beside ``--jobs``, and what becomes of killed machines.

The album is one song, the example's chorale played on and on, cut at other places for each input.  The two
engines take turns.  What is paid once (starting processes and a cluster, loading models, compiling) is told
apart from what each song costs: time is counted anew when every process has done two songs.  Where other
programs run too, seconds of all cores say more than those of the clock; but Ray's own processes use a little
of a core all the time, which counts the more the slower the songs are.  Then a cluster of two nodes is
started on this machine, and one of them is killed in the middle, and in another run the command.  Last, tasks
that do nothing say how many tasks a second the command can hand out.  Stored in ``results/engine.md``;
``--quick`` for a first look.  Ten minutes.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import report
import soundfile

from audiostyle.cli import fix_thread_count
from audiostyle.cli.batch.cluster import ClusterSettings, run_on_cluster
from audiostyle.cli.batch.ledger import NAME, Ledger
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.pool import run_tasks
from audiostyle.cli.jobs.translate import TranslateJob
from audiostyle.progress import Progress

SECONDS = 30
CHORALE = Path(__file__).parents[1] / "examples" / "chorale.flac"
WORKERS = 2
# Of this machine alone; Ray replaces 127.0.0.1 by the machine's address.
NODE = {"num_cpus": 1, "object_store_memory": 100_000_000, "node_ip_address": "127.0.0.2"}
os.environ.setdefault("RAY_worker_niceness", "0")  # of the nodes that are started here
HEAD = {**NODE, "include_dashboard": False}


def make_album(folder: Path, songs: int) -> Path:
    """Write so many songs, each another minute of music."""
    wave, rate = soundfile.read(CHORALE, dtype="float32")
    folder.mkdir(parents=True)
    for number in range(songs):
        turned = np.roll(wave, number * 30_000)
        soundfile.write(folder / f"{number:03}.flac", np.resize(turned, SECONDS * rate), rate)
    return folder


def translate(album: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "audiostyle", "translate", str(album), "-d", "piano", "-o", str(out)]
    return subprocess.Popen([*command, *options, "--json"], stdout=subprocess.PIPE, text=True)


def finish(process: "subprocess.Popen[str]") -> list[dict[str, object]]:
    """Wait for a command and return what it said of each song."""
    printed, _ = process.communicate()
    if process.returncode:
        sys.exit(f"exit code {process.returncode}")
    return [json.loads(line) for line in printed.splitlines()]


def time_run(on_ray: bool, album: Path, out: Path) -> tuple[float, float, float]:
    """Return seconds until every process is warm, and of each further song: by the clock, of cores."""
    tasks = [
        BatchTask(str(path), {"piano": str(out / f"{path.stem}.piano.flac")})
        for path in sorted(album.iterdir())
    ]
    job = TranslateJob("universal", "cpu", {})
    if on_ray:
        outcomes = run_on_cluster(tasks, job, ClusterSettings(at_once=WORKERS), lambda *news: None)
    else:
        outcomes = run_tasks(tasks, job, jobs=WORKERS, on_progress=lambda *news: None)
    started = time.monotonic()
    for _ in range(2 * WORKERS):
        next(outcomes)
    counted, before = time.monotonic(), count_core_seconds()
    for _ in tasks[2 * WORKERS :]:
        if error := next(outcomes).error:
            sys.exit(error)
    songs = len(tasks) - 2 * WORKERS
    elapsed, used = time.monotonic() - counted, count_core_seconds() - before
    outcomes.close()
    return counted - started, elapsed / songs, used / songs


def count_core_seconds() -> float:
    """Return what this process and all that it has started, as far as they live, have used of cores."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            stats[int(path.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {pid for pid, (parent, _) in stats.items() if parent in ours} - ours:
        ours |= more
    return sum(stats[pid][1] for pid in ours if pid in stats) / os.sysconf("SC_CLK_TCK")


def is_same(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir() if path.name != NAME)
    return names == sorted(path.name for path in other.iterdir() if path.name != NAME) and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in names
    )


def measure_overhead(root: Path, songs: int, rounds: int) -> dict[str, object]:
    """Return what the two engines take, in turns."""
    album = make_album(root / "album", songs)
    engines = {"--jobs 2": False, "--engine ray -j 2": True}
    times: dict[str, list[tuple[float, float, float]]] = {engine: [] for engine in engines}
    for turn in range(rounds):
        for engine, on_ray in engines.items():
            times[engine].append(time_run(on_ray, album, root / f"out {engine} {turn}"))
            print(engine, times[engine][-1], flush=True)
    first, second = (root / f"out {engine} 0" for engine in engines)
    read, written = (sum(path.stat().st_size for path in folder.glob("*.flac")) for folder in (album, first))
    return {
        "songs": songs,
        "times": times,
        "read": read,
        "written": written,
        "identical": is_same(first, second),
    }


def describe_overhead(found: dict[str, Any]) -> str:
    """Return a table of the engines."""
    medians = {engine: np.median(values, axis=0) for engine, values in found["times"].items()}
    rows = [[engine, *(f"{value:.2f} s" for value in values)] for engine, values in medians.items()]
    more = medians["--engine ray -j 2"] / medians["--jobs 2"] - 1
    minutes = found["songs"] * SECONDS / 60
    header = ["engine", "until all are warm", "each song, clock", "each song, cores"]
    rounds = len(found["times"]["--jobs 2"])
    return (
        f"Songs of {SECONDS} s to piano, {WORKERS} processes, the median of {rounds} rounds:\n\n"
        + report.format_table(header, rows)
        + f"\n\nRay's cost per song against `--jobs`: {more[1]:+.1%} by the clock, {more[2]:+.1%} of cores. "
        + f"A minute of mono FLAC has {found['read'] / minutes / 1e6:.1f} MB, its result "
        + f"{found['written'] / minutes / 1e6:.1f} MB. "
        + f"Files are identical to the last bit: {'yes' if found['identical'] else 'NO'}."
    )


def read_done(out: Path) -> list[str]:
    ledger = out / NAME
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    return [record["input"] for record in map(json.loads, lines) if record["state"] == "done"]


def wait_for(out: Path, count: int) -> None:
    while len(read_done(out)) < count:
        time.sleep(0.05)


def measure_kills(root: Path, count: int) -> str:
    """Return a table of what becomes of an album when a node, or the command, is killed."""
    from ray.cluster_utils import Cluster

    album, truth, songs = make_album(root / "kills", count), root / "truth", count
    finish(translate(album, truth, "-j", str(WORKERS)))
    cluster = Cluster(initialize_head=True, head_node_args=HEAD)
    second = cluster.add_node(**NODE)
    cluster.wait_for_nodes()
    options = ("--engine", "ray", "--address", cluster.address)
    rows = []
    for what in ("nothing", "a node of two", "the command, and started again"):
        out = root / f"killed {what}"
        started = time.monotonic()
        process = translate(album, out, *options)
        if what != "nothing":
            wait_for(out, songs // 3)
        if what == "a node of two":
            cluster.remove_node(second, allow_graceful=False)
        before = 0 if what == "nothing" else len(read_done(out))
        if what.startswith("the command"):
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            before = len(read_done(out))
            process = translate(album, out, *options)
        records = finish(process)
        skipped = sum("skipped" in record for record in records)
        done = read_done(out)
        left_over = [path.name for path in out.iterdir() if path.suffix == ".part"]
        counts = [before, skipped, songs - len({*done}), len(done) - len({*done}), len(left_over)]
        same = "yes" if is_same(truth, out) else "NO"
        rows.append([what, *counts, same, f"{time.monotonic() - started:.1f} s"])
        print(rows[-1], flush=True)
        if what == "a node of two":
            second = cluster.add_node(**NODE)
            cluster.wait_for_nodes()
    cluster.shutdown()
    header = ["killed", "done before", "not done again", "lost", "twice", "left over", "identical", "time"]
    return report.format_table(header, rows)


class Nothing:
    """Work that takes no time."""

    def prepare(self) -> None:
        """Load nothing."""

    def __call__(self, task: BatchTask, progress: object) -> str:
        """Do nothing."""
        return task.input


def measure_rate(root: Path, count: int) -> str:
    """Return how many tasks a second the command hands out and writes down."""
    tasks = [BatchTask(f"songs/{n:06}.flac", {"piano": f"out/{n:06}.piano.flac"}) for n in range(count)]
    ledger = Ledger(root / "ledger", {})
    ledger.begin(tasks)
    begun: list[tuple[float, float]] = []

    def note(task: BatchTask, outcome: object) -> None:
        begun.append((time.monotonic(), time.process_time()))
        ledger.finish(task)

    list(run_on_cluster(tasks, Nothing(), ClusterSettings(at_once=WORKERS), lambda *news: None, note))
    ledger.close()
    first = len(begun) // 10  # until processes have started
    clock, cores = (np.array(begun[-1]) - np.array(begun[first])) / (len(begun) - first)
    size = (root / "ledger").stat().st_size / count
    started = time.process_time()
    again = Ledger(root / "ledger", {})
    loaded = time.process_time() - started
    again.close()
    return (
        f"Tasks that do nothing, {count} of them, {WORKERS} at a time: {1000 * clock:.0f} ms each by the "
        f"clock, through Ray, the ledger and back; {1000 * cores:.1f} ms of a core in the command itself, "
        f"which bounds what it can hand out to a large cluster: {1 / cores:.0f} tasks a second. "
        f"The ledger has {size:.0f} bytes for each; {1e6 * loaded / count:.0f} s of a core read a million."
    )


class Sleep:
    """Work that takes time and no cores."""

    def prepare(self) -> None:
        """Load nothing."""

    def __call__(self, task: BatchTask, progress: Progress) -> str:
        """Sleep as long as the input says, telling of it like a translation does."""
        for second in range(int(task.input)):
            progress(float(second), float(task.input))
            time.sleep(1.0)
        return task.input


def measure_background(seconds: int) -> str:
    """Return what Ray and the command use of a core while tasks use none: it hardly depends on other load."""
    rows = []
    for engine, on_ray in (("--jobs 2", False), ("--engine ray -j 2", True)):
        tasks = [BatchTask(str(length), {}) for length in (5, 5, seconds, seconds)]  # the first ones warm up
        settings = ClusterSettings(at_once=WORKERS)
        outcomes = (
            run_on_cluster(tasks, Sleep(), settings, lambda *news: None)
            if on_ray
            else run_tasks(tasks, Sleep(), jobs=WORKERS, on_progress=lambda *news: None)
        )
        next(outcomes), next(outcomes)
        started, before = time.monotonic(), count_core_seconds()
        next(outcomes), next(outcomes)
        share = (count_core_seconds() - before) / (time.monotonic() - started)
        outcomes.close()
        rows.append([engine, f"{share:.1%}"])
    return report.format_table(["engine", "of one core, all processes"], rows)


PARTS: dict[str, tuple[str, Callable[[Path, bool], object], Callable[[Any], str]]] = {
    "overhead": (
        "Cost", lambda root, quick: measure_overhead(root, *((8, 1) if quick else (12, 3))), describe_overhead
    ),
    "background": ("While tasks sleep", lambda root, quick: measure_background(20 if quick else 60), str),
    "kills": ("Killed", lambda root, quick: measure_kills(root, 6 if quick else 9), str),
    "rate": ("Handing out", lambda root, quick: measure_rate(root, 200 if quick else 2000), str),
}  # fmt: skip
"""Name → its title, what measures it, and what makes text of it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small albums, one round, nothing stored")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=tuple(PARTS))
    options = parser.parse_args()
    fix_thread_count()  # as the command does
    kept = report.RESULTS / "engine.json"
    known: dict[str, Any] = {}
    for part in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            made = {"found": PARTS[part][1](Path(folder), options.quick), "run": report.describe_run()}
        print(PARTS[part][2](made["found"]), flush=True)
        if not options.quick:
            known = json.loads(kept.read_text()) if kept.exists() else {}
            known[part] = made
            kept.write_text(json.dumps(known, indent=1) + "\n")
    if not options.quick:
        lines = ["# Batches on a Ray cluster"]
        for part, (title, _, describe) in PARTS.items():
            if part in known:
                lines += ["", f"## {title}", "", describe(known[part]["found"]), "", known[part]["run"]]
        report.store("engine", "\n".join(lines))


if __name__ == "__main__":
    main()
