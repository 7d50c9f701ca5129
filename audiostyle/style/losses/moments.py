"""Maps of which only moments are known: what a large picture gives to losses that need no more.

Then no whole map is in memory.  Pieces of it are computed, summed and forgotten, and computed again when
their gradients are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import At, Loss, Maps, WeightedSum
from audiostyle.style.losses.positions import Mask


@dataclass(frozen=True)
class RawMoments:
    """The first two raw moments of a map under a mask, through which gradients go.

    Attributes:
        mean: of each channel, (C,).
        products: the mean of f fᵀ over the positions' features f, (C, C).

    Example:
        >>> moments = RawMoments(torch.tensor([1.0, 2.0]), torch.tensor([[2.0, 2.0], [2.0, 5.0]]))
        >>> moments.covariance.tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    mean: Tensor
    products: Tensor

    @property
    def covariance(self) -> Tensor:
        """The mean of (f − μ)(f − μ)ᵀ, (C, C)."""
        return self.products - torch.outer(self.mean, self.mean)


@dataclass(frozen=True)
class MapMoments:
    """The moments of a map under some masks, in its place for losses that name these as ``moments_under``.

    Attributes:
        masks: of which None is that all positions count alike.
        moments: under each.
    """

    masks: Sequence[Mask]
    moments: Sequence[RawMoments]

    def get(self, mask: Mask, channels: int) -> RawMoments:
        """Return the moments under a mask, which is one of these and no copy.

        Raises:
            ShapeError: the map has another number of channels.
        """
        (found,) = (one for known, one in zip(self.masks, self.moments, strict=True) if known is mask)
        if len(found.mean) != channels:
            raise ShapeError(f"the map has {len(found.mean)} channels, what it is compared with {channels}")
        return found


def sum_powers(columns: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Return Σ w f (C,) and Σ w f fᵀ (C, C) of columns f (N, C) and weights w (N,).

    Example:
        >>> [part.tolist() for part in sum_powers(torch.tensor([[1.0], [3.0]]), torch.tensor([0.5, 0.5]))]
        [[2.0], [[5.0]]]
    """
    weighted = columns * weights[:, None]
    return weighted.sum(dim=0), weighted.mT @ columns


def list_moments(loss: Loss[Maps]) -> dict[str, list[Mask]]:
    """Return the layers of which a loss of maps needs moments alone, with the masks under which it does.

    Example:
        >>> from audiostyle.style.losses import Gram, Perceptual
        >>> style = torch.ones(1, 2, 9)
        >>> one, other = At({"a": Gram(style), "b": Gram(style)}), At({"b": Perceptual(style)})
        >>> list_moments(one + other)
        {'a': [None]}
    """
    terms = [term for _, term in loss.terms] if isinstance(loss, WeightedSum) else [loss]
    found: dict[str, list[Mask]] = {}
    needed: set[str] = set()
    for term in terms:
        if not isinstance(term, At):
            return {}  # it may need any layer's map
        for layer, part in term.losses.items():
            if part.moments_under is None:
                needed.add(layer)
            else:
                found[layer] = _drop_repeated([*found.get(layer, []), *part.moments_under])
    return {layer: masks for layer, masks in found.items() if layer not in needed}


def _drop_repeated(masks: Sequence[Mask]) -> list[Mask]:
    """Return masks without those that came before; tensors are compared by what they are, not by values."""
    return list({id(mask): mask for mask in masks}.values())
