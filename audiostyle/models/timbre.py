"""The timbre network: it embeds sequences of cepstra as points whose direction tells instruments apart.

Four blocks of convolution over time, batch normalization, rectification and max-pooling, then the mean over
the time that is left: the network of Lee, Bryan, Salamon, Jin and Nam, "Metric learning vs classification for
disentangled music representation learning" (ISMIR 2020), at the size that Cífka et al. (ICASSP 2021) measure
timbre with.  It pools less, by 16 frames in all instead of 128, so that an excerpt of a few seconds still has
many positions to average over.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

CEPSTRA = 12
"""Mel-frequency cepstral coefficients of a frame: 2 to 13, without the first, which is loudness."""

BLOCKS = 4
"""Convolutional blocks, each of which halves the number of frames."""

_KERNEL, _POOL, _DROPOUT = 5, 2, 0.2


class TimbreNetwork(nn.Module):
    """Embed cepstra (batch, 12, frames) as points (batch, channels) without negative coordinates.

    Two points are compared by their cosine, which lies in [0, 1] as both lie in the positive orthant.

    Attributes:
        channels: coordinates of a point.
        mean, deviation: (12,), of each coefficient over the training material.

    Example:
        >>> TimbreNetwork(channels=16).eval()(torch.zeros(1, CEPSTRA, 100)).shape
        torch.Size([1, 16])
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, channels: int = 64) -> None:
        super().__init__()
        self.channels = channels
        self.register_buffer("mean", torch.zeros(CEPSTRA))
        self.register_buffer("deviation", torch.ones(CEPSTRA))
        widths = [CEPSTRA, *[channels] * BLOCKS]
        self.blocks = nn.Sequential(*(_block(*pair) for pair in pairwise(widths)))

    def forward(self, cepstra: Tensor) -> Tensor:
        """Return the points (batch, channels) of sequences of any length ≥ 1 frame."""
        standard = (cepstra - self.mean[:, None]) / self.deviation[:, None]
        return self.blocks(standard).mean(dim=2)


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, _KERNEL, padding="same"),
        nn.BatchNorm1d(outputs),
        nn.ReLU(),
        nn.MaxPool1d(_POOL, ceil_mode=True),  # so that nothing is too short
        nn.Dropout(_DROPOUT),  # in training only: a few hundred excerpts are soon memorized
    )
