"""Iterative distribution transfer: the style's whole distribution of colours, then the content's grain.

Pitié, Kokaram and Dahyot, "N-dimensional probability density function transfer and its application to colour
transfer" (ICCV 2005).  Along an axis, colours are moved so that their distribution is the style's; repeated
along the axes of one rotation of RGB after the other, the distributions come to agree in every direction.
:mod:`audiostyle.image.regrain` then takes back what that does to noise.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from audiostyle.image.regrain import regrain
from audiostyle.image.scene import Picture, Scene

BINS = 300
"""Of a histogram along an axis.  Measured on photographs, sorting all pixels brings nothing more."""
EMPTY = 1e-6
"""Share of pixels that every bin has at least, so that distributions can be inverted."""


def idt(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Any = None,
    style_mask: Any = None,
    rotations: int = 10,
    keep_grain: bool = True,
    seed: int = 0,
) -> Any:
    """Give the content the style's distribution of colours.

    Args and errors are those of :meth:`audiostyle.image.scene.Scene.of`; ``strength`` 0 … 1 mixes result and
    content.  Furthermore:

    Args:
        rotations: systems of axes to go through; 1 matches the distributions of red, green and blue alone.
        keep_grain: whether to regrain.
        seed: of the rotations after the first.

    Returns:
        a picture like ``content``, in [0, 1].
    """
    scene = Scene.of(content, style, weights=weights, content_mask=content_mask, style_mask=style_mask)
    result, axes = scene.content.clone(), rotations_of_space(rotations, seed)
    for segment in scene.segments:
        looks = [look[:, mask] for look, mask in zip(scene.styles, segment.styles, strict=True)]
        chosen = [(look, weight) for look, weight in zip(looks, scene.weights, strict=True) if look.numel()]
        result[:, segment.content] = transfer(result[:, segment.content], chosen, axes)
    if keep_grain:
        stylised = torch.stack([segment.content for segment in scene.segments]).any(dim=0)
        # Regrain looks beyond the border of a segment, and what has none has to stay as it is.
        result = regrain(scene.content, result.clamp_(0, 1)).where(stylised, scene.content)
    return scene.finish(result, strength)


def rotations_of_space(count: int, seed: int) -> list[Tensor]:
    """Return the identity and ``count`` − 1 random rotations (3, 3), uniform on SO(3) (Shoemake 1992)."""
    quaternions = np.random.default_rng(seed).standard_normal((count, 4))
    quaternions[0] = 0, 0, 0, 1
    return list(torch.from_numpy(Rotation.from_quat(quaternions).as_matrix()).float())


def transfer(pixels: Tensor, looks: Sequence[tuple[Tensor, float]], axes: Sequence[Tensor]) -> Tensor:
    """Move colours (3, pixels) to the distribution of others (3, any number), each with its weight."""
    for rotation in axes:
        turned = rotation @ pixels
        targets = [(rotation @ look, weight) for look, weight in looks]
        for axis in range(3):
            turned[axis] = match_axis(turned[axis], [(target[axis], weight) for target, weight in targets])
        pixels = rotation.mT @ turned
    return pixels


def match_axis(values: Tensor, targets: Sequence[tuple[Tensor, float]]) -> Tensor:
    """Move values (n,) by the monotone map that gives them the distribution of the weighted targets."""
    everything = [values, *(target for target, _ in targets)]
    low, high = (float(extreme) for extreme in _range(everything))
    if high - low < torch.finfo(values.dtype).eps:
        return values
    scale = BINS / (high - low)
    position = ((values - low) * scale).clamp_(0, BINS)
    bins = position.long().clamp_(max=BINS - 1)
    own, wanted = _cumulative(_histogram(bins)), np.zeros(BINS)
    for target, weight in targets:
        wanted += weight * _histogram(((target - low) * scale).long().clamp_(0, BINS - 1))
    # Where the wanted distribution reaches what ours has at each edge of a bin.
    edges = torch.from_numpy(np.interp(own, _cumulative(wanted), np.arange(BINS + 1))).to(values.dtype)
    return torch.lerp(edges[bins], edges[bins + 1], position - bins) / scale + low


def _range(tensors: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    extremes = [tensor.aminmax() for tensor in tensors]
    return min(pair.min for pair in extremes), max(pair.max for pair in extremes)


def _histogram(bins: Tensor) -> np.ndarray:
    """Share of the values in each bin, (BINS,)."""
    return torch.bincount(bins, minlength=BINS).double().numpy() / bins.numel()


def _cumulative(histogram: np.ndarray) -> np.ndarray:
    """Distribution function at the edges of the bins, (BINS + 1,), strictly growing from 0 to 1."""
    grown = np.cumsum(histogram / histogram.sum() + EMPTY)
    return np.concatenate([[0.0], grown / grown[-1]])
