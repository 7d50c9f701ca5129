"""The commands of the training kit; see :mod:`audiostyle.training.kit`.

    python -m audiostyle.training.kit PLAN dry-run
    python -m audiostyle.training.kit PLAN pack CALLS
    python -m audiostyle.training.kit PLAN run CALLS --seconds 540 --out RESULTS
    python -m audiostyle.training.kit PLAN start CALLS --seconds 540
    python -m audiostyle.training.kit PLAN collect CALLS --out RESULTS
    python -m audiostyle.training.kit PLAN unpack RESULTS RUNS

The first two and the last are for the machine at home, the others for the one that is lent.  ``start``
returns at once; jobs go on, and ``collect`` waits for them in a later call.  All take ``--jobs NAME …``.
"""

import argparse
import sys
import time
from pathlib import Path

from audiostyle.errors import AudiostyleError
from audiostyle.training.kit import gathering, jobs, packing
from audiostyle.training.kit.plan import Plan, read_plan

_DEADLINE = "deadline"
_MEGABYTE = 1 << 20


def main(arguments: list[str] | None = None) -> None:
    """Run one of the commands.

    Args:
        arguments: of the command line; None is those of the process.
    """
    options = _parse_arguments(arguments)
    try:
        plan = read_plan(options.plan).select(options.jobs)
        options.run(plan, options)
    except (AudiostyleError, ValueError) as error:
        sys.exit(f"{error}")


def _parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("plan", type=Path, help="TOML file of the jobs")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, summary, operands in _COMMANDS:
        command = commands.add_parser(name, help=summary)
        for operand in operands:
            command.add_argument(operand, type=Path)
        command.add_argument("--jobs", nargs="+", default=[], metavar="NAME", help="some of the plan's jobs")
        if name in ("run", "start", "supervise"):
            command.add_argument("--seconds", type=float, required=True, help="from now to the deadline")
        if name in ("run", "collect"):
            command.add_argument("--out", type=Path, required=True, help="folder of what comes back")
        command.set_defaults(run=run)
    return parser.parse_args(arguments)


def _print_plan(plan: Plan, options: argparse.Namespace) -> None:
    code, items = packing.measure_code(Path()), packing.list_items(plan)
    for job in plan.jobs:
        size = sum(item.size for item in items if item.name in job.inputs)
        print(
            f"{job.name}: {job.seconds:.0f} s, {size / _MEGABYTE:.1f} MiB of inputs, python -m {job.module}"
        )
    print(f"{code / _MEGABYTE:.1f} MiB of code travel with every call")
    calls = packing.assign_calls(items, plan.limits.call_bytes - code)
    for number, call in enumerate(calls, 1):
        names = ", ".join(dict.fromkeys(item.name for item in call))
        print(f"call {number}: {sum(item.size for item in call) / _MEGABYTE:.1f} MiB: {names}")
    lanes: dict[str, float] = {}
    for job in plan.jobs:
        lane = job.lane or f"{job.name} alone"
        lanes[lane] = lanes.get(lane, 0) + job.seconds
    print(f"expected: {max(lanes.values()):.0f} s, {len(lanes)} lanes side by side")


def _pack(plan: Plan, options: argparse.Namespace) -> None:
    for place in packing.pack_inputs(plan, options.calls, code_bytes=packing.measure_code(Path())):
        size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
        print(f"{place}: {size / _MEGABYTE:.1f} MiB")


def _run(plan: Plan, options: argparse.Namespace) -> None:
    _run_jobs(plan, options)
    _gather(plan, options)


def _run_jobs(plan: Plan, options: argparse.Namespace) -> None:
    work = options.calls / packing.WORK
    work.mkdir(parents=True, exist_ok=True)
    deadline = _agree_on_deadline(work, options.seconds)
    inputs = packing.merge_calls(options.calls, work / "inputs")
    jobs.run_jobs(plan.jobs, inputs, work, deadline, _say)


def _agree_on_deadline(work: Path, seconds: float) -> float:
    """Return the deadline that the first call set, or set it."""
    path = work / _DEADLINE
    if not path.is_file():
        path.write_text(str(time.time() + seconds))
    return float(path.read_text())


def _start(plan: Plan, options: argparse.Namespace) -> None:
    work = options.calls / packing.WORK
    chosen = ["--jobs", *(job.name for job in plan.jobs)]
    arguments = [str(options.plan), "supervise", str(options.calls), "--seconds", str(options.seconds)]
    work.mkdir(parents=True, exist_ok=True)
    _agree_on_deadline(work, options.seconds)
    print(f"process {jobs.start_detached([*arguments, *chosen], work / 'supervisor.txt')}")


def _collect(plan: Plan, options: argparse.Namespace) -> None:
    work = options.calls / packing.WORK
    deadline = float((work / _DEADLINE).read_text())
    while (unfinished := jobs.find_unfinished(work)) and time.time() < deadline + 20:
        time.sleep(0.2)
    if unfinished:
        _say(f"without a report: {', '.join(unfinished)}")
    _gather(plan, options)


def _gather(plan: Plan, options: argparse.Namespace) -> None:
    left_out = gathering.gather_results(plan.jobs, options.calls / packing.WORK, options.out, plan.limits)
    for line in left_out:
        _say(f"left out: {line}")
    for path in sorted(options.out.glob("results-*.zip")):
        _say(f"{path.name}: {path.stat().st_size / _MEGABYTE:.1f} MiB")


def _unpack(plan: Plan, options: argparse.Namespace) -> None:
    gathering.unpack_results(options.results, options.runs)
    for line in gathering.describe_results(options.runs, [job.name for job in plan.jobs]):
        print(line)


def _say(line: str) -> None:
    print(line, flush=True)


_COMMANDS = (
    ("dry-run", _print_plan, "print jobs, bytes by call and expected seconds", ()),
    ("pack", _pack, "gather the inputs into folders of calls", ("calls",)),
    ("run", _run, "run jobs until the deadline and gather their results", ("calls",)),
    ("start", _start, "start jobs and return; they go on", ("calls",)),
    ("supervise", _run_jobs, "what start starts", ("calls",)),
    ("collect", _collect, "wait for jobs that were started, and gather their results", ("calls",)),
    ("unpack", _unpack, "put what came back into a folder for each job", ("results", "runs")),
)


if __name__ == "__main__":
    main()
