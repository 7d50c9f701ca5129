"""``audiostyle train domain``: an instrument, from recordings of it alone."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli.console import print_message
from audiostyle.cli.options import Seed
from audiostyle.cli.train.options import Bfloat16, Checkpoints, Parent, choose_precision
from audiostyle.cli.train.reporting import print_numbers
from audiostyle.models.zoo import DEFAULT

app = typer.Typer()


@app.command()
def domain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the domain.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Recordings of the instrument, ten minutes or more.")
    ],
    model: Annotated[
        Path, typer.Option("--model", metavar="DIR", help="The model folder to add it to; made if need be.")
    ] = Path("my-model"),
    parent: Parent = DEFAULT,
    sounds_like: Annotated[
        str, typer.Option("--sounds-like", metavar="TEXT", help="For 'audiostyle domains'.")
    ] = "",
    steps: Annotated[
        int, typer.Option("--steps", min=1, help="Optimizer steps; more is better, slowly.")
    ] = 600,
    run: Checkpoints = None,
    bfloat16: Bfloat16 = None,
    seed: Seed = 0,
) -> None:
    """Learn an instrument from recordings of it alone; no scores are needed.

    The shared encoder stays as it is. Interrupted at any moment, the same command goes on where it stopped.
    Then: audiostyle translate song.wav --model DIR --domain NAME
    """
    from audiostyle.translation.training.folder import train_domain_from_folder

    train_domain_from_folder(
        name,
        folder,
        model,
        run or Path("runs", name),
        extends=parent,
        sounds_like=sounds_like or f"{name}, as in {folder.name}",
        steps=steps,
        seed=seed,
        bfloat16=choose_precision(bfloat16),
        log=print_numbers,
    )
    print_message(f"done; try: audiostyle translate song.wav --model {model} --domain {name}")
