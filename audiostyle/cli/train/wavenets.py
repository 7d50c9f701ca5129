"""``audiostyle train universal``: WaveNet decoders of several domains, in one process or in several."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli.console import print_message
from audiostyle.cli.options import Seed
from audiostyle.cli.train.options import Bfloat16, Checkpoints, Parent, choose_precision
from audiostyle.cli.train.reporting import print_numbers
from audiostyle.models.zoo import DEFAULT

app = typer.Typer()


class WaveNetChoice(StrEnum):
    """Which WaveNets."""

    compact = "compact"
    paper = "paper"


class Adversary(StrEnum):
    """How the published encoder is turned against the critic."""

    reversal = "reversal"
    negative = "negative"


Config = Annotated[
    WaveNetChoice,
    typer.Option(help="compact: WaveNets that read the model's notes; paper: as published, without notes."),
]
AdversaryChoice = Annotated[
    Adversary, typer.Option(help="How the published encoder misleads its critic: negative is as published.")
]
SpectralSteps = Annotated[
    int,
    typer.Option(
        "--spectral-steps",
        "--parallel-steps",
        min=1,
        help="Steps of each domain's spectral decoder, for compact.",
    ),
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


@app.command()
def universal(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER", help="One for each domain, called as the domain is.")
    ],
    config: Config = WaveNetChoice.compact,
    model: Annotated[
        Path, typer.Option("--model", metavar="DIR", help="The model folder to make, or to add domains to.")
    ] = Path("my-wavenets"),
    parent: Parent = DEFAULT,
    start_from: Annotated[
        str | None,
        typer.Option("--start-from", metavar="DOMAIN", help="A WaveNet of that model to go on from."),
    ] = None,
    adversary: AdversaryChoice = Adversary.reversal,
    batch: Batch = None,
    steps: Annotated[
        int, typer.Option("--steps", min=1, help="Optimizer steps of all WaveNets together.")
    ] = 20000,
    spectral_steps: SpectralSteps = 600,
    run: Checkpoints = None,
    bfloat16: Bfloat16 = None,
    seed: Seed = 0,
) -> None:
    """Train WaveNet decoders of several domains together, their batches in turn.

    A compact one needs its domain's spectral decoder, which is trained first, as by "train domain".
    Samples to listen to are written to RUN/samples.
    Interrupted at any moment, the same command goes on where it stopped.
    On several devices or machines: torchrun --nproc-per-node 2 -m audiostyle train universal …
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
        spectral_steps=spectral_steps,
        seed=seed,
        extends=parent,
        start_from=start_from,
        adversary=adversary.value,
        batch=batch,
        bfloat16=choose_precision(multiplies_bfloat16() if bfloat16 is None else bfloat16),
        log=print_numbers if is_first_process() else lambda _: None,
    )
    if is_first_process():
        name = folders[0].resolve().name
        command = f"audiostyle translate song.wav --model {model} --domain {name} --decoder wavenet"
        print_message(f"done; try: {command}")
