"""``audiostyle train encoder``, ``recipe``, ``instruments`` and others: what a TOML file describes."""

from pathlib import Path
from typing import Annotated

import typer

from audiostyle.cli.train.options import Bfloat16, Jobs, RecipeFile, RunFolder, choose_precision
from audiostyle.cli.train.reporting import print_numbers

app = typer.Typer()


@app.command()
def encoder(file: RecipeFile, out: RunFolder, jobs: Jobs = 1, bfloat16: Bfloat16 = None) -> None:
    """Render a recipe's corpora and train its shared encoder."""
    from audiostyle.translation.training.recipe import read_recipe, run_recipe

    precision = choose_precision(bfloat16)
    run_recipe(read_recipe(file), out, bfloat16=precision, jobs=jobs, log=print_numbers, domains=False)


@app.command()
def recipe(file: RecipeFile, out: RunFolder, jobs: Jobs = 1, bfloat16: Bfloat16 = None) -> None:
    """Render corpora, train the shared encoder, then every domain, as a recipe says."""
    from audiostyle.translation.training.recipe import read_recipe, run_recipe

    run_recipe(read_recipe(file), out, bfloat16=choose_precision(bfloat16), jobs=jobs, log=print_numbers)


@app.command()
def instruments(file: RecipeFile, out: RunFolder, bfloat16: Bfloat16 = None) -> None:
    """Measure the sampled instruments of a recipe, and train a domain of each."""
    from audiostyle.translation.training.instruments import read_recipe, train_instruments

    train_instruments(read_recipe(file), out, bfloat16=choose_precision(bfloat16), log=print_numbers)


@app.command()
def timbre(file: RecipeFile, out: RunFolder, jobs: Jobs = 1) -> None:
    """Train the network behind the measure 'timbre distance', as a recipe says."""
    from audiostyle.evaluate.training.timbre import read_recipe, run_recipe

    run_recipe(read_recipe(file), out, jobs=jobs, log=print_numbers)


@app.command()
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

    run_recipe(read_recipe(file), music, out, print_numbers)
