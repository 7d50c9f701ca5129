"""``audiostyle image train-style`` and ``train image-style``: a feed-forward network for one style."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli.console import UsageError, print_message
from audiostyle.cli.options import Device, Seed
from audiostyle.cli.train.options import Checkpoints
from audiostyle.cli.train.reporting import print_numbers
from audiostyle.errors import AudiostyleError

app = typer.Typer()


@app.command("image-style")
def train_style(
    style: Annotated[Path, typer.Argument(metavar="STYLE", help="The picture.")],
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER", help="Photographs, a hundred or more; searched through.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The network's file, .safetensors.")
    ] = Path("style.safetensors"),
    loss: Annotated[
        str | None,
        typer.Option(
            "--loss",
            metavar="NAME:WEIGHT,…",
            help="A sum of losses, as of image optimize.",
            show_default="gram:100,perceptual:1,tv:1e-1",
        ),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Optimizer steps.")] = 3000,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=1, help="Train so long, in place of --steps.")
    ] = None,
    crop: Annotated[int, typer.Option("--crop", min=64, max=1024, help="Side of crops in pixels.")] = 192,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Crops in a step.")] = 2,
    style_size: Annotated[
        int, typer.Option("--style-size", min=32, help="Longer side of the style; larger, larger strokes.")
    ] = 256,
    backbone: Annotated[
        str, typer.Option("--backbone", metavar="NAME|DIR|FILE", help="The network to compare by.")
    ] = "photo",
    device: Device = "auto",
    seed: Seed = 0,
    run: Checkpoints = None,
) -> None:
    """Train a network that stylizes any picture in one pass.

    Interrupted at any moment, the same command goes on where it stopped.
    Then: audiostyle image stylize photo.jpg --network FILE
    """
    from audiostyle.image.training.feedforward import LOSS, StyleRecipe, train_style_network
    from audiostyle.style.losses.specification import parse_losses

    try:
        parse_losses(loss or LOSS)
    except AudiostyleError as error:
        raise UsageError(f"--loss: {error}") from None
    recipe = StyleRecipe(
        loss=loss or LOSS,
        steps=steps,
        crop=crop,
        batch=batch,
        style_size=style_size,
        seconds=seconds,
        seed=seed,
    )
    train_style_network(
        style,
        folders,
        out,
        recipe=recipe,
        run=run or Path("runs", out.stem),
        backbone=backbone,
        device=device,
        log=print_numbers,
    )
    print_message(f"done; try: audiostyle image stylize photo.jpg --network {out}")
