"""Installs the wheel as users do, in fresh environments, and runs what the README tells them to run.

For every Python that is found (``--pythons`` names others) and every installer (pip, uv, pipx, and uv with
the oldest versions that the project says it works with): a new environment, the wheel with its ``app``
extra, then the README's first command, which translates the example, ``doctor``, and that ``import
audiostyle`` comes from the environment. With ``--tests PATH …``, all but pipx's get the ``test`` extra too
and run these tests of the repository; without paths that is the README's second command, which takes
minutes. Environments are deleted as soon as they have been tried: with CUDA builds of torch each takes 6
GB. Stored in ``results/installers.md`` with ``--store``; rows of Pythons that were not tried again are
kept.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import report

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
INSTALLERS = ("pip", "uv", "uv-lowest", "pipx")
EXTRAS = "app"
TOGETHER = "app,plot,remote,study,train,video"  # what is installed in its oldest versions
HEADER = ("Python", "installer", "torch", "installed", "size", "README's first", "doctor", "tests")


@dataclass(frozen=True)
class Environment:
    """Where something was installed.

    Attributes:
        folder: of the environment.
        python: its interpreter.
    """

    folder: Path
    python: Path

    @property
    def program(self) -> Path:
        """The command ``audiostyle``."""
        return self.python.with_name("audiostyle")


def run(command: Sequence[str | Path], where: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command without what this environment would give it."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=where, env={**variables, **more}, capture_output=True, text=True)


def check(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command printed.

    Raises:
        RuntimeError: it failed; the message is its last line.
    """
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
        raise RuntimeError(f"exit code {done.returncode}: {lines[-1][:200]}")
    return done.stdout


def find_python(version: str) -> str | None:
    """Return an interpreter of a version that works: on the path, of pyenv, or of uv."""
    kept = (Path.home() / ".pyenv" / "versions", Path.home() / ".local" / "share" / "uv" / "python")
    places = [path for root in kept for path in root.glob(f"*{version}*/bin/python{version}")]
    found = shutil.which(f"python{version}")
    for place in ([found] if found else []) + sorted(map(str, places), reverse=True):
        asked = run([place, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], ROOT)
        if asked.stdout.strip() == version:  # pyenv's programs say no where another version is chosen
            return place
    return None


def find_wheels() -> dict[str, str]:
    """Return what makes uv look for wheels where pip does."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True)
    places = re.findall(r"find-links='([^']+)'", listed.stdout)
    return {"UV_FIND_LINKS": places[0]} if places else {}


def install(installer: str, python: str, wheel: Path, scratch: Path, extras: str) -> Environment:
    """Make an environment and install a wheel into it.

    Raises:
        RuntimeError: it cannot be installed.
    """
    folder, wanted = scratch / "env", f"audiostyle[{extras}] @ {wheel.as_uri()}"
    if installer == "pip":
        check(run([python, "-m", "venv", folder], scratch))
        check(run([folder / "bin" / "python", "-m", "pip", "install", "-q", wanted], scratch))
    elif installer.startswith("uv"):
        words = ["uv", "pip", "install", "-q", "--python", folder / "bin" / "python"]
        check(run(["uv", "venv", "--python", python, folder], scratch))
        if installer == "uv-lowest":  # of what the project names; a wheel's requirements count as others'
            named = [word for extra in extras.split(",") for word in ("--extra", extra)]
            oldest = ["--resolution", "lowest-direct", "-r", ROOT / "pyproject.toml", *named]
            check(run([*words, *oldest], scratch, **find_wheels()))
        check(run([*words, wanted], scratch, **find_wheels()))
    else:
        homes = {"PIPX_HOME": str(scratch / "pipx"), "PIPX_BIN_DIR": str(scratch / "bin")}
        # pipx takes a path with extras, and no name with an address.
        check(run(["pipx", "install", "--python", python, f"{wheel}[{extras}]"], scratch, **homes))
        folder = scratch / "pipx" / "venvs" / "audiostyle"
    return Environment(folder, folder / "bin" / "python")


def try_commands(environment: Environment, scratch: Path) -> tuple[str, str]:
    """Return what became of the README's first command and of ``doctor``."""
    place = scratch / "elsewhere"
    shutil.copytree(ROOT / "examples", place / "examples")
    started = time.monotonic()
    check(run([environment.program, "translate", "examples/chorale.flac", "--domain", "piano"], place))
    elapsed = time.monotonic() - started
    if not (place / "chorale.piano.flac").stat().st_size:
        raise RuntimeError("the result is empty")
    where = check(run([environment.python, "-c", "import audiostyle; print(audiostyle.__file__)"], place))
    if not Path(where.strip()).is_relative_to(environment.folder.resolve()):
        raise RuntimeError(f"audiostyle was imported from {where.strip()}")
    doctor = run([environment.program, "doctor"], place)
    return f"yes, {elapsed:.0f} s", "well" if doctor.returncode == 0 else "NOT WELL"


