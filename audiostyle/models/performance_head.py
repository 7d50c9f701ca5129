"""Pitch deviations and levels of the notes that an encoder finds, read from its hidden layer."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

LARGEST_DEVIATION = 200.0
"""Cents: predicted deviations lie within this in both directions."""

LOWEST_LEVEL = -60.0
"""Decibels: predicted levels lie between this and 0."""


class CurveGrids(NamedTuple):
    """How notes are played: two grids (B, T, 88), meaningful where a key sounds.

    Attributes:
        cents: how far the sounding pitch is above the key's.
        level: decibels of the note; the loudest one of the excerpt has 0.  It is 40 log₁₀ of velocity ×
            expression, moved by how loud the instrument is beside the others.  It follows a swell and stays
            where it is while a string dies away.

    Example:
        >>> curves = CurveGrids(cents=torch.zeros(1, 11, 88), level=torch.full((1, 11, 88), -6.0))
        >>> curves.level[0, 0, 39].item()  # middle C in the first frame
        -6.0
    """

    cents: Tensor
    level: Tensor


class PerformanceHead(nn.Module):
    """Reads :class:`CurveGrids` from the hidden layer of an encoder.

    Args:
        channels: width of the encoder's stack.
        width: units of the head.

    Example:
        >>> head = PerformanceHead(channels=4, width=8)
        >>> head(torch.zeros(1, 4, 11, 88)).cents.shape
        torch.Size([1, 11, 88])
    """

    def __init__(self, channels: int = 48, width: int = 32) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels, width, (3, 1), padding=(1, 0)),
            nn.ReLU(),
            nn.Conv2d(width, 2, 1),
        )

    def forward(self, hidden: Tensor, *, rectified: bool = False) -> CurveGrids:
        """Return the curves of a hidden layer (B, C, T, 88), or of one that went through a ReLU before."""
        cents, level = self.layers[int(rectified) :](hidden).float().unbind(dim=1)
        return CurveGrids(LARGEST_DEVIATION * torch.tanh(cents), LOWEST_LEVEL * torch.sigmoid(level))
