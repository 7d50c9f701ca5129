"""Decoders of every level for a frozen encoder, all learned from the same pictures at once.

The deepest decoder contains the others, nearly: behind its guess of reluN_1 the same layers follow.  So it
may be trained alone first (`levels=(4,)`), and the others start from its tail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.image.training.photographs import Crops
from audiostyle.image.training.reconstruction import down_to, reconstruction_loss
from audiostyle.models.vgg import LEVELS, Decoder, Encoder, layers
from audiostyle.training.loop import Ahead


@dataclass(frozen=True)
class DecoderSettings:
    """Crops of ``size`` pixels, ``batch`` of them a step, for decoders of ``levels``."""

    size: int = 192
    batch: int = 4
    unpool: bool = True
    levels: tuple[int, ...] = LEVELS


class Decoders(nn.ModuleDict):
    """Decoders by level; the keys are ``"4"`` … ``"1"``."""

    def level(self, number: int) -> Decoder:
        """Return the decoder of reluN_1."""
        return cast(Decoder, self[str(number)])


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
        self.module = Decoders(
            {str(level): Decoder(encoder.plan, level, unpool=settings.unpool) for level in settings.levels}
        )
        self.settings = settings
        self._batch = Ahead(Crops(files, settings.size, settings.batch, seed))
        self._validation = [Crops(held_out, settings.size, settings.batch, 1)(n) for n in range(8)]

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a step's batch, summed over the levels."""
        losses, errors = self._losses(self.module, self._batch(step))
        return losses, {name: round(float(value.detach()), 4) for name, value in errors.items()}

    def _losses(self, decoders: Decoders, images: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        with torch.no_grad():
            trace, poolings = self.encoder.trace(images)
        total, errors = images.new_zeros(()), {}
        for level in self.settings.levels:
            loss, error = reconstruction_loss(decoders.level(level), images, *down_to(level, trace, poolings))
            total, errors[f"level {level}"] = total + loss, error
        return total, errors

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean absolute errors on held-out crops; the score is less their sum."""
        assert isinstance(module, Decoders)
        with torch.no_grad():
            results = [self._losses(module, images)[1] for images in self._validation]
        means = {name: float(torch.stack([errors[name] for errors in results]).mean()) for name in results[0]}
        return {"score": -sum(means.values()), **means}


def start_from_tail(decoders: Decoders, deepest: Decoder) -> None:
    """Let every decoder begin as what ``deepest`` does from its level on."""
    for number, target in ((int(name), cast(Decoder, module)) for name, module in decoders.items()):
        skipped = len(deepest.blocks) - number
        tail = layers(deepest.blocks[skipped])[-1]
        layers(target.blocks[0])[-1].load_state_dict(tail.state_dict())
        for own, other in zip(target.blocks[1:], deepest.blocks[skipped + 1 :], strict=True):
            own.load_state_dict(other.state_dict())
