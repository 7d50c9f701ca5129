"""From recordings to a model folder: the autoencoder whose features WCT on spectrograms transforms."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch

from audiostyle.models.autoencoder import UNPOOL
from audiostyle.models.saving import add_encoder, add_part, half_precision
from audiostyle.models.vgg import VGGConfig
from audiostyle.spectrogram.log_spectrogram import CHANNELS
from audiostyle.spectrogram.training.crops import SpectrogramCrops, load_log_spectrograms
from audiostyle.spectrogram.training.material import write_speech, write_surroundings
from audiostyle.training import recipes
from audiostyle.training.autoencoders.batch_norm import fold_batch_norm
from audiostyle.training.autoencoders.cards import make_card
from audiostyle.training.autoencoders.stage import TrainingStage
from audiostyle.training.autoencoders.tasks import AutoencoderTask, TrainableAutoencoder
from audiostyle.training.loop import Log
from audiostyle.training.recordings import find_recordings, keep_readable

_HELD_OUT = 8  # every eighth recording
_VALIDATION = 8  # batches
_INTRODUCTION = "On held-out crops (error 0.01: 1.2 dB):"


@dataclass(frozen=True)
class SpectrogramRecipe:
    """A parsed recipe; see ``recipes/spectrogram.toml``.

    Attributes:
        name, summary: of the model.
        surroundings, speech: how many recordings of each to synthesize.
        config: sizes of the autoencoder.
        size: rows and frames of a crop.
        batch: crops a step.
        stage: how long and how fast to train.

    Example:
        >>> config = VGGConfig((8, 8, 16, 16), (1, 1, 1, 1), channels=CHANNELS)
        >>> stage = TrainingStage(steps=500, frozen_steps=1500)
        >>> SpectrogramRecipe("mine", "a small one", 6, 0, config, size=(64, 64), batch=4, stage=stage).batch
        4
    """

    name: str
    summary: str
    surroundings: int
    speech: int
    config: VGGConfig
    size: tuple[int, int]
    batch: int
    stage: TrainingStage


def read_recipe(path: Path) -> SpectrogramRecipe:
    """Read a recipe of an autoencoder of spectrograms.

    Args:
        path: of the TOML file; ``recipes/spectrogram.toml`` is one.

    Raises:
        TrainingError: it is missing, damaged or incomplete.

    Example:
        >>> import tempfile
        >>> text = '''
        ... name = "mine"
        ... summary = "a small one"
        ... material = {surroundings = 6, speech = 0}
        ... network = {widths = [8, 8, 16, 16], depths = [1, 1, 1, 1]}
        ... training = {size = [64, 64], batch = 4, stage = {steps = 500, frozen_steps = 1500}}
        ... '''
        >>> path = Path(tempfile.mkdtemp(), "mine.toml")
        >>> _ = path.write_text(text)
        >>> read_recipe(path).size
        (64, 64)
    """
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> SpectrogramRecipe:
    training, (rows, frames) = table["training"], table["training"]["size"]
    return SpectrogramRecipe(
        table["name"],
        table["summary"],
        table["material"]["surroundings"],
        table["material"]["speech"],
        VGGConfig.from_config({**table["network"], "channels": CHANNELS}),
        (rows, frames),
        training["batch"],
        TrainingStage(**training["stage"]),
    )


def run_recipe(recipe: SpectrogramRecipe, music: Sequence[Path], out: Path, log: Log) -> None:
    """Synthesize surroundings and speech, and train on them and on music; finished parts are not done again.

    Args:
        recipe: what to train.
        music: folders of recordings, searched through.
        out: for what is synthesized, checkpoints, and the model ``out / recipe.name``.
        log: of the training.

    Raises:
        TrainingError: there are no recordings, one cannot be read, a program is missing, or ``out`` belongs
            to another training.

    Example:
        >>> recipe = read_recipe(Path("recipes/spectrogram.toml"))  # doctest: +SKIP
        >>> run_recipe(recipe, [Path("runs/music")], Path("runs/spectrogram"), print)  # doctest: +SKIP
    """
    write_surroundings(out / "surroundings", recipe.surroundings)
    write_speech(out / "speech", recipe.speech)
    folders = *music, out / "surroundings", out / "speech"
    files = keep_readable([file for folder in folders for file in find_recordings(folder)])
    train_on = load_log_spectrograms([file for number, file in enumerate(files) if number % _HELD_OUT])
    held_out = load_log_spectrograms(files[::_HELD_OUT])
    validation = SpectrogramCrops(held_out, recipe.size, recipe.batch, seed=1)
    torch.manual_seed(0)
    task = AutoencoderTask(
        recipe.config,
        SpectrogramCrops(train_on, recipe.size, recipe.batch, seed=0),
        [validation(number) for number in range(_VALIDATION)],
    )
    config = asdict(recipe) | {"files": [file.name for file in files]}
    trained = recipe.stage.run(task, out / "autoencoder", config, log)
    card = make_card("Autoencoder of log spectrograms", _INTRODUCTION, task.validate(trained))
    add_autoencoder(out / recipe.name, cast(TrainableAutoencoder, trained), card, recipe.summary)


def add_autoencoder(model: Path, trained: TrainableAutoencoder, card: str, summary: str) -> None:
    """Start a model folder with a trained autoencoder, whose batch normalization is folded away.

    Args:
        model: the folder.
        trained: encoder and decoders; changed in place.
        card, summary: what the model says of itself.

    Raises:
        TrainingError: the folder is the shipped one, or cannot be written.

    Example:
        >>> import tempfile
        >>> trained = TrainableAutoencoder(VGGConfig((2, 2, 2, 2), (1, 1, 1, 1), channels=CHANNELS))
        >>> model = Path(tempfile.mkdtemp(), "mine")
        >>> add_autoencoder(model, trained, card="# Mine", summary="untrained")
        >>> (model / "mine.toml").is_file()
        True
    """
    fold_batch_norm(trained)
    config = {"kind": "vgg"} | trained.encoder.config.as_config()
    add_encoder(model, half_precision(trained.encoder), config=config, card=card, summary=summary)
    add_part(model, UNPOOL["max"], half_precision(trained.decoders), config={}, card=card)
