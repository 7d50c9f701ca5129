"""Decoders of every level for one encoder, all trained on the same features at once."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.models.vgg import LEVELS, Pooling, VGGConfig, VGGDecoder
from audiostyle.training.autoencoders.reconstruction import reconstruction_loss


class LevelDecoders(nn.ModuleDict):
    """Decoders of every level; the keys are ``"4"`` … ``"1"``.

    Args:
        config: sizes of the encoder.
        unpool: how the decoders enlarge, see :class:`~audiostyle.models.vgg.VGGDecoder`.

    Example:
        >>> config = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1))
        >>> sorted(LevelDecoders(config, unpool=True))
        ['1', '2', '3', '4']
    """

    def __init__(self, config: VGGConfig, *, unpool: bool) -> None:
        super().__init__({str(level): VGGDecoder(config, level, unpool=unpool) for level in LEVELS})

    def level(self, number: int) -> VGGDecoder:
        """Return the decoder of reluN_1."""
        return cast(VGGDecoder, self[str(number)])

    def losses(
        self, images: Tensor, features: Sequence[Tensor], poolings: Sequence[Pooling]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the sum of all levels' losses, and error and SSIM of each by name.

        Args:
            images: (B, C, H, W).
            features, poolings: of the images, by :meth:`~audiostyle.models.vgg.VGGEncoder.trace`.
        """
        total = images.new_zeros(())
        parts: dict[str, Tensor] = {}
        for level in LEVELS:
            decoder, own = self.level(level), list(poolings[: level - 1])
            loss, numbers = reconstruction_loss(decoder, images, features[level - 1], own)
            total = total + loss
            parts |= {f"{name} {level}": value for name, value in numbers.items()}
        return total, parts


def round_parts(parts: dict[str, Tensor]) -> dict[str, float]:
    """Return the parts of a loss as numbers for a log.

    Example:
        >>> round_parts({"error": torch.tensor(0.123456)})
        {'error': 0.1235}
    """
    return {name: round(float(value.detach()), 4) for name, value in parts.items()}


def average_results(losses: Sequence[tuple[Tensor, dict[str, Tensor]]]) -> dict[str, float]:
    """Return the mean of each part over validation batches, and as the score the negative mean loss.

    Args:
        losses: loss and parts (scalars) of each batch; all batches have the same parts.

    Example:
        >>> losses = [(torch.tensor(value), {"error": torch.tensor(value)}) for value in (1.0, 3.0)]
        >>> average_results(losses)
        {'score': -2.0, 'error': 2.0}
    """
    means = {name: float(torch.stack([parts[name] for _, parts in losses]).mean()) for name in losses[0][1]}
    return {"score": -float(torch.stack([loss for loss, _ in losses]).mean()), **means}
