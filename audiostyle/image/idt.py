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

from audiostyle.errors import ShapeError
from audiostyle.image.inputs import Picture, StylizeInputs
from audiostyle.image.regrain import regrain

BINS = 300
"""Of a histogram along an axis.  Measured on photographs, sorting all pixels brings nothing more."""
FINE = 16
"""Places in a bin at which the map is worked out: one bin's colours may have to spread over many."""
SAME = 1e-5
"""Colours less apart than this differ by rounding only: not by a step of 16 bits."""
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

    Args and errors are those of :meth:`audiostyle.image.inputs.Scene.of`; ``strength`` 0 … 1 mixes result and
    content.  Furthermore:

    Args:
        rotations: systems of axes to go through; 1 matches the distributions of red, green and blue alone.
        keep_grain: whether to regrain.
        seed: of the rotations after the first.

    Returns:
        a picture like ``content``, in [0, 1].
    """
    scene = StylizeInputs.of(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )
    result = scene.content.clone(memory_format=torch.contiguous_format)
    axes = draw_rotations(rotations, seed)
    for segment in scene.segments:
        looks = [look[:, mask] for look, mask in zip(scene.styles, segment.styles, strict=True)]
        chosen = [(look, weight) for look, weight in zip(looks, scene.weights, strict=True) if look.numel()]
        result[:, segment.content] = move_distribution(result[:, segment.content], chosen, axes)
    if keep_grain:
        stylised = torch.stack([segment.content for segment in scene.segments]).any(dim=0)
        # Regrain looks beyond the border of a segment, and what has none has to stay as it is.
        result = regrain(scene.content, result.clamp_(0, 1)).where(stylised, scene.content)
    return scene.finish(result, strength)


def draw_rotations(count: int, seed: int) -> list[Tensor]:
    """Return the identity and ``count`` − 1 random rotations (3, 3), uniform on SO(3) (Shoemake 1992)."""
    if count < 1:
        raise ShapeError(f"rotations must be 1 or more, not {count}")
    quaternions = np.random.default_rng(seed).standard_normal((count, 4))
    quaternions[0] = 0, 0, 0, 1
    return list(torch.from_numpy(Rotation.from_quat(quaternions).as_matrix()).float())


def move_distribution(
    pixels: Tensor, looks: Sequence[tuple[Tensor, float]], axes: Sequence[Tensor]
) -> Tensor:
    """Move colours (3, pixels) to the distribution of others (3, any number), each with its weight."""
    for rotation in axes:
        turned = rotation @ pixels
        targets = [(rotation @ look, weight) for look, weight in looks]
        for axis in range(3):
            turned[axis] = match_axis(turned[axis], [(target[axis], weight) for target, weight in targets])
        pixels = rotation.mT @ turned
    return pixels


def match_axis(values: Tensor, targets: Sequence[tuple[Tensor, float]]) -> Tensor:
    """Move values (n,) by the monotone map that gives them the distribution of the weighted targets.

    A single value becomes the median.
    """
    position = _position(values, *_grid([values]))
    low, width = _grid([target for target, _ in targets])
    wanted = np.zeros(BINS)
    for target, weight in targets:
        wanted += weight * _histogram(_position(target, low, width))
    table = _quantile_map(_cumulative(_histogram(position)), _cumulative(wanted))
    return (_look_up(table.to(values.dtype), position) - 0.5) * width + low


def _grid(tensors: Sequence[Tensor]) -> tuple[float, float]:
    """Centre of the first bin and width of all, with the extremes in the middle of the outer bins."""
    extremes = [tensor.aminmax() for tensor in tensors]
    low, high = min(pair.min for pair in extremes), max(pair.max for pair in extremes)
    return float(low), float(high - low) / (BINS - 1) if high - low > SAME else 0.0


def _position(values: Tensor, low: float, width: float) -> Tensor:
    """In bins from the edge of the first, 0.5 being its centre, where all lie if they have no range."""
    return (values - low) / (width or 1.0) + 0.5


def _quantile_map(own: np.ndarray, wanted: np.ndarray) -> Tensor:
    """Position at which one distribution reaches what another has, at ``FINE`` places a bin."""
    places, edges = np.arange(FINE * BINS + 1) / FINE, np.arange(BINS + 1)
    return torch.from_numpy(np.interp(np.interp(places, edges, own), wanted, edges))


def _look_up(table: Tensor, position: Tensor) -> Tensor:
    position = position * FINE
    below = position.long().clamp_(0, len(table) - 2)
    return torch.lerp(table[below], table[below + 1], position - below)


def _histogram(position: Tensor) -> np.ndarray:
    """Share of the values in each bin, (BINS,)."""
    return torch.bincount(position.long().clamp_(0, BINS - 1), minlength=BINS).double().numpy() / len(
        position
    )


def _cumulative(histogram: np.ndarray) -> np.ndarray:
    """Distribution function at the edges of the bins, (BINS + 1,), strictly growing from 0 to 1."""
    grown = np.cumsum(histogram / histogram.sum() + EMPTY)
    return np.concatenate([[0.0], grown / grown[-1]])
