"""Gram distance: how far the textures of two pictures, or of anything with feature maps, differ.

Conventions
-----------
Feature maps are tensors ``(batch, channels, …)`` of some network, one for each layer.  The caller computes
them, so that any backbone and any kind of input will do.  Positions may differ in number between the two,
channels not.  Distances have no unit; 0 is best, and maps of zeros are at 1.

Metrics
-------
:func:`gram_distance`: ‖G − A‖ / ‖A‖ of the Gram matrices G = F Fᵀ / positions of the result and A of the
style, averaged over layers.  The style loss of Gatys, Ecker and Bethge, "Image style transfer using
convolutional neural networks" (CVPR 2016, eq. 4), is proportional to its square in one layer.  Because it is
relative to the style's own size, numbers of different networks and layers can be set side by side.
"""

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.gram import compute_gram


def validate(result: Sequence[Tensor], style: Sequence[Tensor]) -> None:
    """Check that both are as many finite maps of as many channels; warn if one of the style's is zero.

    Args:
        result: the feature maps to judge, one (B, C, …) for each layer.
        style: the feature maps of the wanted textures, one (B', C, …) for each layer.

    Raises:
        ShapeError: they are not.
    """
    if not style or len(result) != len(style):
        raise ShapeError(f"result has {len(result)} layers, style {len(style)}; give the same, at least one")
    for layer, (one, other) in enumerate(zip(result, style, strict=True), start=1):
        for name, features in (("result", one), ("style", other)):
            if features.ndim < 3 or not features.numel():
                shape = tuple(features.shape)
                raise ShapeError(f"layer {layer} of {name} must have shape (batch, channels, …), got {shape}")
            if not torch.isfinite(features).all():
                raise ShapeError(f"layer {layer} of {name} holds NaN or infinite values")
        if one.shape[1] != other.shape[1]:
            channels = f"{one.shape[1]} channels in result, {other.shape[1]} in style"
            raise ShapeError(f"layer {layer} has {channels}; use one network for both")
        if not other.any():
            warnings.warn(f"layer {layer} of style is zero everywhere", stacklevel=3)


def gram_distance(result: Sequence[Tensor], style: Sequence[Tensor]) -> float:
    """Return the relative distance of Gram matrices, averaged over layers.

    Args:
        result: the feature maps to judge, one (B, C, …) for each layer.
        style: the feature maps of the wanted textures, one (B', C, …) for each layer.

    Returns:
        A number ≥ 0 without a unit.  A layer that is zero everywhere in the style is at 0 if it is so in the
        result too, else at 1.

    Raises:
        ShapeError: layers or channels differ, or a map is empty or not finite.

    Example:
        >>> features = [torch.randn(1, 3, 20, generator=torch.Generator().manual_seed(0))]
        >>> round(gram_distance([2 * features[0]], features), 6)
        3.0
    """
    validate(result, style)
    distances = [
        _compute_relative_distance(compute_gram(one.double()), compute_gram(other.double()))
        for one, other in zip(result, style, strict=True)
    ]
    return sum(distances) / len(distances)


def evaluate(result: Sequence[Tensor], style: Sequence[Tensor]) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`gram_distance` for the arguments."""
    return {"gram_distance": gram_distance(result, style)}


def _compute_relative_distance(own: Tensor, wanted: Tensor) -> float:
    """Return the distance of two matrices (C, C) divided by the norm of the wanted one."""
    size = float(torch.linalg.norm(wanted)) or float(torch.linalg.norm(own)) or 1.0
    return float(torch.linalg.norm(own - wanted)) / size
