"""``audiostyle train``: domains, models from recipes, decoders and backbones for pictures, a measure."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from audiostyle.cli.console import clock, tell
from audiostyle.cli.options import Offline
from audiostyle.models.zoo import DEFAULT

app = typer.Typer()
train = typer.Typer(help="Train domains and models.", no_args_is_help=True)
app.add_typer(train, name="train")


class Config(StrEnum):
    """Which WaveNets."""

    compact = "compact"
    paper = "paper"


class Adversary(StrEnum):
    """How the published encoder is turned against the critic."""

    reversal = "reversal"
    negative = "negative"


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
Batch = Annotated[
    int | None,
    typer.Option(
        "--batch",
        min=1,
        help="Excerpts in a batch, of all processes together.",
        show_default="compact 4; paper 32, as published, about a gigabyte each",
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Decides every random choice.")]


@train.command()
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
        int, typer.Option("--steps", min=1, help="Optimiser steps; more is better, slowly.")
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
        bfloat16=_bfloat16(bfloat16),
        log=_log,
    )
    tell(f"done; try: audiostyle translate song.wav --model {model} --domain {name}")


@train.command()
def universal(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER", help="One for each domain, called as the domain is.")
    ],
    config: Annotated[
        Config,
        typer.Option(
            help="compact: WaveNets that read the model's notes; paper: as published, without notes."
        ),
    ] = Config.compact,
    model: Annotated[
        Path, typer.Option("--model", metavar="DIR", help="The model folder to make, or to add domains to.")
    ] = Path("my-wavenets"),
    parent: Parent = DEFAULT,
    start_from: Annotated[
        str | None,
        typer.Option("--start-from", metavar="DOMAIN", help="A WaveNet of that model to go on from."),
    ] = None,
    adversary: Annotated[
        Adversary,
        typer.Option(help="How the published encoder misleads its critic: negative is as published."),
    ] = Adversary.reversal,
    batch: Batch = None,
    steps: Annotated[
        int, typer.Option("--steps", min=1, help="Optimiser steps of all WaveNets together.")
    ] = 20000,
    parallel_steps: Annotated[
        int,
        typer.Option("--parallel-steps", min=1, help="Steps of each domain's parallel decoder, for compact."),
    ] = 600,
    run: Checkpoints = None,
    bfloat16: Bfloat16 = None,
    seed: Seed = 0,
) -> None:
    """Train WaveNet decoders of several domains in one process, their batches in turn.

    A compact one is trained beside its domain's parallel decoder, which comes first, as by "train domain".
    Samples to listen to are written to RUN/samples. Interrupted at any moment, the same command goes on where
    it stopped. On several devices or machines: torchrun --nproc-per-node 2 -m audiostyle train universal …
    """
    from audiostyle.models.device import multiplies_bfloat16
    from audiostyle.training.distributed import is_first_process
    from audiostyle.translation.training.wavenet.universal import train_universal

    train_universal(
        config.value,
        folders,
        model,
        run or Path("runs", model.name),
        steps=steps,
        parallel_steps=parallel_steps,
        seed=seed,
        extends=parent,
        start_from=start_from,
        adversary=adversary.value,
        batch=batch,
        bfloat16=_bfloat16(multiplies_bfloat16() if bfloat16 is None else bfloat16),
        log=_log if is_first_process() else lambda _: None,
    )
    if is_first_process():
        name = folders[0].resolve().name
        tell(f"done; try: audiostyle translate song.wav --model {model} --domain {name} --decoder wavenet")


@train.command()
def encoder(file: RecipeFile, out: RunFolder, jobs: Jobs = 1, bfloat16: Bfloat16 = None) -> None:
    """Render a recipe's corpora and train its shared encoder."""
    from audiostyle.translation.training.recipe import read_recipe, run_recipe

    run_recipe(read_recipe(file), out, bfloat16=_bfloat16(bfloat16), jobs=jobs, log=_log, domains=False)


@train.command()
def recipe(file: RecipeFile, out: RunFolder, jobs: Jobs = 1, bfloat16: Bfloat16 = None) -> None:
    """Render corpora, train the shared encoder, then every domain, as a recipe says."""
    from audiostyle.translation.training.recipe import read_recipe, run_recipe

    run_recipe(read_recipe(file), out, bfloat16=_bfloat16(bfloat16), jobs=jobs, log=_log)


@train.command()
def timbre(file: RecipeFile, out: RunFolder, jobs: Jobs = 1) -> None:
    """Train the network behind the measure 'timbre distance', as a recipe says."""
    from audiostyle.evaluate.training.timbre import read_recipe, run_recipe

    run_recipe(read_recipe(file), out, jobs=jobs, log=_log)


@train.command("image-decoders")
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
        int, typer.Option("--steps", min=3, help="Optimiser steps for each kind of decoder.")
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
    train_backbone_decoders(file, folders, run or Path("runs", model.name), model, stage, _log)
    tell(f"done; try: audiostyle image stylize content.jpg style.jpg --backbone {model}")


@train.command("image-backbone")
def image_backbone(
    file: Annotated[Path, typer.Argument(metavar="RECIPE", help="A TOML file such as recipes/photo.toml.")],
    teacher: Annotated[Path, typer.Argument(metavar="VGG", help="The VGG to distil: .pth or .h5.")],
    out: RunFolder,
) -> None:
    """Distil a compact backbone from a VGG and train its decoders, as a recipe says."""
    from audiostyle.image.training.backbone import read_recipe, run_recipe

    run_recipe(read_recipe(file), teacher, out, _log)


@train.command()
def spectrogram(
    file: Annotated[Path, typer.Argument(metavar="RECIPE", help="Such as recipes/spectrogram.toml.")],
    out: RunFolder,
    music: Annotated[
        list[Path], typer.Argument(metavar="MUSIC", help="Folders of recordings; searched through.")
    ],
) -> None:
    """Train the autoencoder behind 'transfer --method wct', as a recipe says.

    Interrupted at any moment, the same command goes on where it stopped.
    """
    from audiostyle.spectrogram.training.recipe import read_recipe, run_recipe

    run_recipe(read_recipe(file), music, out, _log)


def _bfloat16(wanted: bool | None) -> bool:
    import torch

    from audiostyle.models.device import convolves_bfloat16

    torch.set_flush_denormal(True)  # decaying activations are slow to multiply when they are denormal
    return convolves_bfloat16() if wanted is None else wanted


def _log(numbers: dict[str, Any]) -> None:
    """Tell the numbers of a step, the time left first."""
    left = numbers.pop("left_s", None)
    place = f"{numbers.pop('step')}/{numbers.pop('of')} " if "step" in numbers else ""
    tell(place + (f"{clock(left)} left " if left is not None else "") + json.dumps(numbers))
