"""Mutated files of every format that is read: each is read or refused in one line, and nothing worse.

    python benchmarks/fuzz.py --count 100000          # results/fuzz.md
    python benchmarks/fuzz.py --count 2000 --kinds picture --seed 7
    python benchmarks/fuzz.py --again FILE…           # files of runs/fuzz/faults, with tracebacks

Small real files are mutated (`mutations.py`) and given to readers, and one in two hundred to a whole command
(`fuzz_targets.py`).  A fault is anything but a result or an `AudiostyleError` of one line that names the
file: another exception, a crash, more than 10 s of computing (a command: 60 s), more than 2 GB, or a file
that a failed command left behind.  Input *n* depends on the seed and on *n* alone.  A run that was
interrupted goes on where it stopped.

The work is done by processes that are forked from this one, which has loaded everything.  Each notes in
shared memory which input it is at, and the input lies in a file, so the parent can tell what killed or hung
one, keep the file, and start another process behind it.
"""

import argparse
import json
import mmap
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # forking needs a process without threads

import fuzz_targets
import preload
import report
import seed_files
import soundfile
import torch
from mutations import mutate
from PIL import Image

from audiostyle.errors import AudiostyleError

LONGEST, LARGEST = 10.0, 2 << 30  # seconds of the processor and bytes, for a small file
PATIENCE = 60.0  # seconds of the processor for a whole command, which works on all that a file holds
HEADROOM = 6 << 30  # bytes of addresses beyond those of the parent; above LARGEST, so that an excess is seen
COMMANDS_SHARE = 0.005
SHARES = {
    "sound": 0.42,
    "ffmpeg": 0.01,
    "picture": 0.32,
    "midi": 0.08,
    "style": 0.04,
    "model": 0.06,
    "recipe": 0.05,
    "checkpoint": 0.02,
    "samples": 0.03,
    "table": 0.02,
    "film": 0.03,
    "scene": 0.03,
}
COMMON = (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".w64", ".rf64", ".caf", ".au")
RUN = Path("runs/fuzz")
_SLOT = struct.Struct("<qddd")  # of a process: its input, since when by clock and by processor, for how long


class Fuzzer:
    """The work of one process: input after input."""

    def __init__(self, seeds: dict[str, list[Path]], seed: int, kinds: list[str], commands: float) -> None:
        self.seed, self.kinds, self.commands = seed, kinds, commands
        self.seeds: dict[str, dict[str, list[Path]]] = {}
        for kind in kinds:
            for path in seeds[kind]:
                self.seeds.setdefault(kind, {}).setdefault(path.suffix, []).append(path)
        self.contents = {path: path.read_bytes() for kind in self.seeds for path in seeds[kind]}

    def make(self, number: int) -> tuple[str, Path, bytes, random.Random]:
        """Return the kind, the original and the content of an input, and the generator for what is left."""
        rng = random.Random((self.seed << 40) + number)
        kind = rng.choices(list(self.seeds), [SHARES[kind] for kind in self.seeds])[0]
        suffix = rng.choice(list(self.seeds[kind]))
        if kind == "sound" and rng.random() < 0.7:
            suffix = rng.choice(COMMON)
        original = rng.choice(self.seeds[kind][suffix])
        others = [self.contents[rng.choice(self.seeds[kind][rng.choice([*self.seeds[kind]])])]]
        return kind, original, mutate(rng, self.contents[original], original.suffix, others), rng

    def run(
        self, number: int, folder: Path, again: bool = False, announce: Callable[[float], None] | None = None
    ) -> tuple[str, str, str]:
        """Try an input; return its format, what became of it, and of a fault the description.

        Args:
            number: of the input.
            folder: for the file, beside what :func:`write_companions` writes.
            again: whether to print a command's messages with its traceback.
            announce: told the seconds that the input may take, before it is tried.
        """
        kind, original, data, rng = self.make(number)
        path = folder / original.name
        path.write_bytes(data)
        target = fuzz_targets.READERS[kind]
        if rng.random() < self.commands and kind in fuzz_targets.COMMANDS:
            target = fuzz_targets.COMMANDS[kind]
        if announce:
            announce(LONGEST if target is fuzz_targets.READERS[kind] else PATIENCE)
        name = f"{kind} {original.suffix}"
        if again:
            print(f"{target.__name__} {path.name}")
            fuzz_targets.DEBUG.append("--debug")
        outcome, description = judge(target, rng, path)
        description = description.replace(str(folder), "")[:200]
        if kind in ("model", "samples"):
            path.write_bytes(self.contents[original])  # others name it
        else:
            path.unlink()
        return name, outcome, description


