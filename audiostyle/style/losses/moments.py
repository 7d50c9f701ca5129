"""Maps of which only moments are known: what a large picture gives to losses that need no more.

Then no whole map is in memory.  Pieces of it are computed, summed and forgotten, and computed again when
their gradients are asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import At, Loss, Maps, WeightedSum


@dataclass(frozen=True)
class Moments:
    """The first two moments of a map, in its place for losses with ``takes_moments``.

    Attributes:
        mean: of each channel, (C,).
        products: the mean of f fᵀ over the positions' features f, (C, C).

    Example:
        >>> moments = Moments(torch.tensor([1.0, 2.0]), torch.tensor([[2.0, 2.0], [2.0, 5.0]]))
        >>> moments.covariance.tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    mean: Tensor
    products: Tensor

    @property
    def covariance(self) -> Tensor:
        """The mean of (f − μ)(f − μ)ᵀ, (C, C)."""
        return self.products - torch.outer(self.mean, self.mean)

    def check(self, channels: int) -> "Moments":
        """Return these moments if they are of so many channels.

        Raises:
            ShapeError: they are not.
        """
        if len(self.mean) != channels:
            raise ShapeError(f"the map has {len(self.mean)} channels, what it is compared with {channels}")
        return self


def sum_powers(columns: Tensor) -> tuple[Tensor, Tensor]:
    """Return Σ f (C,) and Σ f fᵀ (C, C) of columns f (N, C).

    Example:
        >>> [part.tolist() for part in sum_powers(torch.tensor([[1.0], [3.0]]))]
        [[4.0], [[10.0]]]
    """
    return columns.sum(dim=0), columns.mT @ columns


def find_layers_of_moments(loss: Loss[Maps]) -> set[str]:
    """Return the layers of which a loss of maps needs the moments alone.

    Example:
        >>> from audiostyle.style.losses import Gram, Perceptual
        >>> style = torch.ones(1, 2, 9)
        >>> one, other = At({"a": Gram(style), "b": Gram(style)}), At({"b": Perceptual(style)})
        >>> find_layers_of_moments(one + other)
        {'a'}
    """
    able: dict[str, bool] = {}
    for layer, taken in _list_parts(loss):
        able[layer] = able.get(layer, True) and taken
    return {layer for layer, taken in able.items() if taken}


def _list_parts(loss: Loss[Maps]) -> Iterator[tuple[str, bool]]:
    """Yield the layers that parts of a loss are of, and whether they take moments there."""
    for _, term in loss.terms if isinstance(loss, WeightedSum) else [(1.0, loss)]:
        if isinstance(term, At):
            yield from ((layer, part.takes_moments) for layer, part in term.losses.items())
