"""From photographs to a model folder: decoders for any VGG, or a compact backbone and its decoders."""

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
from audiostyle.training.autoencoders.cards import make_card
from audiostyle.training.autoencoders.stage import TrainingStage
from audiostyle.training.autoencoders.tasks import DecodersTask
from audiostyle.training.loop import Log

Data = tuple[Sequence[Path], Sequence[Path]]
"""Photographs to train on, and held-out ones."""

_INTRODUCTION = "On crops of held-out photographs (error: mean absolute error):"
_SAMPLES = 40  # crops over which activations are brought to a mean of 1
_SAMPLE_SIZE = 224  # pixels of their sides
_SAMPLE_SEED = 99


@dataclass(frozen=True)
class DecoderStage(TrainingStage):
    """The training of the decoders of all levels.

    Attributes:
        size: pixels of the sides of a crop.
        batch: crops a step.

    Example:
        >>> DecoderStage(steps=500, frozen_steps=1000, batch=8).size
        128
    """

    size: int = 128
    batch: int = 4


@dataclass(frozen=True)
class BackboneRecipe:
    """A parsed recipe of a compact backbone; see ``recipes/photo.toml``.

    Attributes:
        name, summary: of the model.
        photographs: folders of them.
        config: sizes of the compact encoder.
        distillation, settings: how it is trained.
        decoders: how the decoders that enlarge by nearest neighbors are trained.

    Example:
        >>> stage = TrainingStage(steps=2000, frozen_steps=2000)
        >>> recipe = BackboneRecipe(
        ...     "mine", "a small VGG", ("photographs",), VGGConfig((16, 16, 32, 64), (1, 1, 1, 1)), stage,
        ...     DistillationSettings(), DecoderStage(steps=500, frozen_steps=1000),
        ... )
        >>> recipe.config.widths
        (16, 16, 32, 64)
    """

    name: str
    summary: str
    photographs: tuple[str, ...]
    config: VGGConfig
    distillation: TrainingStage
    settings: DistillationSettings
    decoders: DecoderStage


def read_recipe(path: Path) -> BackboneRecipe:
    """Read a recipe of a compact backbone.

    Args:
        path: of the TOML file; ``recipes/photo.toml`` is one.

    Raises:
        TrainingError: it is missing, damaged or incomplete.

    Example:
        >>> import tempfile
        >>> text = '''
        ... name = "mine"
        ... summary = "a small VGG"
        ... photographs = ["photographs"]
        ... network = {widths = [16, 16, 32, 64], depths = [1, 1, 1, 1]}
        ... distillation = {stage = {steps = 2000, frozen_steps = 2000}, settings = {size = 64}}
        ... decoders = {steps = 500, frozen_steps = 1000, size = 64}
        ... '''
        >>> path = Path(tempfile.mkdtemp(), "mine.toml")
        >>> _ = path.write_text(text)
        >>> read_recipe(path).decoders.size
        64
    """
    return recipes.read_recipe(path, _parse)


def _parse(table: Mapping[str, Any]) -> BackboneRecipe:
    distillation = table["distillation"]
    return BackboneRecipe(
        table["name"],
        table["summary"],
        tuple(table["photographs"]),
        VGGConfig.from_config(table["network"]),
        TrainingStage(**distillation["stage"]),
        DistillationSettings(**distillation["settings"]),
        DecoderStage(**table["decoders"]),
    )


def run_recipe(recipe: BackboneRecipe, teacher: Path, out: Path, log: Log) -> None:
    """Distill a compact backbone from a VGG and train its decoders; finished parts are not trained again.

    Args:
        recipe: what to train.
        teacher: a file of a VGG that :func:`~audiostyle.models.vgg_files.read_vgg` reads.
        out: for checkpoints, and for the model ``out / recipe.name``, a folder that ``--backbone`` takes.
        log: of all trainings.

    Raises:
        ModelNotFound: the teacher's file is missing or holds no VGG.
        TrainingError: there are no photographs, or ``out`` belongs to another training.

    Example:
        >>> recipe = read_recipe(Path("recipes/photo.toml"))  # doctest: +SKIP
        >>> run_recipe(recipe, Path("vgg16.pth"), Path("runs/photo"), print)  # doctest: +SKIP
    """
    files, held_out = data = _find_data(recipe.photographs)
    normalized_teacher = _normalize(read_vgg(teacher), files)
    torch.manual_seed(0)
    task = DistillationTask(normalized_teacher, recipe.config, files, held_out, recipe.settings)
    config = asdict(recipe.settings) | recipe.config.as_config() | {"photographs": list(recipe.photographs)}
    trained = recipe.distillation.run(task, out / "distillation", config, log)
    card = make_card("Compact backbone", _INTRODUCTION, task.validate(trained))
    student, model = cast(Student, trained), out / recipe.name
    add_student(model, student, files, card=card, summary=recipe.summary)
    _train_decoders(student.encoder, data, "nearest", recipe.decoders, out, model, log)