def judge(target: fuzz_targets.Target, rng: random.Random, path: Path) -> tuple[str, str]:
    """Run a target on a file and return what became of it, and of a fault the description."""
    try:
        target(rng, path)
    except AudiostyleError as error:
        if "\n" in str(error) or not str(error):
            return "fault", f"not one line: {error!r}"
        if path.stem not in str(error):
            return "fault", f"names no file: {error}"
        outcome = "refused"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if "/audiostyle/" in f.filename]
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
        return "fault", f"{type(error).__name__} at {where}: {' '.join(str(error).split())}"
    else:
        outcome = "read"
    peaks = [
        resource.getrusage(who).ru_maxrss << 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    if max(peaks) > LARGEST:
        return "fault", f"memory: {max(peaks) / 1e9:.1f} GB"
    return outcome, ""


def work(fuzzer: Fuzzer, start: int, step: int, stop: int, folder: Path, slot: mmap.mmap, at: int) -> None:
    """Try inputs ``start``, ``start + step``, … in this process, and write a line about each."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + HEADROOM, used + HEADROOM))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)  # decoders print
    os.dup2(quiet, 1)
    lines = (folder / "outcomes").open("a", buffering=1 << 16)
    for number in range(start, stop, step):

        def announce(limit: float, number: int = number) -> None:
            _SLOT.pack_into(slot, at, number, time.monotonic(), time.process_time(), limit)

        announce(LONGEST)
        name, outcome, description = fuzzer.run(number, folder, announce=announce)
        lines.write(json.dumps([number, name, outcome, description]) + "\n")
        if outcome == "fault" or time.monotonic() - _SLOT.unpack_from(slot, at)[1] > 0.5:
            lines.flush()
        if description.startswith("memory"):
            lines.close()
            os._exit(3)  # the peak of a process never falls
    lines.close()
    os._exit(0)


def write_companions(fuzzer: Fuzzer, folder: Path) -> None:
    """Write the other files that targets need."""
    soundfile.write(folder / "style.wav", seed_files.make_wave(1, 22050, 0.3), 22050)
    Image.effect_noise((16, 12), 50).convert("RGB").save(folder / "style.png")
    for kind in ("model", "samples"):
        for paths in fuzzer.seeds.get(kind, {}).values():
            for path in paths:
                shutil.copy(path, folder)


class Pool:
    """Forked processes, their folders, and what is known of them."""

    def __init__(self, fuzzer: Fuzzer, start: int, stop: int, jobs: int, scratch: Path) -> None:
        self.fuzzer, self.stop, self.jobs = fuzzer, stop, jobs
        self.slots = mmap.mmap(-1, mmap.PAGESIZE * jobs)
        self.folders = [scratch / str(job) for job in range(jobs)]
        self.pids: dict[int, int] = {}
        self.died: list[tuple[int, str]] = []
        for job, folder in enumerate(self.folders):
            folder.mkdir(parents=True)
            write_companions(fuzzer, folder)
            self._start(job, start + job)

    def _start(self, job: int, number: int) -> None:
        at = job * mmap.PAGESIZE
        _SLOT.pack_into(self.slots, at, number, time.monotonic(), 0.0, LONGEST)
        pid = os.fork()
        if pid == 0:
            try:
                work(self.fuzzer, number, self.jobs, self.stop, self.folders[job], self.slots, at)
            finally:
                traceback.print_exc(file=sys.__stdout__)
                os._exit(2)
        self.pids[pid] = job

    def watch(self) -> None:
        """Wait for all processes; one that dies or hangs is followed by another, behind its input."""
        while self.pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid:
                job = self.pids.pop(pid)
                number, *_ = _SLOT.unpack_from(self.slots, job * mmap.PAGESIZE)
                code = os.waitstatus_to_exitcode(status)
                if code == 0:
                    continue
                if code != 3:
                    self.died.append((number, f"crash: {signal.Signals(-code).name if code < 0 else code}"))
                self._start(job, number + self.jobs)
                continue
            now = time.monotonic()
            for pid, job in self.pids.items():
                number, since, before, limit = _SLOT.unpack_from(self.slots, job * mmap.PAGESIZE)
                if not limit or not since:
                    continue  # it is just being written
                if now - since > 6 * limit or (
                    now - since > limit and _get_processor_time(pid) - before > limit
                ):
                    os.kill(pid, signal.SIGKILL)
                    self.died.append((number, f"hang: over {limit:.0f} s"))
                    os.waitpid(pid, 0)
                    del self.pids[pid]
                    self._start(job, number + self.jobs)
                    break
            time.sleep(0.02)


def collect(pool: Pool, counts: dict[str, Counter[str]], faults: dict[str, list[int]]) -> None:
    """Add what the processes wrote to the counts, and keep the inputs of faults."""
    rows = [json.loads(line) for folder in pool.folders for line in _read_lines(folder / "outcomes")]
    for number, description in pool.died:
        kind, original, _, _ = pool.fuzzer.make(number)
        rows.append([number, f"{kind} {original.suffix}", "fault", description])
    for number, name, outcome, description in rows:
        counts.setdefault(name, Counter())[outcome] += 1
        if outcome == "fault":
            key = f"{name}: {description}"
            faults.setdefault(key, []).append(number)
            if len(faults[key]) <= 3:
                kind, original, data, _ = pool.fuzzer.make(number)
                (RUN / "faults").mkdir(parents=True, exist_ok=True)
                (RUN / "faults" / f"{pool.fuzzer.seed}-{number}-{kind}{original.suffix}").write_bytes(data)
                print(f"{number} {key}", flush=True)


def _get_processor_time(pid: int) -> float:
    """Return the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _read_lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.is_file() else []


def try_again(paths: list[Path]) -> None:
    """Give kept files to their readers, and show tracebacks."""
    for path in paths:
        kind = path.stem.rpartition("-")[2]
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copy(path, Path(folder, f"input{path.suffix}")))
            started = time.monotonic()
            try:
                fuzz_targets.READERS[kind](random.Random(0), copy)
                print(f"{path}: read")
            except AudiostyleError as error:
                print(f"{path}: {error}")
            except Exception:
                print(f"{path}:")
                traceback.print_exc()
            print(f"  {time.monotonic() - started:.2f} s")


