"""Patches of a complex spectrum: neighboring values as channels, magnitudes compressed, phases kept.

The short-time spectrum of a recording is complex, and real and imaginary parts are not independent numbers.
So everything stays complex here:

- the *activation* z ↦ z |z|^(p−1) compresses magnitudes like a logarithm, keeps phases, and can be undone;
- the *convolution* with one filter for each neighbor makes the 3 × 5 values around a position its channels.

From frame to frame a steady tone turns by an angle that its frequency decides.  So neighbors in time are
turned back by the angle of a tone at the patch's own frequency.  Then all values of a tone's patch have the
same phase, wherever it lies, and covariances between them mean something.  Any other unitary bank of 15
filters would rotate these channels, and whitening and coloring by Hermitian roots gives the same result after
a rotation; so there are no filters to learn here.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

POWER = 0.3
"""p of the activation: a range of 60 dB becomes one of 18 dB."""

SPAN = 1, 2
"""Bins and frames to either side of a position that belong to its patch."""


def compress(z: Tensor, power: float = POWER) -> Tensor:
    """Compute z |z|^(p−1), which is 0 for 0; a power of ``1 / p`` undoes the power ``p``.

    Args:
        z: complex, of any shape.
        power: p, above 0.

    Example:
        >>> compress(torch.tensor([0j, 4j]), power=0.5).tolist()
        [0j, 2j]
    """
    size = z.abs().clamp(min=torch.finfo(z.real.dtype).tiny)
    return z * size ** (power - 1)


def unfold(z: Tensor, advance: float, spread: int = 1) -> Tensor:
    """Make the neighbors of every value its channels; beyond the edges they are 0.

    Args:
        z: complex (bins, frames).
        advance: turns that a tone at bin 1 makes from one frame to the next: the hop as a share of a frame.
        spread: distance between the values of a patch, in bins and in frames.

    Returns:
        (1, 15, bins, frames).

    Example:
        >>> unfold(torch.ones(4, 6, dtype=torch.complex64), advance=0.5).shape
        torch.Size([1, 15, 4, 6])
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
    """Undo :func:`unfold`: every value is the mean of what it is in all patches that it belongs to.

    Args:
        patches: complex (1, 15, bins, frames).
        advance, spread: as for :func:`unfold`.

    Returns:
        (bins, frames).
    """
    height, width = patches.shape[-2:]
    rows, columns = (spread * side for side in SPAN)
    total = patches.new_zeros(height + 2 * rows, width + 2 * columns)
    count = torch.zeros(total.shape, dtype=patches.real.dtype, device=patches.device)
    neighbors = _iterate_neighbors(patches[0, 0], advance, spread)
    for patch, (row, column, turns) in zip(patches[0], neighbors, strict=True):
        total[row : row + height, column : column + width] += patch * turns
        count[row : row + height, column : column + width] += 1
    inside = slice(rows, rows + height), slice(columns, columns + width)
    return total[inside] / count[inside]


def _iterate_neighbors(like: Tensor, advance: float, spread: int) -> Iterator[tuple[int, int, Tensor]]:
    """Yield the row and column of each value of a patch, and how the tones of all bins turn, (bins, 1)."""
    rows, columns = SPAN
    bins = torch.arange(len(like), dtype=torch.float64)[:, None]
    for row in range(2 * rows + 1):
        for column in range(2 * columns + 1):
            angle = 2 * torch.pi * (bins * (advance * spread * (column - columns)) % 1)
            turns = torch.polar(torch.ones_like(angle), angle).to(like.dtype)
            yield spread * row, spread * column, turns.to(like.device)
