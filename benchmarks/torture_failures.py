"""Failures other than a kill: full and read-only disks, descriptors, signals, two runs at once, no home."""

import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path

import torture
from torture_verb import Verb


def fail(verb: Verb, place: torture.Place, moments: int, rng: random.Random) -> list[list[object]]:
    """Try every failure on a verb, and return rows of a table."""
    expected, seconds = torture.measure(verb, place)
    rows = []
    for name, attempt in ATTEMPTS.items():
        tally = {"done": 0, "one line": 0, "wrong": 0}
        for _ in range(moments if name in REPEATED else 1):
            outcome, what = attempt(verb, place, expected, seconds, rng)
            tally[outcome] += 1
            if outcome == "wrong":
                print(f"  {verb.name}, {name}: {what}", flush=True)
        rows.append([verb.name, name, sum(tally.values()), *tally.values()])
    print(*rows, sep="\n", flush=True)
    return rows


Outcome = tuple[str, str]


def judge(code: int, place: torture.Place, expected: torture.Files, fine: tuple[int, ...] = (1,)) -> Outcome:
    """Say what a command's end was, from its exit code, its messages and its files."""
    stderr = place.out.parent / "stderr"
    said = stderr.read_text(errors="replace") if stderr.exists() else ""
    files = place.read()
    names = sorted(name for name in files if torture.is_temporary(Path(name)))
    if names:
        return "wrong", f"left {names}"
    for name, content in files.items():
        if name in expected and not torture.is_whole(name, content, expected[name]):
            return "wrong", f"damaged {name}"
    if "Traceback" in said or "internal error" in said:
        return "wrong", said[-300:]
    if code == 0:
        lacking = [name for name in expected if name not in files]
        return ("wrong", f"exit code 0 without {lacking}") if lacking else ("done", "")
    return ("one line", "") if code in fine else ("wrong", f"exit code {code}: {said[-200:]}")


def _start(verb: Verb, place: torture.Place, **options: object) -> int:
    arguments = verb.arguments(place.inputs, place.out)
    return torture.start(arguments, place, place.out.parent / "stderr", **options)  # type: ignore[arg-type]


def fill_disk(
    verb: Verb, place: torture.Place, expected: torture.Files, seconds: float, rng: random.Random
) -> Outcome:
    """Write to a disk that has room for a random share of what is written."""
    needed = sum(map(len, expected.values())) + 65536
    place.clear()
    if not _mount(place.out, f"size={rng.randrange(4096, needed)}"):
        return "done", "no right to mount"
    try:
        return judge(torture.finish(_start(verb, place)), place, expected, (1, 3))
    finally:
        subprocess.run(["umount", str(place.out)], check=True)


def forbid_writing(
    verb: Verb, place: torture.Place, expected: torture.Files, seconds: float, rng: random.Random
) -> Outcome:
    """Write to a disk that is mounted read-only."""
    place.clear()
    if not _mount(place.out, "ro"):
        return "done", "no right to mount"
    try:
        return judge(torture.finish(_start(verb, place)), place, expected, (1, 2, 3))
    finally:
        subprocess.run(["umount", str(place.out)], check=True)


def _mount(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def exhaust_descriptors(
    verb: Verb, place: torture.Place, expected: torture.Files, seconds: float, rng: random.Random
) -> Outcome:
    """Allow only so many open files."""
    place.clear()
    limits = {resource.RLIMIT_NOFILE: rng.randrange(5, 24)}
    return judge(torture.finish(_start(verb, place, limits=limits)), place, expected, (1, 3))


def terminate(
    verb: Verb, place: torture.Place, expected: torture.Files, seconds: float, rng: random.Random
) -> Outcome:
    """Interrupt (SIGINT) or terminate (SIGTERM) at a random moment: nothing temporary may be left at once."""
    place.clear()
    pid = _start(verb, place)
    time.sleep(rng.uniform(0.1, 1) * seconds)
    os.kill(pid, rng.choice((signal.SIGTERM, signal.SIGINT)))
    return judge(torture.finish(pid), place, expected, (130, 143, 3))


def run_twice(
    verb: Verb, place: torture.Place, expected: torture.Files, seconds: float, rng: random.Random
) -> Outcome:
    """Run the same command twice at once."""
    place.clear()
    first = _start(verb, place)
    time.sleep(rng.uniform(0, 0.5) * seconds)
    second = _start(verb, place)
    codes = [torture.finish(first), torture.finish(second)]
    if min(codes) != 0:
        return judge(min(codes), place, expected, ())
    return judge(0, place, expected)


def take_home_away(
    verb: Verb, place: torture.Place, expected: torture.Files, seconds: float, rng: random.Random
) -> Outcome:
    """Run without a home that can be written to."""
    place.clear()
    kept = {key: os.environ.get(key) for key in ("HOME", "XDG_CACHE_HOME", "AUDIOSTYLE_HOME")}
    os.environ.update({"HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none"})
    try:
        return judge(torture.finish(_start(verb, place)), place, expected, ())
    finally:
        for key, value in kept.items():
            os.environ.pop(key, None)
            if value is not None:
                os.environ[key] = value


ATTEMPTS = {
    "disk full": fill_disk,
    "read-only disk": forbid_writing,
    "descriptors": exhaust_descriptors,
    "SIGTERM, SIGINT": terminate,
    "two at once": run_twice,
    "no home": take_home_away,
}
REPEATED = ("disk full", "descriptors", "SIGTERM, SIGINT", "two at once")