def format_results(counts: dict[str, Counter[str]], faults: dict[str, list[int]], elapsed: float) -> str:
    """Return the table of all formats, and the list of faults."""
    rows = [
        [name, sum(found.values()), found["read"], found["refused"], found["fault"]]
        for name, found in sorted(counts.items())
    ]
    total = [sum(row[column] for row in rows) for column in range(1, 5)]
    table = report.format_table(
        ["kind, suffix", "inputs", "read", "refused", "faults"], [*rows, ["all", *total]]
    )
    listed = "\n".join(
        f"- {key} ({len(numbers)}×, first {min(numbers)})" for key, numbers in sorted(faults.items())
    )
    speed = total[0] / elapsed if elapsed else 0.0
    return f"{table}\n\n{speed:.0f} inputs a second.\n\nFaults: {listed or 'none'}"


def main() -> None:
    """Parse the arguments, fuzz, and store the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kinds", nargs="+", default=list(SHARES), choices=list(SHARES))
    parser.add_argument("--commands", type=float, default=COMMANDS_SHARE, help="share of whole commands")
    parser.add_argument("--run", type=Path, default=RUN, help="for seeds, faults and what is done so far")
    parser.add_argument("--fresh", action="store_true", help="forget what was done before")
    parser.add_argument("--store", action="store_true", help="write results/fuzz.md")
    parser.add_argument("--again", nargs="+", type=Path, help="kept files, for their readers")
    parser.add_argument("--number", nargs="+", type=int, help="inputs of this seed, for what they went to")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    preload.load_everything()
    if arguments.again:
        try_again(arguments.again)
        return
    globals()["RUN"] = arguments.run
    fuzzer = Fuzzer(seed_files.make_seeds(RUN / "seeds"), arguments.seed, arguments.kinds, arguments.commands)
    if arguments.number:
        with tempfile.TemporaryDirectory() as folder:
            write_companions(fuzzer, Path(folder))
            for number in arguments.number:
                print(number, *fuzzer.run(number, Path(folder), again=True))
        return
    fuzz(arguments, fuzzer)


def fuzz(arguments: argparse.Namespace, fuzzer: Fuzzer) -> None:
    """Try inputs in rounds, after each of which the state is kept."""
    state_file = RUN / f"state-{arguments.seed}.json"
    state = {"done": 0, "elapsed": 0.0, "counts": {}, "faults": {}}
    if state_file.is_file() and not arguments.fresh:
        state = json.loads(state_file.read_text())
    counts = {name: Counter(found) for name, found in state["counts"].items()}
    faults: dict[str, list[int]] = state["faults"]
    while state["done"] < arguments.count:
        stop = min(arguments.count, state["done"] + 5000)
        started = time.monotonic()
        scratch = Path(
            tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        )
        try:
            pool = Pool(fuzzer, state["done"], stop, arguments.jobs, scratch)
            pool.watch()
            collect(pool, counts, faults)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        state |= {"done": stop, "elapsed": state["elapsed"] + time.monotonic() - started}
        state |= {"counts": counts, "faults": faults}
        state_file.write_text(json.dumps(state))
        print(
            f"{stop} of {arguments.count}, {stop / state['elapsed']:.0f}/s, {len(faults)} kinds of faults",
            flush=True,
        )
    text = format_results(counts, faults, state["elapsed"])
    print(text)
    if arguments.store:
        report.store("fuzz", f"# Mutated files\n\n{report.describe_run()}\n\n{text}")


if __name__ == "__main__":
    main()
