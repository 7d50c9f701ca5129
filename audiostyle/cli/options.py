"""Options that several commands share, each described once, and what commands do with what the user set."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from audiostyle.cli.batch.addresses import is_address, unwrap_path
from audiostyle.cli.console import UsageError
from audiostyle.errors import did_you_mean
from audiostyle.methods import Method

if TYPE_CHECKING:
    from audiostyle.cli.batch.engine import Engine
    from audiostyle.cli.batch.ledger import Ledger

Number = TypeVar("Number", int, float)
AnyMethod = TypeVar("AnyMethod", bound=Method)


class Clip(StrEnum):
    """What happens to samples beyond full scale."""

    limit = "limit"
    rescale = "rescale"
    clamp = "clamp"
    none = "none"


class EngineName(StrEnum):
    """Who does the work on many inputs."""

    processes = "processes"
    ray = "ray"


def check_device(text: str) -> str:
    """Return the name of a device as it is.

    Raises:
        typer.BadParameter: no device has such a name; whether it exists here, the library finds out.
    """
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?|mps", text):
        raise typer.BadParameter(f"{text!r} is none of auto, cpu, cuda, cuda:N, mps")
    return text


def unwrap(path: str | None) -> str | None:
    """Return the path that ``file://…`` stands for; others as they are."""
    return None if path is None else unwrap_path(path)


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT",
        help="Files, folders (searched through), globs, addresses (s3://…), or - for a WAV on stdin.",
    ),
]
Model = Annotated[str, typer.Option("--model", metavar="NAME|DIR|FILE", help="The model to use.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and do nothing.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Decides every random choice.")]
Device = Annotated[
    str,
    typer.Option(
        "--device", metavar="auto|cpu|cuda[:N]|mps", callback=check_device, help="Where to compute."
    ),
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", metavar="N", min=1, help="Processes; each takes one input at a time.")
]
EngineChoice = Annotated[
    EngineName,
    typer.Option("--engine", help="Processes of this machine, or a Ray cluster (see docs/scale.md)."),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="HOST:PORT",
        help="With --engine ray: of the cluster, or auto; else one is started on this machine.",
        show_default="(none)",
    ),
]
LedgerFile = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="FILE",
        help="Write down what is done; the same command with the same file does only what is left.",
        show_default="(with --engine ray, a hidden file in --out, or here if that is an address)",
    ),
]
Host = Annotated[
    str, typer.Option("--host", metavar="ADDRESS", help="0.0.0.0 lets others in, who need the link's token.")
]
Segment = Annotated[
    float,
    typer.Option(
        "--segment",
        metavar="SECONDS",
        min=1.0,
        help="Length processed at a time; less needs less memory and changes nothing else.",
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        callback=unwrap,
        help="A file (for one input), a folder (made if need be), an address (s3://…), or - for stdout.",
        show_default="this folder",
    ),
]
Filename = Annotated[str, typer.Option("--filename", metavar="PATTERN", help="What outputs are called.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="NAME", help="wav, flac, ogg, mp3, aiff or w64.", show_default="as the input's"
    ),
]
Subtype = Annotated[
    str | None,
    typer.Option(
        "--subtype", metavar="NAME", help="PCM_16, PCM_24, FLOAT or another.", show_default="as the input's"
    ),
]
ClipPolicy = Annotated[Clip, typer.Option("--clip", help="What to do with samples beyond full scale.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")]
SkipExisting = Annotated[bool, typer.Option("--skip-existing", help="Leave out outputs that exist.")]
Strength = Annotated[
    float,
    typer.Option(
        "--strength", metavar="0..1", min=0.0, max=1.0, help="From dry, the input, to wet, the result alone."
    ),
]
Weights = Annotated[
    str | None,
    typer.Option("--weights", metavar="N,N", help="How much each style counts.", show_default="equal"),
]


def describe_methods(methods: Mapping[str, Method]) -> str:
    """Describe a registry's methods for ``--help``: each name with its summary.

    Example:
        >>> describe_methods({"a": Method(abs, "one way"), "b": Method(abs, "another way")})
        'a (one way), b (another way).'
    """
    return ", ".join(f"{name} ({method.summary})" for name, method in methods.items()) + "."


def choose_method(methods: Mapping[str, AnyMethod], name: str) -> AnyMethod:
    """Return the method that ``--method`` names.

    Raises:
        UsageError: the registry has no such method; the message lists those it has.
    """
    if name not in methods:
        near = did_you_mean(name, methods)
        raise UsageError(f"--method {name}: not known{near}; use one of {', '.join(methods)}")
    return methods[name]


def choose_engine(
    engine: EngineName, address: str | None, jobs: int, device: str, ledger: "Ledger | None"
) -> "Engine":
    """Return who does the work.

    Raises:
        UsageError: ``--address`` is given without ``--engine ray``.
    """
    from audiostyle.cli.batch.engine import Engine

    if address is not None and engine != EngineName.ray:
        raise UsageError("--address is that of a Ray cluster; add --engine ray")
    gpus = 1.0 if device.startswith("cuda") else 0.0
    return Engine(jobs, engine == EngineName.ray, address, gpus, ledger)


def refuse_addresses(**paths: str | None) -> None:
    """Refuse addresses where only files of this machine will do.

    Args:
        paths: option → what it names.

    Raises:
        UsageError: one is an address.
    """
    for option, path in paths.items():
        if path is not None and is_address(path):
            raise UsageError(
                f"{format_flag([option])} {path}: must be on this machine; inputs, styles and results may be "
                "addresses"
            )


def collect_options(**options: object) -> dict[str, object]:
    """Collect the options that the user set; members of an enumeration become their names.

    What was not set is left out, because a method need not have an option that it is not asked for.

    Example:
        >>> collect_options(clip=Clip.clamp, levels=None)
        {'clip': 'clamp'}
    """
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in options.items()
        if value is not None
    }


def parse_numbers(option: str, text: str | None, kind: Callable[[str], Number]) -> tuple[Number, ...] | None:
    """Parse numbers with commas between them.

    Raises:
        UsageError: the text is something else; the message names the option.

    Example:
        >>> parse_numbers("--levels", "4,3", int), parse_numbers("--weights", None, float)
        ((4, 3), None)
    """
    if text is None:
        return None
    try:
        return tuple(kind(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{option} {text}: give numbers with commas between them") from None


def format_flag(options: Iterable[str]) -> str:
    """Format the alphabetically first of some options as one types it.

    Example:
        >>> format_flag(["memory_limit"])
        '--memory-limit'
    """
    return f"--{min(options).replace('_', '-')}"
