"""From photographs to a model folder: decoders for any backbone, or a compact backbone and its decoders."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch

from audiostyle.errors import TrainingError
from audiostyle.image.networks import UNPOOL
from audiostyle.image.training.decoders import Decoders, DecoderSettings, DecodersTask, start_from_tail
from audiostyle.image.training.distillation import DistillationSettings, DistillationTask, Student
from audiostyle.image.training.photographs import Crops, photographs, split
from audiostyle.models.saving import add_encoder, add_part
from audiostyle.models.vgg import LEVELS, Decoder, Encoder, Plan, normalise_activations
from audiostyle.models.vgg_files import read_vgg
from audiostyle.training.loop import Log, Schedule, train

Data = tuple[Sequence[Path], Sequence[Path]]
"""Photographs to train on, and those held out."""

FITTED_PACES = {"encoder": 0.3, "embeddings": 0.3}
"""What least squares have found already changes slower than the decoder, which starts from nothing."""

_SAMPLES = 40  # crops over which activations are brought to a mean of 1
_SEED_OF_SAMPLES = 99


@dataclass(frozen=True)
class Stage:
    """How long to train something and how fast."""

    steps: int
    learning_rate: float

    def schedule(self) -> Schedule:
        """Return the schedule, validated ten times or so."""
        return Schedule(self.steps, self.learning_rate, validate_every=max(1, min(200, self.steps // 8)))


@dataclass(frozen=True)
class DecoderStages:
    """Decoders of all levels, starting from the deepest one's tail; without one, it is trained first."""

    all: Stage
    deepest: Stage = Stage(1000, 1e-3)
    size: int = 160
    batch: int = 4


@dataclass(frozen=True)
class Recipe:
    """A parsed recipe of a compact backbone; see ``recipes/photo.toml``."""

    name: str
    summary: str
    photographs: tuple[str, ...]
    plan: Plan
    distillation: Stage
    settings: DistillationSettings
    decoders: DecoderStages


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        TrainingError: the file is missing, is not TOML, or lacks something.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        distillation, decoders = table["distillation"], table["decoders"]
        return Recipe(
            table["name"],
            table["summary"],
            tuple(table["photographs"]),
            Plan.from_config(table["plan"]),
            Stage(**distillation["stage"]),
            DistillationSettings(**distillation["settings"]),
            _decoder_stages(decoders),
        )
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: not a recipe ({error})") from None
    except (KeyError, TypeError) as error:
        raise TrainingError(f"{path}: the recipe lacks or misspells {error}") from None


def follow(recipe: Recipe, teacher: Path, out: Path, log: Log) -> None:
    """Distil a compact backbone from a VGG and train its decoders; what is done is not done again.

    The model is ``out / recipe.name``, a folder that ``--backbone`` takes.
    """
    files, held_out = data = _data(recipe.photographs)
    guide = _normalised(read_vgg(teacher), files)
    torch.manual_seed(0)
    task = DistillationTask(guide, recipe.plan, files, held_out, recipe.settings)
    config = asdict(recipe.settings) | recipe.plan.as_config() | {"photographs": list(recipe.photographs)}
    schedule = recipe.distillation.schedule()
    trained = train(task, schedule, out / "distillation", config, log, paces=FITTED_PACES)
    student = cast(Student, trained)
    encoder = student.encoder  # its channels began as some of the teacher's, whose means are 1
    card = _card("Compact backbone", task.validate(trained))
    add_encoder(out / recipe.name, _half(encoder), config=_config(encoder), card=card, summary=recipe.summary)
    for unpool in UNPOOL:
        _train_all(encoder, student.decoder, data, unpool, recipe.decoders, out, out / recipe.name, log)


def train_backbone_decoders(
    backbone: Path, folders: Sequence[Path], out: Path, model: Path, stages: DecoderStages, log: Log
) -> None:
    """Train decoders for a VGG from somebody's file, with checkpoints in ``out``, into the folder ``model``.

    Raises:
        ModelNotFound: the file holds no VGG.
        TrainingError: the folders hold no photographs, or ``out`` belongs to another training.
    """
    files, _ = data = _data(folders)
    encoder = _normalised(read_vgg(backbone), files)
    card = f"# Backbone\n\nRead from `{backbone.name}`, every filter's mean activation brought to 1.\n"
    summary = f"{backbone.stem}, with decoders trained on {len(files)} photographs"
    add_encoder(model, _half(encoder), config=_config(encoder), card=card, summary=summary)
    for unpool in UNPOOL:
        deepest = _train_deepest(encoder, data, unpool, stages, out, log)
        _train_all(encoder, deepest, data, unpool, stages, out, model, log)


def _train_deepest(
    encoder: Encoder, data: Data, unpool: str, stages: DecoderStages, out: Path, log: Log
) -> Decoder:
    task = _task(encoder, data, unpool, stages, LEVELS[:1])
    config = _decoder_config(encoder, unpool, stages)
    trained = train(task, stages.deepest.schedule(), out / f"{UNPOOL[unpool]}-deepest", config, log)
    return cast(Decoders, trained).level(LEVELS[0])


def _train_all(
    encoder: Encoder,
    deepest: Decoder,
    data: Data,
    unpool: str,
    stages: DecoderStages,
    out: Path,
    model: Path,
    log: Log,
) -> None:
    """Train the decoders that enlarge by ``unpool``, all starting from one, and add them to the model."""
    task = _task(encoder, data, unpool, stages, LEVELS)
    start_from_tail(task.module, deepest)
    config = _decoder_config(encoder, unpool, stages)
    trained = train(task, stages.all.schedule(), out / UNPOOL[unpool], config, log)
    card = _card(f"Decoders that enlarge by {unpool}", task.validate(trained))
    add_part(model, UNPOOL[unpool], _half(trained), config={}, card=card)


def _task(
    encoder: Encoder, data: Data, unpool: str, stages: DecoderStages, levels: tuple[int, ...]
) -> DecodersTask:
    torch.manual_seed(0)
    settings = DecoderSettings(stages.size, stages.batch, unpool == "max", levels)
    return DecodersTask(encoder, *data, settings)


def _decoder_config(encoder: Encoder, unpool: str, stages: DecoderStages) -> dict[str, Any]:
    return asdict(stages) | encoder.plan.as_config() | {"unpool": unpool}


def _data(folders: Sequence[str | Path]) -> Data:
    files = photographs(folders)
    train_on, held_out = split(files)
    return train_on or files, held_out or files[:1]  # of a handful, none may be held out, or all


def _normalised(encoder: Encoder, files: Sequence[Path]) -> Encoder:
    normalise_activations(encoder, list(Crops(files, 224, _SAMPLES, _SEED_OF_SAMPLES)(0)))
    return encoder


def _config(encoder: Encoder) -> dict[str, Any]:
    return {"kind": "vgg"} | encoder.plan.as_config()


def _half(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.half().contiguous() for name, tensor in module.state_dict().items()}


def _card(title: str, results: Mapping[str, float]) -> str:
    rows = "".join(f"- {name}: {value:.4f}\n" for name, value in results.items() if name != "score")
    return (
        f"# {title}\n\nOn crops of held-out photographs (levels and picture: mean absolute error):\n\n{rows}"
    )


def _decoder_stages(table: Mapping[str, Any]) -> DecoderStages:
    stages = {name: Stage(**table[name]) for name in ("deepest", "all") if name in table}
    return DecoderStages(**{**table, **stages})
