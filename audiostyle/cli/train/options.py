"""Options that several trainings share, each described once."""

from pathlib import Path
from typing import Annotated

import typer

Bfloat16 = Annotated[
    bool | None,
    typer.Option("--bfloat16/--float32", help="Precision.", show_default="what is faster here"),
]
RecipeFile = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="A TOML file such as recipes/universal.toml.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Corpora, checkpoints and the model.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes to render with.")]
Parent = Annotated[
    str, typer.Option("--extends", metavar="NAME|DIR", help="Where a new folder's encoder comes from.")
]
Checkpoints = Annotated[
    Path | None, typer.Option("--run", metavar="DIR", help="Checkpoints.", show_default="runs/ and the name")
]
Offline = Annotated[bool, typer.Option("--offline", help="Never use the network.")]


def choose_precision(bfloat16: bool | None) -> bool:
    """Return whether to train in bfloat16: as the user said, else where convolutions are faster in it.

    Also lets the processor flush denormal numbers to zero, for trainings of sound: decaying activations are
    slow to multiply when they are denormal.
    """
    import torch

    from audiostyle.models.device import convolves_bfloat16

    torch.set_flush_denormal(True)
    return convolves_bfloat16() if bfloat16 is None else bfloat16
