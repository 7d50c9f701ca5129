"""Commands killed at random moments: no half file under its final name, and a second run makes what was lost.

    python benchmarks/torture.py --moments 200            # results/torture.md
    python benchmarks/torture.py --moments 20 --verbs transfer "profile make"

A command runs in a process that is forked from this one, which has imported everything, so that moments fall
into its work and not into Python's start.  It is killed (SIGKILL) after a time drawn from the duration of an
undisturbed run.  Then every file under a final name must be what the undisturbed run made.  Then the command
runs again, and its folder must hold the same files, byte for byte, and no others; the temporary folder
(TMPDIR) must be as empty as after an undisturbed run.

Trainings and corpora are made small (`torture_verbs.py`), workers of ``--jobs`` are forked rather than
spawned.  `torture_failures.py` has what else can fail: disks, descriptors, signals, pipes.
"""

import argparse
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # forking needs a process without threads
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import report
from torture_verb import Verb

from audiostyle import cli, temporaries

Files = dict[str, bytes]
PATIENCE = 120.0  # seconds that a command may take at most


@dataclass
class Place:
    """The folders of one command.

    Attributes:
        inputs, out, scratch: read from, written to, and the one for temporary files.
    """

    inputs: Path
    out: Path
    scratch: Path

    def clear(self) -> None:
        """Empty what is written to."""
        for folder in (self.out, self.scratch):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    def read(self) -> Files:
        """Return all files that were written, by name and content; temporary ones have no content."""
        files = {}
        for folder in (self.out, self.scratch):
            for path in sorted(folder.rglob("*")):
                if path.is_file() or path.is_symlink():
                    files[str(path.relative_to(folder.parent))] = (
                        b"" if is_temporary(path) else path.read_bytes()
                    )
        return files


def is_temporary(path: Path) -> bool:
    """Return whether a file lies under a name of temporary ones."""
    return any(part.startswith(".audiostyle-") for part in path.parts)


def start(
    arguments: list[str], place: Place, stderr: Path | None = None, limits: dict[int, int] | None = None
) -> int:
    """Start a command in a process of its own and return its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        quiet = os.open(os.devnull, os.O_RDWR)
        said = os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if stderr else quiet
        for stream, target in ((0, quiet), (1, quiet), (2, said)):
            os.dup2(target, stream)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        os.environ["TMPDIR"] = tempfile.tempdir = str(place.scratch)
        temporaries._tidied.clear()
        for what, amount in (limits or {}).items():
            resource.setrlimit(what, (amount, amount))
        code = run_command(arguments)
        sys.stderr.flush()
        os._exit(code)
    except BaseException:
        os._exit(99)


def run_command(arguments: list[str]) -> int:
    """Run the command as its own program would, and return its exit code."""
    sys.argv = ["audiostyle", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def finish(pid: int) -> int:
    """Wait for a process, and for those that it had started; return its exit code."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            _wait_for_group(pid)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return 98


def _wait_for_group(group: int) -> None:
    """Wait until no process of a group is left: workers and programs end soon after their parent."""
    for _ in range(5000):
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.002)
    os.killpg(group, signal.SIGKILL)


@dataclass
class Tally:
    """What became of the moments of a verb."""

    moments: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def note(self, what: str, example: str) -> None:
        """Count something that must not be."""
        self.counts[what] += 1
        if len(self.examples) < 8:
            self.examples.append(f"{what}: {example}")

    def row(self, name: str) -> list[object]:
        """Return the row of the verb's table."""
        return [
            name,
            self.seconds,
            self.moments,
            *(self.counts[key] for key in ("damaged", "lost", "left over")),
        ]


FAILURES = ["verb", "failure", "moments", "done", "one line", "wrong"]
HEADER = ["verb", "seconds", "moments", "damaged", "lost", "left over"]


def measure(verb: Verb, place: Place) -> tuple[Files, float]:
    """Run a verb undisturbed twice; return its files and its duration."""
    for _ in range(2):  # compiled code and caches come with the first
        place.clear()
        started = time.monotonic()
        code = finish(start(verb.arguments(place.inputs, place.out), place, place.out.parent / "stderr"))
        seconds = time.monotonic() - started
        if code:
            sys.exit(f"{verb.name}: exit code {code}: {(place.out.parent / 'stderr').read_text()[-600:]}")
    return place.read(), seconds


