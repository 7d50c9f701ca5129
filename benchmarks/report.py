"""Reports of the benchmarks: Markdown files with the machine, the date and the commit."""

import datetime
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def format_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; floats have two digits, all columns but the first are right-aligned."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(_format_cell, line)) + " |" for line in lines)


def _format_cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def describe_run() -> str:
    """Return one line with date, processor, cores and commit."""
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return f"Measured {today} on {_get_processor()}, {os.cpu_count()} cores, at commit {_get_commit()}."


def store(name: str, text: str) -> Path:
    """Write ``results/NAME.md`` and return its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.md"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _get_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown CPU"
    )


def _get_commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=RESULTS.parent, capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short", "HEAD") or "none"
    return f"{commit} with changes" if git("status", "--porcelain", "--untracked-files=no") else commit
