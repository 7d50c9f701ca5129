"""``audiostyle train image-decoders`` and ``image-backbone``: networks for pictures."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli.console import print_message
from audiostyle.cli.train.options import Checkpoints, Offline, RunFolder
from audiostyle.cli.train.reporting import print_numbers

app = typer.Typer()


@app.command("image-decoders")
def image_decoders(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER", help="Photographs, a hundred or more; searched through.")
    ],
    backbone: Annotated[
        str,
        typer.Option(
            "--backbone", metavar="FILE|vgg16|vgg19", help="A VGG's .pth or .h5; by name, torchvision's."
        ),
    ],
    model: Annotated[Path, typer.Option("--model", metavar="DIR", help="The model folder to make.")] = Path(
        "my-backbone"
    ),
    steps: Annotated[
        int, typer.Option("--steps", min=3, help="Optimizer steps for each kind of decoder.")
    ] = 2000,
    run: Checkpoints = None,
    offline: Offline = False,
) -> None:
    """Train decoders for a VGG, so that PhotoWCT, WCT and AdaIN can use it.

    A VGG by name is downloaded once (550 MB) and checked.
    Interrupted at any moment, the same command goes on where it stopped.
    Then: audiostyle image stylize content.jpg style.jpg --backbone DIR
    """
    from audiostyle.image.training.backbone import DecoderStage, train_backbone_decoders
    from audiostyle.models.remote_files import VGGS, fetch_file

    file = fetch_file(VGGS[backbone], offline=offline) if backbone in VGGS else Path(backbone)
    stage = DecoderStage(steps // 3, steps - steps // 3)
    train_backbone_decoders(file, folders, run or Path("runs", model.name), model, stage, print_numbers)
    print_message(f"done; try: audiostyle image stylize content.jpg style.jpg --backbone {model}")


@app.command("image-backbone")
def image_backbone(
    file: Annotated[Path, typer.Argument(metavar="RECIPE", help="A TOML file such as recipes/photo.toml.")],
    teacher: Annotated[Path, typer.Argument(metavar="VGG", help="The VGG to distill: .pth or .h5.")],
    out: RunFolder,
) -> None:
    """Distill a compact backbone from a VGG and train its decoders, as a recipe says."""
    from audiostyle.image.training.backbone import read_recipe, run_recipe

    run_recipe(read_recipe(file), teacher, out, print_numbers)
