"""Distillation of a compact encoder from a VGG, trained together with its decoders.

Collaborative distillation (Wang et al. 2020, arXiv:2003.08436) in one step instead of two.  At every level a
*linear* embedding of the compact features must match the teacher's principal components, because whitening
and coloring of features carry over through a linear map.  At the same time decoders must reconstruct the
picture from the compact features, which so keep what a teacher that was trained for recognition discards.
The embeddings are not needed afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.image.training.photographs import PhotographCrops, cut_validation_crops
from audiostyle.image.training.principal import PrincipalFeatures, thin_features
from audiostyle.models.vgg import VGGConfig, VGGEncoder
from audiostyle.training.autoencoders.batch_norm import add_batch_norm
from audiostyle.training.autoencoders.decoders import LevelDecoders, average_results, round_parts
from audiostyle.training.autoencoders.reconstruction import relative_error

_SAMPLE = 16  # batches from which the teacher's principal components are computed


@dataclass(frozen=True)
class DistillationSettings:
    """How to distill.

    Attributes:
        size: pixels of the sides of a crop.
        batch: crops a step.
        reconstruction: the weight of the reconstruction loss, that of the features being 1.
        pool: batches before the first is used again; the teacher's features of each are computed once and
            stay in memory (4 MB for a batch of four crops of 128 pixels).

    Example:
        >>> DistillationSettings(size=64).batch
        4
    """

    size: int = 128
    batch: int = 4
    reconstruction: float = 6.7
    pool: int = 1500


class Student(nn.Module):
    """The compact encoder, its decoders, and a linear embedding into the teacher's components at each level.

    Args:
        config: sizes of the encoder.
        components: of the teacher's features at each level.

    Example:
        >>> student = Student(VGGConfig((2, 2, 2, 2), (1, 1, 1, 1)), components=(3, 3, 3, 3))
        >>> student.embeddings[0](torch.zeros(1, 2, 5, 5)).shape
        torch.Size([1, 3, 5, 5])
    """

    def __init__(self, config: VGGConfig, components: Sequence[int]) -> None:
        super().__init__()
        self.encoder = VGGEncoder(config)
        self.decoders = LevelDecoders(config, unpool=True)
        self.embeddings = nn.ModuleList(
            nn.Conv2d(own, other, 1) for own, other in zip(config.widths, components, strict=True)
        )


class DistillationTask:
    """A :class:`~audiostyle.training.autoencoders.stage.BatchNormTask` that distills.

    Args:
        teacher: the VGG, whose mean activations are 1.
        config: sizes of the student.
        files, held_out: photographs to train on and to validate with.
        settings: how to distill.
        seed: of the crops.

    Raises:
        TrainingError: a photograph cannot be read.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> path = Path(tempfile.mkdtemp(), "noise.png")
        >>> Image.effect_noise((400, 400), 50).save(path)
        >>> config = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1))
        >>> settings = DistillationSettings(size=32, batch=1, pool=1)
        >>> task = DistillationTask(VGGEncoder(config), config, [path], [path], settings)
        >>> sorted(task.loss(0)[1])[-4:]
        ['ssim 1', 'ssim 2', 'ssim 3', 'ssim 4']
    """

    def __init__(
        self,
        teacher: VGGEncoder,
        config: VGGConfig,
        files: Sequence[Path],
        held_out: Sequence[Path],
        settings: DistillationSettings,
        seed: int = 0,
    ) -> None:
        self.settings = settings
        crops = PhotographCrops(files, settings.size, settings.batch, seed)
        sample = [crops(number) for number in range(min(_SAMPLE, settings.pool))]
        self._pool = PrincipalFeatures(teacher, crops, config.widths, sample)
        self.module: nn.Module = Student(config, self._pool.widths)
        add_batch_norm(self.module)
        self.freeze_statistics = False
        batches = cut_validation_crops(held_out, settings.size, settings.batch)
        self._validation = [(images, self._pool.project(images)) for images in batches]

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch."""
        self.module.train(not self.freeze_statistics)
        loss, parts = self._loss(cast(Student, self.module), *self._pool(step % self.settings.pool))
        return loss, round_parts(parts)

    def _loss(
        self, module: Student, images: Tensor, targets: Sequence[Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the loss of a batch, given the teacher's components, and its parts."""
        features, poolings = module.encoder.trace(images)
        errors = [
            relative_error(embed(own), target)
            for embed, own, target in zip(module.embeddings, thin_features(features), targets, strict=True)
        ]
        loss, parts = module.decoders.losses(images, features, poolings)
        parts |= {f"relu{n}_1": error for n, error in enumerate(errors, start=1)}
        return torch.stack(errors).sum() + self.settings.reconstruction * loss, parts

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean losses on held-out crops; the score is the negative of their sum."""
        assert isinstance(module, Student)
        module.eval()
        with torch.no_grad():
            return average_results([self._loss(module, *pair) for pair in self._validation])