def add_student(model: Path, student: Student, files: Sequence[Path], *, card: str, summary: str) -> None:
    """Start a model folder with a student's encoder and its decoders.

    Batch normalization is folded away, and the encoder's mean activations are brought to 1.

    Args:
        model: the folder.
        student: as it was trained; changed in place.
        files: photographs over which activations are averaged.
        card, summary: what the model says of itself.

    Raises:
        TrainingError: the folder cannot be written, or a photograph cannot be read.
    """
    fold_batch_norm(student)
    encoder = student.encoder
    for level, scales in enumerate(normalize_activations(encoder, _draw_samples(files)), start=1):
        student.decoders.level(level).rescale_input(scales)
    add_encoder(model, half_precision(encoder), config=_make_config(encoder), card=card, summary=summary)
    add_part(model, UNPOOL["max"], half_precision(student.decoders), config={}, card=card)


def train_backbone_decoders(
    backbone: Path, folders: Sequence[Path], out: Path, model: Path, stage: DecoderStage, log: Log
) -> None:
    """Train decoders of both kinds for a VGG, and add them to a model folder that starts with the VGG.

    Args:
        backbone: a file of a VGG that :func:`~audiostyle.models.vgg_files.read_vgg` reads.
        folders: of photographs.
        out: for checkpoints.
        model: the folder to start.
        stage: how to train.
        log: of all trainings.

    Raises:
        ModelNotFound: the file holds no VGG.
        TrainingError: the folders hold no photographs, or ``out`` belongs to another training.

    Example:
        >>> stage, run = DecoderStage(steps=500, frozen_steps=1000), Path("runs/vgg19")
        >>> train_backbone_decoders(
        ...     Path("vgg19.pth"), [Path("photographs")], run, run / "vgg19", stage, print
        ... )  # doctest: +SKIP
    """
    files, _ = data = _find_data(folders)
    encoder = _normalize(read_vgg(backbone), files)
    card = f"# Backbone\n\nRead from `{backbone.name}`, every filter's mean activation brought to 1.\n"
    summary = f"{backbone.stem}, with decoders trained on {len(files)} photographs"
    add_encoder(model, half_precision(encoder), config=_make_config(encoder), card=card, summary=summary)
    for unpool in UNPOOL:
        _train_decoders(encoder, data, unpool, stage, out, model, log)


def _train_decoders(
    encoder: VGGEncoder, data: Data, unpool: str, stage: DecoderStage, out: Path, model: Path, log: Log
) -> None:
    """Train the decoders that enlarge by ``unpool`` and add them to the model."""
    torch.manual_seed(0)
    files, held_out = data
    crops = PhotographCrops(files, stage.size, stage.batch, seed=0)
    validation = cut_validation_crops(held_out, stage.size, stage.batch)
    task = DecodersTask(encoder, crops, validation, unpool=unpool == "max")
    config = asdict(stage) | encoder.config.as_config() | {"unpool": unpool}
    trained = stage.run(task, out / UNPOOL[unpool], config, log)
    card = make_card(f"Decoders that enlarge by {unpool}", _INTRODUCTION, task.validate(trained))
    fold_batch_norm(trained)
    add_part(model, UNPOOL[unpool], half_precision(trained), config={}, card=card)


def _find_data(folders: Sequence[str | Path]) -> Data:
    """Find photographs and hold some out."""
    files = find_photographs(folders)
    train_on, held_out = hold_out(files)
    return train_on or files, held_out or files[:1]  # of a handful, perhaps none was held out, or all were


def _normalize(encoder: VGGEncoder, files: Sequence[Path]) -> VGGEncoder:
    """Bring an encoder's mean activations to 1."""
    normalize_activations(encoder, _draw_samples(files))
    return encoder


def _draw_samples(files: Sequence[Path]) -> list[torch.Tensor]:
    """Return the crops (3, H, W) over which activations are averaged."""
    return list(PhotographCrops(files, _SAMPLE_SIZE, _SAMPLES, _SAMPLE_SEED)(0))


def _make_config(encoder: VGGEncoder) -> dict[str, object]:
    """Return what a manifest says of an encoder."""
    return {"kind": "vgg"} | encoder.config.as_config()
