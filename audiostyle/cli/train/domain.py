"""``audiostyle train domain``: an instrument, from recordings of it alone or from single notes."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli.console import print_message
from audiostyle.cli.options import Seed
from audiostyle.cli.train.options import Bfloat16, Checkpoints, Parent, choose_precision
from audiostyle.cli.train.reporting import print_numbers
from audiostyle.models.zoo import DEFAULT

app = typer.Typer()

_STEPS = 600  # for recordings
_STEPS_FOR_NOTES = 300  # on top of what single notes say
_STEPS_TO_ADAPT = 60


@app.command()
def domain(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the domain.")],
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A folder of recordings of the instrument, ten minutes or more; or single notes: a folder "
            "of them named by pitch (C4.wav, A#3_v90.flac), an SFZ file, a soundfont (.sf2, .sf3); or, with "
            "--from, a minute of music.",
        ),
    ],
    model: Annotated[
        Path, typer.Option("--model", metavar="DIR", help="The model folder to add it to; made if need be.")
    ] = Path("my-model"),
    parent: Parent = DEFAULT,
    sounds_like: Annotated[
        str, typer.Option("--sounds-like", metavar="TEXT", help="For 'audiostyle domains'.")
    ] = "",
    start_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DOMAIN|nearest",
            help="Adapt this domain to the recording, which may be short, in a minute or two.",
        ),
    ] = None,
    program: Annotated[
        str, typer.Option("--program", metavar="NUMBER|NAME", help="Preset of a soundfont.")
    ] = "0",
    about: Annotated[
        str, typer.Option("--about", metavar="TEXT", help="License and makers of single notes, for the card.")
    ] = "",
    steps: Annotated[
        int | None,
        typer.Option(
            "--steps",
            min=1,
            help="Optimizer steps; more is better, slowly.",
            show_default="600, or 300 for single notes, 60 with --from",
        ),
    ] = None,
    run: Checkpoints = None,
    bfloat16: Bfloat16 = None,
    seed: Seed = 0,
) -> None:
    """Learn an instrument from recordings of it alone, or from single notes; no scores are needed.

    Single notes are measured, then played: training performances are rendered from them.
    The shared encoder stays as it is. Interrupted at any moment, the same command goes on where it stopped.
    Then: audiostyle translate song.wav --model DIR --domain NAME
    """
    from audiostyle.music.samples.opening import is_instrument

    precision = choose_precision(bfloat16)
    words = sounds_like or f"{name}, as in {folder.name}"
    if start_from:
        from audiostyle.translation.training.clip import train_domain_from_clip

        train_domain_from_clip(
            name,
            folder,
            model,
            run or Path("runs", name),
            start_from=start_from,
            extends=parent,
            sounds_like=words,
            steps=steps or _STEPS_TO_ADAPT,
            seed=seed,
            log=print_numbers,
        )
    elif is_instrument(folder):
        from audiostyle.translation.training.sampled import train_domain_from_instrument

        train_domain_from_instrument(
            name,
            folder,
            model,
            run or Path("runs", name),
            program=program,
            extends=parent,
            sounds_like=words,
            about=about,
            steps=steps or _STEPS_FOR_NOTES,
            seed=seed,
            bfloat16=precision,
            log=print_numbers,
        )
    else:
        from audiostyle.translation.training.folder import train_domain_from_folder

        train_domain_from_folder(
            name,
            folder,
            model,
            run or Path("runs", name),
            extends=parent,
            sounds_like=words,
            steps=steps or _STEPS,
            seed=seed,
            bfloat16=precision,
            log=print_numbers,
        )
    print_message(f"done; try: audiostyle translate song.wav --model {model} --domain {name}")
