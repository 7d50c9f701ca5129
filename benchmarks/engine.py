"""Batches on a Ray cluster: what the engine costs beside ``--jobs``, and what becomes of killed machines.

The album is one song, the example's chorale played on and on, cut at other places for each input.  The cost
per song is the slope between a small and a large album, so that what is paid once (starting processes, a
cluster, loading models) is told apart from it; runs of the two engines alternate, and the least of each
counts.  Where other programs run too, seconds of all cores say more than those of the clock.  Then a cluster
of two nodes is started on this machine, and one of them is killed in the middle, and in another run the
command.  Last, tasks that do nothing say how many tasks a second the command can hand out.  Stored in
``results/engine.md``; ``--quick`` for a first look.  Ten minutes.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import report
import soundfile

from audiostyle.cli import fix_thread_count
from audiostyle.cli.batch.cluster import ClusterSettings, run_on_cluster
from audiostyle.cli.batch.ledger import NAME, Ledger
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.pool import run_tasks
from audiostyle.cli.jobs.translate import TranslateJob

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


def time_run(on_ray: bool, album: Path, out: Path) -> tuple[float, float]:
    """Translate an album by an engine; return seconds by the clock, and of all cores and processes."""
    tasks = [BatchTask(str(path), {"piano": str(out / path.name)}) for path in sorted(album.iterdir())]
    job = TranslateJob("universal", "cpu", {})
    if on_ray:
        outcomes = run_on_cluster(tasks, job, ClusterSettings(at_once=WORKERS), lambda *news: None)
    else:
        outcomes = run_tasks(tasks, job, jobs=WORKERS, on_progress=lambda *news: None)
    started, before = time.monotonic(), count_core_seconds()
    for _ in tasks:
        if error := next(outcomes).error:
            sys.exit(error)
    elapsed, used = time.monotonic() - started, count_core_seconds() - before
    outcomes.close()
    return elapsed, used


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


def measure_overhead(root: Path, few: int, many: int, rounds: int) -> tuple[str, Path, Path]:
    """Return a table of the two engines, the large album, and its results with ``--jobs``."""
    albums = {count: make_album(root / f"album{count}", count) for count in (few, many)}
    engines = {"--jobs 2": False, "--engine ray -j 2": True}
    times: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for turn in range(rounds):
        for count, album in albums.items():
            for engine, on_ray in engines.items():
                out = root / f"out {engine} {count} {turn}"
                times.setdefault((engine, count), []).append(time_run(on_ray, album, out))
                print(engine, count, times[engine, count][-1], flush=True)
    rows, slopes = [], {}
    for engine in engines:
        small, large = (np.min(times[engine, count], axis=0) for count in (few, many))
        slopes[engine] = (large - small) / (many - few)
        once = small - few * slopes[engine]
        rows += [
            [f"{engine}, {unit}", *(f"{values[n]:.2f} s" for values in (small, large, slopes[engine], once))]
            for n, unit in enumerate(("clock", "all cores"))
        ]
    more = slopes["--engine ray -j 2"] / slopes["--jobs 2"] - 1
    first, second = (root / f"out {engine} {many} 0" for engine in engines)
    header = ["engine", f"{few} songs", f"{many} songs", "per song more", "paid once"]
    text = report.format_table(header, rows)
    text += f"\n\nRay's cost per song against `--jobs`: {more[0]:+.1%} by the clock, "
    text += f"{more[1]:+.1%} of all cores. "
    sizes = [sum(path.stat().st_size for path in folder.glob("*.flac")) for folder in (albums[many], first)]
    read, written = (size / (many * SECONDS / 60) / 1e6 for size in sizes)
    text += f"A minute of mono FLAC has {read:.1f} MB, its result {written:.1f} MB. "
    text += f"Files are identical to the last bit: {'yes' if is_same(first, second) else 'NO'}."
    return text, albums[many], first


def read_done(out: Path) -> list[str]:
    ledger = out / NAME
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    return [record["input"] for record in map(json.loads, lines) if record["state"] == "done"]


def wait_for(out: Path, count: int) -> None:
    while len(read_done(out)) < count:
        time.sleep(0.05)


def measure_kills(root: Path, album: Path, truth: Path) -> str:
    """Return a table of what becomes of an album when a node, or the command, is killed."""
    from ray.cluster_utils import Cluster

    songs = len(list(album.iterdir()))
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
    begun: list[float] = []

    def note(task: BatchTask, outcome: object) -> None:
        begun.append(time.monotonic())
        ledger.finish(task)

    list(run_on_cluster(tasks, Nothing(), ClusterSettings(at_once=WORKERS), lambda *news: None, note))
    ledger.close()
    first = len(begun) // 10  # until processes have started
    rate = (len(begun) - first) / (begun[-1] - begun[first])
    size = (root / "ledger").stat().st_size / count
    started = time.monotonic()
    again = Ledger(root / "ledger", {})
    loaded = time.monotonic() - started
    again.close()
    return (
        f"Tasks that do nothing, {count} of them: {rate:.0f} a second through Ray, the ledger and back. "
        f"The ledger has {size:.0f} bytes for each; a million are read in {1e6 * loaded / count:.1f} s."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small albums, one round")
    quick = parser.parse_args().quick
    few, many, rounds = (2, 6, 1) if quick else (2, 14, 2)
    fix_thread_count()  # as the command does
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        overhead, album, truth = measure_overhead(root, few, many, rounds)
        kills = measure_kills(root, album, truth)
        rate = measure_rate(root, 200 if quick else 2000)
    title = "# Batches on a Ray cluster"
    how = f"Songs of {SECONDS} s to piano, {WORKERS} processes, the least of {rounds} rounds. "
    lines = [
        title,
        "",
        how + report.describe_run(),
        "",
        overhead,
        "",
        "A cluster of two nodes on one machine:",
        "",
        kills,
        "",
        rate,
    ]
    text = "\n".join(lines)
    print(text)
    if not quick:
        report.store("engine", text)


if __name__ == "__main__":
    main()
