"""From recordings to a model folder: the autoencoder behind WCT on spectrograms."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch

from audiostyle.models.autoencoder import UNPOOL
from audiostyle.models.saving import add_encoder, add_part, half_precision
from audiostyle.models.vgg import VGGConfig
from audiostyle.spectrogram.log_spectrogram import CHANNELS
from audiostyle.spectrogram.training.crops import SpectrogramCrops, load_maps
from audiostyle.spectrogram.training.material import write_speech, write_surroundings
from audiostyle.training import recipes
from audiostyle.training.autoencoders.batch_norm import fold_batch_norm
from audiostyle.training.autoencoders.stage import TrainingStage
from audiostyle.training.autoencoders.tasks import AutoencoderTask, TrainableAutoencoder
from audiostyle.training.loop import Log
from audiostyle.training.recordings import find_recordings

_HELD_OUT = 8  # every eighth recording
_VALIDATION = 8  # batches


@dataclass(frozen=True)
class SpectrogramRecipe:
    """A parsed recipe; see ``recipes/spectrogram.toml``.

    Attributes:
        surroundings, speech: how many recordings of each to make.
        size: rows and frames of a crop; ``batch`` of them a step.
    """

    name: str
    summary: str
    surroundings: int
    speech: int
    plan: VGGConfig
    size: tuple[int, int]
    batch: int
    stage: TrainingStage


def read_recipe(path: Path) -> SpectrogramRecipe:
    """Read a recipe; raises TrainingError, see :func:`audiostyle.training.recipes.read_recipe`."""
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> SpectrogramRecipe:
    training, (rows, frames) = table["training"], table["training"]["size"]
    return SpectrogramRecipe(
        table["name"],
        table["summary"],
        table["material"]["surroundings"],
        table["material"]["speech"],
        VGGConfig.from_config({**table["plan"], "colours": CHANNELS}),
        (rows, frames),
        training["batch"],
        TrainingStage(**training["stage"]),
    )


def run_recipe(recipe: SpectrogramRecipe, music: Sequence[Path], out: Path, log: Log) -> None:
    """Make what is no music, and train; what is done is not done again.  The model is ``out / recipe.name``.

    Args:
        music: folders of recordings, searched through.

    Raises:
        TrainingError: there are no recordings, one cannot be read, or a program is missing.
    """
    write_surroundings(out / "surroundings", recipe.surroundings)
    write_speech(out / "speech", recipe.speech)
    folders = *music, out / "surroundings", out / "speech"
    files = [file for folder in folders for file in find_recordings(folder)]
    train_on = load_maps([file for number, file in enumerate(files) if number % _HELD_OUT])
    held_out = load_maps(files[::_HELD_OUT])
    judged = SpectrogramCrops(held_out, recipe.size, recipe.batch, seed=1)
    torch.manual_seed(0)
    task = AutoencoderTask(
        recipe.plan,
        SpectrogramCrops(train_on, recipe.size, recipe.batch, seed=0),
        [judged(number) for number in range(_VALIDATION)],
    )
    config = asdict(recipe) | {"files": [file.name for file in files]}
    trained = recipe.stage.run(task, out / "autoencoder", config, log)
    add_autoencoder(
        out / recipe.name, cast(TrainableAutoencoder, trained), _card(task.validate(trained)), recipe.summary
    )


def add_autoencoder(model: Path, trained: TrainableAutoencoder, card: str, summary: str) -> None:
    """Make the folder ``model`` of a trained autoencoder; batch normalisation is folded away."""
    fold_batch_norm(trained)
    config = {"kind": "vgg"} | trained.encoder.plan.as_config()
    add_encoder(model, half_precision(trained.encoder), config=config, card=card, summary=summary)
    add_part(model, UNPOOL["max"], half_precision(trained.decoders), config={}, card=card)


def _card(results: Mapping[str, float]) -> str:
    rows = "".join(f"- {name}: {value:.4f}\n" for name, value in results.items() if name != "score")
    return f"# Autoencoder of decibel maps\n\nOn held-out crops (error 0.01: 1.2 dB):\n\n{rows}"