def try_tests(installer: str, environment: Environment, wheel: Path, paths: Sequence[str]) -> str:
    """Install what the tests need and run them against what is installed."""
    python, wanted = environment.python, f"audiostyle[test] @ {wheel.as_uri()}"
    if installer == "pip":
        check(run([python, "-m", "pip", "install", "-q", wanted], ROOT))
    else:
        check(run(["uv", "pip", "install", "-q", "--python", python, wanted], ROOT, **find_wheels()))
    words = [python, "-m", "pytest", "-n", "2", "--dist", "worksteal", *paths]
    done = run(words, ROOT)  # the repository lies first on the path, as for whoever follows the README
    print(
        *(line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))),
        sep="\n",
        flush=True,
    )
    lines = [line for line in done.stdout.splitlines() if re.search(r"\d+ (passed|failed|error)", line)]
    which = f" ({' '.join(paths)})" if paths else " (all)"
    return (lines[-1].strip("= ") if lines else f"exit code {done.returncode}") + which


def try_one(version: str, python: str, installer: str, wheel: Path, tests: Sequence[str] | None) -> list[str]:
    """Return the row of a Python and an installer."""
    with tempfile.TemporaryDirectory() as folder:
        scratch, started = Path(folder), time.monotonic()
        row = [version, installer]
        try:
            extras = TOGETHER if installer == "uv-lowest" else EXTRAS
            environment = install(installer, python, wheel, scratch, extras)
            elapsed = time.monotonic() - started
            asked = "import torch; print(torch.__version__)"
            torch = check(run([environment.python, "-c", asked], scratch)).strip()
            size = sum(path.lstat().st_size for path in environment.folder.rglob("*") if path.is_file())
            row += [torch, f"{elapsed:.0f} s", f"{size / 1e9:.1f} GB", *try_commands(environment, scratch)]
            tried = tests is not None and installer != "pipx"
            row.append(try_tests(installer, environment, wheel, tests or ()) if tried else "-")
        except RuntimeError as error:
            row += ["-"] * (len(HEADER) - len(row) - 1) + [f"NO: {error}"]
        return row


def build_wheel(folder: Path) -> Path:
    """Build the wheel and return it; a second one has the same bytes, or the build is not reproducible."""
    stamp = check(run(["git", "log", "-1", "--format=%ct"], ROOT)).strip()
    wheels = []
    for name in ("first", "second"):
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / name, ROOT]
        check(run(command, folder, SOURCE_DATE_EPOCH=stamp))
        wheels += list((folder / name).glob("*.whl"))
    first, second = (wheel.read_bytes() for wheel in wheels)
    same = "the same" if first == second else "DIFFERENT"
    print(f"{wheels[0].name}: {len(first) / 1e6:.1f} MB, built twice, {same} bytes")
    return wheels[0]


def merge(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the stored rows with new ones in the place of those of the same Python and installer."""
    kept = report.RESULTS / "installers.json"
    known = {tuple(row[:2]): list(row) for row in (json.loads(kept.read_text()) if kept.exists() else [])}
    known |= {(row[0], row[1]): list(row) for row in rows}
    merged = sorted(known.values(), key=lambda row: (row[0], INSTALLERS.index(row[1])))
    kept.write_text(json.dumps(merged, indent=1) + "\n")
    return merged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pythons", nargs="+", default=VERSIONS, help="versions, such as 3.12")
    parser.add_argument("--installers", nargs="+", default=INSTALLERS, choices=INSTALLERS)
    parser.add_argument("--tests", nargs="*", default=None, help="tests to run; none named are all")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(Path(folder))
        for version in options.pythons:
            python = find_python(version)
            for installer in options.installers:
                if python is None:
                    rows.append([version, installer, *["-"] * 5, "not tried: no such Python here"])
                elif installer != "pip" and shutil.which(installer.partition("-")[0]) is None:
                    rows.append([version, installer, *["-"] * 5, f"not tried: no {installer} here"])
                else:
                    rows.append(try_one(version, python, installer, wheel, options.tests))
                print(rows[-1], flush=True)
    if options.store:
        rows = merge(rows)
    text = "\n".join(["# Installers", "", report.describe_run(), "", report.format_table(HEADER, rows)])
    print(text)
    if options.store:
        report.store("installers", text)


if __name__ == "__main__":
    main()
