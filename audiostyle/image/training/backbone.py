"""From photographs to a model folder: decoders for any backbone, or a compact backbone and its decoders."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch

from audiostyle.image.training.distillation import DistillationSettings, DistillationTask, Student
from audiostyle.image.training.photographs import (
    PhotographCrops,
    cut_validation_crops,
    find_photographs,
    hold_out,
)
from audiostyle.models.autoencoder import UNPOOL
from audiostyle.models.saving import add_encoder, add_part, half_precision
from audiostyle.models.vgg import VGGConfig, VGGEncoder, normalize_activations
from audiostyle.models.vgg_files import read_vgg
from audiostyle.training import recipes
from audiostyle.training.autoencoders.batch_norm import fold_batch_norm
from audiostyle.training.autoencoders.stage import TrainingStage
from audiostyle.training.autoencoders.tasks import DecodersTask
from audiostyle.training.loop import Log

Data = tuple[Sequence[Path], Sequence[Path]]
"""Photographs to train on, and those held out."""

_SAMPLES = 40  # crops over which activations are brought to a mean of 1
_SEED_OF_SAMPLES = 99


@dataclass(frozen=True)
class DecoderStage(TrainingStage):
    """The same for the decoders of all levels, on crops of ``size`` pixels, ``batch`` of them a step."""

    size: int = 128
    batch: int = 4


@dataclass(frozen=True)
class BackboneRecipe:
    """A parsed recipe of a compact backbone; see ``recipes/photo.toml``."""

    name: str
    summary: str
    photographs: tuple[str, ...]
    plan: VGGConfig
    distillation: TrainingStage
    settings: DistillationSettings
    decoders: DecoderStage


def read_recipe(path: Path) -> BackboneRecipe:
    """Read a recipe; raises TrainingError, see :func:`audiostyle.training.recipes.read_recipe`."""
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> BackboneRecipe:
    distillation = table["distillation"]
    return BackboneRecipe(
        table["name"],
        table["summary"],
        tuple(table["photographs"]),
        VGGConfig.from_config(table["plan"]),
        TrainingStage(**distillation["stage"]),
        DistillationSettings(**distillation["settings"]),
        DecoderStage(**table["decoders"]),
    )


def run_recipe(recipe: BackboneRecipe, teacher: Path, out: Path, log: Log) -> None:
    """Distil a compact backbone from a VGG and train its decoders; what is done is not done again.

    The model is ``out / recipe.name``, a folder that ``--backbone`` takes.
    """
    files, held_out = data = _data(recipe.photographs)
    guide = _normalize(read_vgg(teacher), files)
    torch.manual_seed(0)
    task = DistillationTask(guide, recipe.plan, files, held_out, recipe.settings)
    config = asdict(recipe.settings) | recipe.plan.as_config() | {"photographs": list(recipe.photographs)}
    trained = recipe.distillation.run(task, out / "distillation", config, log)
    card = _card("Compact backbone", task.validate(trained))
    student, model = cast(Student, trained), out / recipe.name
    add_student(model, student, files, card=card, summary=recipe.summary)
    _train_decoders(student.encoder, data, "nearest", recipe.decoders, out, model, log)


def add_student(model: Path, student: Student, files: Sequence[Path], *, card: str, summary: str) -> None:
    """Start the folder ``model`` with a student's encoder, of unit mean activations, and its decoders."""
    fold_batch_norm(student)
    encoder = student.encoder
    for level, scales in enumerate(normalize_activations(encoder, _samples(files)), start=1):
        student.decoders.level(level).follow(scales)
    add_encoder(model, half_precision(encoder), config=_config(encoder), card=card, summary=summary)
    add_part(model, UNPOOL["max"], half_precision(student.decoders), config={}, card=card)


def train_backbone_decoders(
    backbone: Path, folders: Sequence[Path], out: Path, model: Path, stage: DecoderStage, log: Log
) -> None:
    """Train decoders for a VGG from somebody's file, with checkpoints in ``out``, into the folder ``model``.

    Raises:
        ModelNotFound: the file holds no VGG.
        TrainingError: the folders hold no photographs, or ``out`` belongs to another training.
    """
    files, _ = data = _data(folders)
    encoder = _normalize(read_vgg(backbone), files)
    card = f"# Backbone\n\nRead from `{backbone.name}`, every filter's mean activation brought to 1.\n"
    summary = f"{backbone.stem}, with decoders trained on {len(files)} photographs"
    add_encoder(model, half_precision(encoder), config=_config(encoder), card=card, summary=summary)
    for unpool in UNPOOL:
        _train_decoders(encoder, data, unpool, stage, out, model, log)


def _train_decoders(
    encoder: VGGEncoder, data: Data, unpool: str, stage: DecoderStage, out: Path, model: Path, log: Log
) -> None:
    """Train the decoders that enlarge by ``unpool`` and add them to the model."""
    torch.manual_seed(0)
    files, held_out = data
    crops = PhotographCrops(files, stage.size, stage.batch, seed=0)
    judged = cut_validation_crops(held_out, stage.size, stage.batch)
    task = DecodersTask(encoder, crops, judged, unpool=unpool == "max")
    config = asdict(stage) | encoder.plan.as_config() | {"unpool": unpool}
    trained = stage.run(task, out / UNPOOL[unpool], config, log)
    card = _card(f"Decoders that enlarge by {unpool}", task.validate(trained))
    fold_batch_norm(trained)
    add_part(model, UNPOOL[unpool], half_precision(trained), config={}, card=card)


def _data(folders: Sequence[str | Path]) -> Data:
    files = find_photographs(folders)
    train_on, held_out = hold_out(files)
    return train_on or files, held_out or files[:1]  # of a handful, none may be held out, or all


def _normalize(encoder: VGGEncoder, files: Sequence[Path]) -> VGGEncoder:
    normalize_activations(encoder, _samples(files))
    return encoder


def _samples(files: Sequence[Path]) -> list[torch.Tensor]:
    return list(PhotographCrops(files, 224, _SAMPLES, _SEED_OF_SAMPLES)(0))


def _config(encoder: VGGEncoder) -> dict[str, Any]:
    return {"kind": "vgg"} | encoder.plan.as_config()


def _card(title: str, results: Mapping[str, float]) -> str:
    rows = "".join(f"- {name}: {value:.4f}\n" for name, value in results.items() if name != "score")
    return f"# {title}\n\nOn crops of held-out photographs (error: mean absolute error):\n\n{rows}"