def kill_at_random(verb: Verb, place: Place, moments: int, rng: random.Random) -> Tally:
    """Kill a verb at random moments and see what is there, at once and after it has run again."""
    expected, seconds = measure(verb, place)
    tally = Tally(moments, seconds)
    arguments = verb.arguments(place.inputs, place.out)
    for _ in range(moments):
        place.clear()
        moment = rng.uniform(0, seconds)
        pid = start(arguments, place)
        time.sleep(moment)
        os.kill(pid, signal.SIGKILL)
        finish(pid)
        before = place.read()
        for name, content in before.items():
            final = not is_temporary(Path(name)) and name in expected
            if final and not is_whole(name, content, expected[name]):
                tally.note("damaged", f"{name} after {moment:.3f} s")
        code = finish(start([*arguments, *verb.rerun], place, place.out.parent / "stderr"))
        after = place.read()
        if code:
            said = (place.out.parent / "stderr").read_text()[-200:]
            tally.note("lost", f"exit code {code} after {moment:.3f} s: {said}")
            continue
        wrong = [name for name in expected if after.get(name) != expected[name]]
        if wrong:
            tally.note("lost", f"{wrong} after {moment:.3f} s")
        if more := sorted(after.keys() - expected.keys()):
            tally.note("left over", f"{more} after {moment:.3f} s")
    return tally


def is_whole(name: str, content: bytes, expected: bytes) -> bool:
    """Return whether a file under a final name is whole: as expected, or another stage of a training."""
    if name.endswith(".pt"):
        try:
            return zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        except zipfile.BadZipFile:
            return False
    if name.endswith(".toml"):
        return tomllib.loads(content.decode()).keys() <= tomllib.loads(expected.decode()).keys()
    return content == expected


def main() -> None:
    """Parse the arguments, torture, and store the results."""
    import preload  # only here: the tests kill writers, which need none of it
    import torch
    import torture_verbs
    from torture_verbs import VERBS

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [verb.name for verb in VERBS]
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--verbs", nargs="*", default=names, choices=names)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--failures", type=int, default=20, help="moments of every other failure; 0 for none")
    parser.add_argument("--jobs", type=int, default=1, help="verbs at a time")
    parser.add_argument("--run", type=Path, default=Path("runs/torture"), help="what is done so far")
    parser.add_argument("--store", action="store_true", help="write results/torture.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    preload.load_everything()
    torture_verbs.shrink_work()
    root = Path(tempfile.mkdtemp(prefix="torture-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        torture_verbs.write_inputs(root / "inputs")
        chosen = [verb for verb in VERBS if verb.name in arguments.verbs and verb.needs()]
        text = torture(chosen, arguments, root)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(text)
    if arguments.store:
        report.store("torture", f"# Killed, full, closed\n\n{report.describe_run()}\n\n{text}")


def torture(verbs: list[Verb], arguments: argparse.Namespace, root: Path) -> str:
    """Torture the verbs, each in a process of its own, and return the tables; finished verbs are kept."""
    arguments.run.mkdir(parents=True, exist_ok=True)
    settings = f"{arguments.seed}-{arguments.moments}-{arguments.failures}"
    files = {verb.name: arguments.run / f"{verb.name} {settings}.json" for verb in verbs}
    waiting, running = [verb for verb in verbs if not files[verb.name].is_file()], 0
    while waiting or running:
        while waiting and running < arguments.jobs:
            verb = waiting.pop(0)
            if os.fork() == 0:
                _torture_one(verb, arguments, root, files[verb.name])
            running += 1
        os.wait()
        running -= 1
    done = [json.loads(file.read_text()) for file in files.values() if file.is_file()]
    rows = [found["row"] for found in done if found["row"]]
    others = [row for found in done for row in found["others"]]
    examples = [example for found in done for example in found["examples"]]
    failures = report.format_table(FAILURES, others)
    listed = "\n".join(examples) or "None was damaged, lost or left over."
    return f"{report.format_table(HEADER, rows)}\n\n{listed}\n\n{failures}"


def _torture_one(verb: Verb, arguments: argparse.Namespace, root: Path, file: Path) -> None:
    """Torture a verb in this process, write what was found, and end the process."""
    import torture_failures

    code = 1
    try:
        rng = random.Random(f"{arguments.seed} {verb.name}")
        own = root / verb.name.replace(" ", "-")
        place = Place(root / "inputs", own / "out", own / "scratch")
        found: dict[str, list[object]] = {"row": [], "examples": [], "others": []}
        if arguments.moments:
            tally = kill_at_random(verb, place, arguments.moments, rng)
            found["row"] = tally.row(verb.name)
            found["examples"] = [f"- {verb.name}: {example}" for example in tally.examples]
            print(found["row"], *tally.examples, sep="\n  ", flush=True)
        if arguments.failures:
            found["others"] = list(torture_failures.fail(verb, place, arguments.failures, rng))
        file.write_text(json.dumps(found))
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
