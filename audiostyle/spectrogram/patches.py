"""Complex features of the complex spectrogram: patches of neighbouring values, compressed, phases kept.

A recording's short-time spectrum is complex, and taking its parts for independent real numbers "makes little
sense".  Here everything stays complex:

*activation* z ↦ z |z|^(p−1) compresses magnitudes as a logarithm would, keeps phases and can be undone;
*convolution* with one filter for each neighbour makes a patch of 3 × 5 values the channels of a position.
From frame to frame a steady tone turns by its frequency, so neighbours in time are turned back by what a
tone at the patch's own frequency does: then all values of a tone's patch agree in phase, wherever it lies,
and covariances between them mean something.  Any other unitary bank of 15 filters is a rotation of these
channels, under which whitening and colouring by symmetric roots does not change: there is nothing to be
learned here.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

POWER = 0.3
"""p of the activation: 60 dB become 18."""

SPAN = 1, 2
"""Bins and frames to either side that belong to a patch."""


def compress(z: Tensor, power: float = POWER) -> Tensor:
    """z |z|^(p−1), and 0 for 0; ``1 / p`` undoes ``p``."""
    size = z.abs().clamp(min=torch.finfo(z.real.dtype).tiny)
    return z * size ** (power - 1)


def unfold(z: Tensor, advance: float, spread: int = 1) -> Tensor:
    """(bins, frames) → (1, 15, bins, frames): every value's neighbours, ``spread`` apart, as channels.

    Beyond the edges there is nothing, 0.

    Args:
        advance: turns by which a tone at bin 1 goes on from frame to frame: the hop as a share of a frame.
    """
    rows, columns = (spread * side for side in SPAN)
    padded = torch.nn.functional.pad(z, (columns, columns, rows, rows))
    height, width = z.shape
    shifted = [
        padded[row : row + height, column : column + width] * turns.conj()
        for row, column, turns in _iterate_neighbors(z, advance, spread)
    ]
    return torch.stack(shifted)[None]


def fold(patches: Tensor, advance: float, spread: int = 1) -> Tensor:
    """Undo :func:`unfold`: every value is the mean of what the patches that it is part of say it is."""
    height, width = patches.shape[-2:]
    rows, columns = (spread * side for side in SPAN)
    total = patches.new_zeros(height + 2 * rows, width + 2 * columns)
    count = torch.zeros(total.shape, dtype=patches.real.dtype)
    neighbours = _iterate_neighbors(patches[0, 0], advance, spread)
    for patch, (row, column, turns) in zip(patches[0], neighbours, strict=True):
        total[row : row + height, column : column + width] += patch * turns
        count[row : row + height, column : column + width] += 1
    inside = slice(rows, rows + height), slice(columns, columns + width)
    return total[inside] / count[inside]


def _iterate_neighbors(like: Tensor, advance: float, spread: int) -> Iterator[tuple[int, int, Tensor]]:
    """Yield the place of each value of a patch, and what each bin's tone turns by on the way, (bins, 1)."""
    rows, columns = SPAN
    bins = torch.arange(len(like), dtype=torch.float64)[:, None]
    for row in range(2 * rows + 1):
        for column in range(2 * columns + 1):
            angle = 2 * torch.pi * (bins * (advance * spread * (column - columns)) % 1)
            yield spread * row, spread * column, torch.polar(torch.ones_like(angle), angle).to(like.dtype)
