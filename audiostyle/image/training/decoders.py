"""Decoders of every level for a frozen encoder, all learned from the same pictures at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.image.training.batch_norm import standardise
from audiostyle.image.training.photographs import Crops
from audiostyle.image.training.reconstruction import reconstruction_loss
from audiostyle.models.vgg import LEVELS, Decoder, Encoder, Plan, Pooling
from audiostyle.training.loop import Ahead

VALIDATION = 8
"""Batches of held-out crops."""


@dataclass(frozen=True)
class DecoderSettings:
    """Crops of ``size`` pixels, ``batch`` of them a step."""

    size: int = 128
    batch: int = 4
    unpool: bool = True


class Decoders(nn.ModuleDict):
    """Decoders of every level; the keys are ``"4"`` … ``"1"``."""

    def __init__(self, plan: Plan, *, unpool: bool) -> None:
        super().__init__({str(level): Decoder(plan, level, unpool=unpool) for level in LEVELS})

    def level(self, number: int) -> Decoder:
        """Return the decoder of reluN_1."""
        return cast(Decoder, self[str(number)])

    def losses(
        self, images: Tensor, features: Sequence[Tensor], poolings: Sequence[Pooling]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the sum of all levels' losses, and error and SSIM of each.

        ``features`` and ``poolings`` are what :meth:`Encoder.trace` makes of ``images``.
        """
        total = images.new_zeros(())
        parts: dict[str, Tensor] = {}
        for level in LEVELS:
            decoder, own = self.level(level), list(poolings[: level - 1])
            loss, numbers = reconstruction_loss(decoder, images, features[level - 1], own)
            total = total + loss
            parts |= {f"{name} {level}": value for name, value in numbers.items()}
        return total, parts


class DecodersTask:
    """See :class:`audiostyle.training.loop.Task`.  The encoder is frozen; its activations have unit mean."""

    def __init__(
        self,
        encoder: Encoder,
        files: Sequence[Path],
        held_out: Sequence[Path],
        settings: DecoderSettings,
        seed: int = 0,
    ) -> None:
        self.encoder = encoder.eval().requires_grad_(False)
        self.module: nn.Module = Decoders(encoder.plan, unpool=settings.unpool)
        standardise(self.module)
        self.standardising = True
        self._batch = Ahead(Crops(files, settings.size, settings.batch, seed))
        self._validation = [Crops(held_out, settings.size, settings.batch, 1)(n) for n in range(VALIDATION)]

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch, summed over the levels."""
        self.module.train(self.standardising)
        losses, parts = self._losses(cast(Decoders, self.module), self._batch(step))
        return losses, rounded(parts)

    def _losses(self, decoders: Decoders, images: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        with torch.no_grad():
            features, poolings = self.encoder.trace(images)
        return decoders.losses(images, features, poolings)

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean errors and SSIMs on held-out crops; the score is less the loss."""
        assert isinstance(module, Decoders)
        module.eval()
        with torch.no_grad():
            return mean_results([self._losses(module, images) for images in self._validation])


def rounded(parts: dict[str, Tensor]) -> dict[str, float]:
    """Return a loss's parts as numbers for a log."""
    return {name: round(float(value.detach()), 4) for name, value in parts.items()}


def mean_results(losses: Sequence[tuple[Tensor, dict[str, Tensor]]]) -> dict[str, float]:
    """Return the means over validation batches of each part, and of the loss with its sign as the score."""
    means = {name: float(torch.stack([parts[name] for _, parts in losses]).mean()) for name in losses[0][1]}
    return {"score": -float(torch.stack([loss for loss, _ in losses]).mean()), **means}
