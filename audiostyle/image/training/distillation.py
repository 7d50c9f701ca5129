"""A compact encoder that sees what a VGG sees, learned together with a decoder.

Collaborative distillation (Wang et al. 2020, arXiv:2003.08436) in one step instead of two: at every level a
*linear* embedding of the compact features is to be the teacher's features, because what whitening and
colouring do to features carries over through a linear map; and a decoder must find the picture in them, so
that they keep what a teacher made for recognition throws away.  Both start from least squares
(:mod:`.fitting`); the embeddings are not needed afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from audiostyle.image.training.fitting import fit_encoder, regression
from audiostyle.image.training.photographs import Crops
from audiostyle.image.training.reconstruction import reconstruction_loss, relative_error
from audiostyle.models.vgg import Decoder, Encoder, Plan
from audiostyle.style import Moments
from audiostyle.training.loop import Ahead

_FITTED = 24  # batches that encoder and embeddings are first fitted to


@dataclass(frozen=True)
class DistillationSettings:
    """Crops of ``size`` pixels, ``batch`` of them a step; ``picture`` is the weight of reconstruction."""

    size: int = 192
    batch: int = 4
    picture: float = 5.0


class Student(nn.Module):
    """The compact encoder, its decoder, and a linear embedding into the teacher's features at each level."""

    def __init__(self, plan: Plan, teacher: Plan) -> None:
        super().__init__()
        self.encoder = Encoder(plan)
        self.decoder = Decoder(plan, self.encoder.level, unpool=True)
        self.embeddings = nn.ModuleList(
            nn.Conv2d(own, other, 1) for own, other in zip(plan.widths, teacher.widths, strict=True)
        )


def fit_embeddings(student: Student, teacher: Encoder, batches: Sequence[Tensor]) -> None:
    """Set the embeddings to the least-squares ones, from which gradients then go on."""
    joint: list[Moments] = [
        Moments.empty(own + other)
        for own, other in zip(student.encoder.plan.widths, teacher.plan.widths, strict=True)
    ]
    with torch.no_grad():
        for images in batches:
            maps = student.encoder.trace(images)[0].features, teacher.trace(images)[0].features
            pairs = [torch.cat(pair, dim=1) for pair in zip(*maps, strict=True)]
            joint = [before + Moments.of(pair) for before, pair in zip(joint, pairs, strict=True)]
    for embedding, moments in zip(student.embeddings, joint, strict=True):
        assert isinstance(embedding, nn.Conv2d) and embedding.bias is not None
        weight, bias = regression(moments, embedding.in_channels)
        embedding.weight.data.copy_(weight[..., None, None])
        embedding.bias.data.copy_(bias)


class DistillationTask:
    """See :class:`audiostyle.training.loop.Task`.  ``teacher`` has unit mean activations."""

    def __init__(
        self,
        teacher: Encoder,
        plan: Plan,
        files: Sequence[Path],
        held_out: Sequence[Path],
        settings: DistillationSettings,
        seed: int = 0,
    ) -> None:
        self.module = Student(plan, teacher.plan)
        self.teacher = teacher.eval()
        self.settings = settings
        crops = Crops(files, settings.size, settings.batch, seed)
        first = [crops(step) for step in range(_FITTED)]
        fit_encoder(self.module.encoder, self.teacher, first)
        fit_embeddings(self.module, self.teacher, first)
        self._batch = Ahead(crops)
        self._validation = [Crops(held_out, settings.size, settings.batch, 1)(n) for n in range(8)]

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch."""
        loss, parts = self._loss(self.module, self._batch(step))
        return loss, {name: round(float(value.detach()), 4) for name, value in parts.items()}

    def _loss(self, module: Student, images: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        with torch.no_grad():
            targets = self.teacher.trace(images)[0].features
        trace, poolings = module.encoder.trace(images)
        errors = [
            relative_error(embed(own), target)
            for embed, own, target in zip(module.embeddings, trace.features, targets, strict=True)
        ]
        loss, picture = reconstruction_loss(module.decoder, images, trace, poolings)
        parts = {f"relu{n}_1": error for n, error in enumerate(errors, start=1)} | {"picture": picture}
        return torch.stack(errors).sum() + self.settings.picture * loss, parts

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean losses on held-out crops; the score is less their sum."""
        assert isinstance(module, Student)
        with torch.no_grad():
            losses = [self._loss(module, images) for images in self._validation]
        means = {
            name: float(torch.stack([parts[name] for _, parts in losses]).mean()) for name in losses[0][1]
        }
        return {"score": -float(torch.stack([loss for loss, _ in losses]).mean()), **means}
