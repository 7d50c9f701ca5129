"""A compact encoder that sees what a VGG sees, learned together with its decoders.

Collaborative distillation (Wang et al. 2020, arXiv:2003.08436) in one step instead of two: at every level a
*linear* embedding of the compact features is to be the teacher's principal features, because what whitening
and colouring do to features carries over through a linear map; and decoders must find the picture in them, so
that they keep what a teacher made for recognition throws away.  The embeddings are not needed afterwards.
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

_SAMPLE = 16  # batches from which the teacher's components are computed


@dataclass(frozen=True)
class DistillationSettings:
    """Crops of ``size`` pixels, ``batch`` of them a step.

    Attributes:
        picture: the weight of reconstruction beside that of the teacher's features.
        pool: batches before the first comes again; for each the teacher is asked once, and what it says
            stays in memory (4 MB a batch of four crops of 128 pixels).
    """

    size: int = 128
    batch: int = 4
    picture: float = 6.7
    pool: int = 1500


class Student(nn.Module):
    """The compact encoder, its decoders, and a linear embedding into the teacher's features at each level."""

    def __init__(self, plan: VGGConfig, components: Sequence[int]) -> None:
        super().__init__()
        self.encoder = VGGEncoder(plan)
        self.decoders = LevelDecoders(plan, unpool=True)
        self.embeddings = nn.ModuleList(
            nn.Conv2d(own, other, 1) for own, other in zip(plan.widths, components, strict=True)
        )


class DistillationTask:
    """See :class:`audiostyle.training.loop.Task`.  ``teacher`` has unit mean activations."""

    def __init__(
        self,
        teacher: VGGEncoder,
        plan: VGGConfig,
        files: Sequence[Path],
        held_out: Sequence[Path],
        settings: DistillationSettings,
        seed: int = 0,
    ) -> None:
        self.settings = settings
        crops = PhotographCrops(files, settings.size, settings.batch, seed)
        sample = [crops(number) for number in range(min(_SAMPLE, settings.pool))]
        self._pool = PrincipalFeatures(teacher, crops, plan.widths, sample)
        self.module: nn.Module = Student(plan, self._pool.widths)
        add_batch_norm(self.module)
        self.standardising = True
        held = cut_validation_crops(held_out, settings.size, settings.batch)
        self._validation = [(images, self._pool.of(images)) for images in held]

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch."""
        self.module.train(self.standardising)
        loss, parts = self._loss(cast(Student, self.module), *self._pool(step % self.settings.pool))
        return loss, round_parts(parts)

    def _loss(
        self, module: Student, images: Tensor, targets: Sequence[Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        features, poolings = module.encoder.trace(images)
        errors = [
            relative_error(embed(own), target)
            for embed, own, target in zip(module.embeddings, thin_features(features), targets, strict=True)
        ]
        loss, parts = module.decoders.losses(images, features, poolings)
        parts |= {f"relu{n}_1": error for n, error in enumerate(errors, start=1)}
        return torch.stack(errors).sum() + self.settings.picture * loss, parts

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean losses on held-out crops; the score is less their sum."""
        assert isinstance(module, Student)
        module.eval()
        with torch.no_grad():
            return average_results([self._loss(module, *pair) for pair in self._validation])
