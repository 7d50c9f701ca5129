"""Plans of a training kit: which jobs run on the machine that is lent, what they need and what comes back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audiostyle.training import recipes

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*\Z")


@dataclass(frozen=True)
class Limits:
    """What the machine and the way to it allow; the defaults are 64 MiB there and eight files back.

    Attributes:
        call_bytes: of everything that travels at once, the code included.
        files: that may come back.
        file_bytes: of each.
        result_bytes: of all.
    """

    call_bytes: int = 64 << 20
    files: int = 8
    file_bytes: int = 16 << 20
    result_bytes: int = 64 << 20


@dataclass(frozen=True)
class Job:
    """One training, a process of its own.

    Attributes:
        name: of its folder and its log.
        module: that ``python -m`` runs.
        arguments: of it. ``{out}`` is the job's folder, ``{seconds}`` how long it may take, and the name of
            an input in braces is where that lies.
        inputs: names of inputs.
        results: patterns of the files in ``{out}`` that come back, the most important first.
        seconds: that it is expected to take.
        threads: of the processor.
        margin: seconds before the deadline that ``{seconds}`` leaves for writing results.
        lane: jobs of one lane run one after another, in the order of the plan; without a name a job has a
            lane of its own.  Processes that share an accelerator do so by time slices and lose some to it,
            so that two or three lanes are enough for it.
        share: how much of the time of its lane a job gets, beside those that come after it.
    """

    name: str
    module: str
    arguments: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    results: tuple[str, ...] = ("*",)
    seconds: float = 60.0
    threads: int = 1
    margin: float = 15.0
    lane: str = ""
    share: float = 1.0

    def fill_arguments(self, places: Mapping[str, object]) -> list[str]:
        """Return the arguments with names in braces replaced; other braces stay as they are.

        Example:
            >>> Job("a", "m", ("--for={seconds}", "{x}")).fill_arguments({"seconds": 3})
            ['--for=3', '{x}']
        """
        filled = list(self.arguments)
        for name, value in places.items():
            filled = [argument.replace(f"{{{name}}}", str(value)) for argument in filled]
        return filled


@dataclass(frozen=True)
class Plan:
    """A parsed plan; ``recipes/gpu/plan.toml`` is one.

    Attributes:
        jobs: in the order in which their inputs travel.
        inputs: name → file or folder, from the present folder.
        wheels: folder of wheels that the machine lacks, or None; they travel with the first call.
        limits: of the machine.
    """

    jobs: tuple[Job, ...]
    inputs: Mapping[str, Path] = field(default_factory=dict)
    wheels: Path | None = None
    limits: Limits = Limits()

    def select(self, names: list[str]) -> "Plan":
        """Return the plan with some of its jobs only; without names, with all.

        Raises:
            ValueError: there is no job of a name.
        """
        known = {job.name: job for job in self.jobs}
        if unknown := [name for name in names if name not in known]:
            raise ValueError(f"no job is called {unknown[0]!r}; there are {', '.join(known)}")
        chosen = tuple(known[name] for name in names) or self.jobs
        return Plan(chosen, self.inputs, self.wheels, self.limits)


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Args:
        path: of the TOML file.

    Raises:
        TrainingError: it is missing, damaged or incomplete, or a job wants an input that is not there.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "plan.toml")
        >>> _ = path.write_text('''
        ... [inputs]
        ... songs = "material/songs"
        ... [jobs.small]
        ... module = "my.training"
        ... arguments = ["{songs}", "--out", "{out}", "--seconds", "{seconds}"]
        ... inputs = ["songs"]
        ... seconds = 30
        ... ''')
        >>> read_plan(path).jobs[0].seconds
        30.0
    """
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> Plan:
    inputs = {name: Path(place) for name, place in table.get("inputs", {}).items()}
    jobs = tuple(_parse_job(name, entry) for name, entry in table["jobs"].items())
    for name in (*inputs, *(job.name for job in jobs)):
        if not _NAME.match(name) or name in ("out", "seconds"):
            raise ValueError(f"{name!r} cannot be the name of a job or an input")
    for job in jobs:
        if missing := set(job.inputs) - set(inputs):
            raise ValueError(f"job {job.name} wants {min(missing)!r}, which is no input")
    wheels = Path(table["wheels"]) if "wheels" in table else None
    return Plan(jobs, inputs, wheels, Limits(**table.get("limits", {})))


def _parse_job(name: str, entry: Mapping[str, Any]) -> Job:
    rest = dict(entry)
    module, arguments = str(rest.pop("module")), tuple(map(str, rest.pop("arguments", ())))
    lists = {key: tuple(map(str, rest.pop(key))) for key in ("inputs", "results") if key in rest}
    numbers = {key: float(rest.pop(key)) for key in ("seconds", "margin", "share") if key in rest}
    threads, lane = int(rest.pop("threads", 1)), str(rest.pop("lane", ""))
    if rest:
        raise KeyError(min(rest))
    if numbers.get("share", 1.0) <= 0:
        raise ValueError(f"job {name} has no share of its lane's time")
    return Job(name, module, arguments, threads=threads, lane=lane, **lists, **numbers)  # type: ignore[arg-type]
