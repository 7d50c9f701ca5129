"""Feature maps as columns, masks as weights of positions: what all losses have in common.

A map has shape (B, C, …): channels second, then positions in one dimension (sound) or two (pictures).  A
batch is one map in several pieces.  A mask says how much each position counts, as booleans or as numbers
≥ 0, (…) or (B, …), in any resolution: it is averaged over the area of each position of the map.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import ShapeError

Mask = Tensor | None
"""How much each position counts; None for all alike."""


def check_map(features: Tensor, name: str, channels: int | None = None) -> Tensor:
    """Return a map unless it is none.

    Args:
        features: (B, C, positions) or (B, C, rows, columns).
        name: what messages call it.
        channels: how many it must have; None for any number.

    Raises:
        ShapeError: it has another shape, nothing in it, or another number of channels.

    Example:
        >>> check_map(torch.zeros(2, 3), "the style")
        Traceback (most recent call last):
        audiostyle.errors.ShapeError: the style must be a feature map (B, C, T) or (B, C, H, W), not (2, 3)
    """
    if not isinstance(features, Tensor) or features.ndim not in (3, 4) or not features.numel():
        shape = tuple(features.shape) if isinstance(features, Tensor) else type(features).__name__
        raise ShapeError(f"{name} must be a feature map (B, C, T) or (B, C, H, W), not {shape}")
    if channels is not None and features.shape[1] != channels:
        raise ShapeError(f"{name} has {features.shape[1]} channels, what it is compared with {channels}")
    return features


def to_columns(features: Tensor) -> Tensor:
    """Return a map (B, C, …) as one row for each position, (N, C)."""
    return features.movedim(1, -1).flatten(0, -2)


def weigh_positions(mask: Mask, features: Tensor, name: str) -> Tensor | None:
    """Return the weights (N,) of a map's positions, with the sum 1; None where all count alike.

    Args:
        mask: see above.
        features: the map (B, C, …).
        name: what messages call the mask.

    Raises:
        ShapeError: the mask has other dimensions, negative or infinite values, or nothing in it.

    Example:
        >>> weigh_positions(torch.tensor([1, 1, 0, 0]), torch.zeros(1, 5, 2), "the mask").tolist()
        [1.0, 0.0]
    """
    if mask is None:
        return None
    weights = resize_mask(mask, features, name).flatten()
    total = weights.sum()
    if not total > 0:
        raise ShapeError(f"{name} is empty where the map has its positions; paint a larger area")
    return weights / total


def resize_mask(mask: Tensor, features: Tensor, name: str) -> Tensor:
    """Return a mask as weights (B, …) of a map's positions, averages over the area of each.

    Raises:
        ShapeError: see :func:`weigh_positions`.
    """
    positions = features.shape[2:]
    if mask.ndim not in (len(positions), len(positions) + 1):
        raise ShapeError(f"{name} of shape {tuple(mask.shape)} does not fit positions {tuple(positions)}")
    weights = mask.detach().to(features.device, features.dtype)
    if not bool(torch.isfinite(weights).all()) or bool((weights < 0).any()):
        raise ShapeError(f"{name} must hold finite numbers of 0 or more")
    batch = weights if weights.ndim > len(positions) else weights[None]
    if batch.shape[0] not in (1, features.shape[0]):
        raise ShapeError(f"{name} is of {batch.shape[0]} maps, not of {features.shape[0]}")
    if batch.shape[1:] != positions:
        batch = _average(batch[:, None], positions)[:, 0]
    return batch.expand(features.shape[0], *positions)


def compute_mean(columns: Tensor, weights: Tensor | None) -> Tensor:
    """Return the mean (…) of columns (N, …), weighted where there are weights (N,)."""
    if weights is None:
        return columns.mean(dim=0)
    return torch.tensordot(weights.to(columns.dtype), columns, dims=1)


def _average(maps: Tensor, positions: torch.Size) -> Tensor:
    if maps.ndim == 3:
        return F.adaptive_avg_pool1d(maps, positions[0])
    return F.adaptive_avg_pool2d(maps, (positions[0], positions[1]))
