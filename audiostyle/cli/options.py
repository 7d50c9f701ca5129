"""Options that several verbs share, each described once."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import typer

from audiostyle.cli.console import UsageError

Number = TypeVar("Number", int, float)


class Clip(StrEnum):
    """What happens to samples beyond full scale."""

    rescale = "rescale"
    clamp = "clamp"
    none = "none"


def _device(text: str) -> str:
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?|mps", text):
        raise typer.BadParameter(f"{text!r} is none of auto, cpu, cuda, cuda:N, mps")
    return text


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT", help="Files, folders (searched through), globs, or - for a WAV on stdin."
    ),
]
Model = Annotated[str, typer.Option("--model", metavar="NAME|DIR|FILE", help="The model to use.")]
Offline = Annotated[bool, typer.Option("--offline", help="Never use the network.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and do nothing.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Decides every random choice.")]
Device = Annotated[
    str,
    typer.Option("--device", metavar="auto|cpu|cuda[:N]|mps", callback=_device, help="Where to compute."),
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", metavar="N", min=1, help="Inputs worked on at a time."),
]
Segment = Annotated[
    float,
    typer.Option(
        "--segment",
        metavar="SECONDS",
        min=1.0,
        help="Worked on at a time: less needs less memory, and changes nothing else.",
    ),
]
Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="A file (for one input), a folder (made if need be), or - for a WAV on stdout.",
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
    float, typer.Option("--strength", metavar="0..1", min=0.0, max=1.0, help="0: the content; 1: the result.")
]
Weights = Annotated[
    str | None,
    typer.Option("--weights", metavar="N,N", help="How much each style counts.", show_default="equal"),
]


def given(**options: Any) -> dict[str, Any]:
    """What the user set, with names for choices: a method may not have what it is not asked for."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in options.items()
        if value is not None
    }


def numbers(option: str, text: str | None, kind: Callable[[str], Number]) -> tuple[Number, ...] | None:
    """``4,3,2,1`` as numbers.

    >>> numbers("--levels", "4,3", int), numbers("--weights", None, float)
    ((4, 3), None)
    """
    if text is None:
        return None
    try:
        return tuple(kind(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"{option} {text}: give numbers with commas between them") from None


def named(options: Iterable[str]) -> str:
    """The first of some options as one types it.

    >>> named(["memory_limit"])
    '--memory-limit'
    """
    return f"--{min(options).replace('_', '-')}"
