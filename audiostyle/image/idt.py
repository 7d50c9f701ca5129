"""Iterative distribution transfer: the style's whole distribution of colors, then the content's grain.

Pitié, Kokaram and Dahyot, "N-dimensional probability density function transfer and its application to colour
transfer" (ICCV 2005).  Along one axis of RGB, colors are moved so that their distribution becomes the
style's.  Repeated along the axes of one random rotation of RGB after the other, this makes the distributions
agree in every direction.  :mod:`audiostyle.image.regrain` then undoes what the transfer does to noise.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from torch import Tensor

from audiostyle.checks import check_count, check_seed
from audiostyle.errors import ShapeError
from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.color_transfer import put_region
from audiostyle.image.inputs import Segments, StylizeInputs
from audiostyle.image.masks import Mask
from audiostyle.image.regrain import regrain
from audiostyle.models.torch_settings import own_settings

BINS = 300
"""Bins of a histogram along an axis.  Measured on photographs, sorting all pixels brings nothing more."""
FINE = 16
"""Places in a bin at which the map is computed: the colors of one bin may have to spread over many."""
SAME = 1e-5
"""Colors less apart than this, of 1, differ by rounding only: it is less than a step of 16 bits."""
EMPTY = 1e-6
"""Share of the pixels that every bin has at least, so that distribution functions can be inverted."""


@own_settings()
def idt(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    segments: Segments | None = None,
    rotations: int = 10,
    keep_grain: bool = True,
    seed: int = 0,
) -> Picture:
    """Give the content the style's distribution of colors.

    Args:
        content, style, weights, content_mask, style_mask, segments: see
            `audiostyle.image.inputs.StylizeInputs.from_pictures`.
        strength: 0 gives the content, 1 the result, in between a mixture of both.
        rotations: how many systems of axes to go through; 1 matches the distributions of red, green and blue
            alone.
        keep_grain: whether to give flat areas the content's gradients again.
        seed: of the rotations after the first.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError: a picture, the weights or the masks do not fit, ``strength`` is not in [0, 1], or
            ``rotations`` is less than 1.
        ConvergenceError: the content's grain could not be restored.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> content, style = rng.random((30, 40, 3)), rng.random((30, 40, 3)) ** 2
        >>> bool(abs(np.median(idt(content, style, keep_grain=False)) - np.median(style)) < 0.02)
        True
    """
    inputs = StylizeInputs.from_pictures(
        content,
        style,
        weights=weights,
        content_mask=content_mask,
        style_mask=style_mask,
        segments=segments,
    )
    result = inputs.original.clone()
    axes = draw_rotations(rotations, seed)
    for region in inputs.regions:
        looks = [
            (style[:, share > 0], share[share > 0], weight)
            for style, share, weight in zip(inputs.styles, region.styles, inputs.weights, strict=True)
            if share.any()
        ]
        here = region.content > 0
        own = region.share[here]
        moved = move_distribution(inputs.original[:, here], looks, axes, own)
        result = put_region(result, inputs.original, region.content, here, moved)
    if keep_grain:
        stylized = torch.stack([region.content > 0 for region in inputs.regions]).any(dim=0)
        # Regrain looks beyond the border of a region, and what has none has to stay as it is.
        result = regrain(inputs.original, result.clamp_(0, 1)).where(stylized, inputs.original)
    return inputs.finish(result, strength)


def draw_rotations(count: int, seed: int) -> list[Tensor]:
    """Return the identity and ``count`` − 1 random rotations (3, 3), uniform on SO(3) (Shoemake 1992)."""
    count = check_count("rotations", count, 1, error=ShapeError)
    quaternions = np.random.default_rng(check_seed(seed)).standard_normal((count, 4))
    quaternions[0] = 0, 0, 0, 1
    return list(torch.from_numpy(Rotation.from_quat(quaternions).as_matrix()).float())


def move_distribution(
    pixels: Tensor,
    looks: Sequence[tuple[Tensor, Tensor | None, float]],
    axes: Sequence[Tensor],
    share: Tensor | None = None,
) -> Tensor:
    """Move colors to the distribution of other colors.

    Args:
        pixels: (3, pixels).
        looks: colors (3, any number), how much each of them counts (any number,) or None, and the
            weight of the set.
        axes: rotations (3, 3), along whose axes distributions are matched in turn.
        share: how much each of the pixels counts, (pixels,); None for all alike.

    Returns:
        (3, pixels).
    """
    for rotation in axes:
        rotated = rotation @ pixels
        targets = [(rotation @ look, shares, weight) for look, shares, weight in looks]
        for axis in range(3):
            along = [(target[axis], shares, weight) for target, shares, weight in targets]
            rotated[axis] = match_axis(rotated[axis], along, share)
        pixels = rotation.mT @ rotated
    return pixels


def match_axis(
    values: Tensor, targets: Sequence[tuple[Tensor, Tensor | None, float]], share: Tensor | None = None
) -> Tensor:
    """Move values (n,) by the monotone map that gives them the distribution of the weighted targets.

    A single value becomes the median.  The arguments are those of `move_distribution`, along one axis.
    """
    position = _to_bins(values, *_choose_bins([values]))
    low, width = _choose_bins([target for target, _, _ in targets])
    wanted = np.zeros(BINS)
    for target, shares, weight in targets:
        wanted += weight * _compute_histogram(_to_bins(target, low, width), shares)
    own = _compute_histogram(position, share)
    table = _match_quantiles(_accumulate(own), _accumulate(wanted))
    return (_interpolate(table.to(values.dtype), position) - 0.5) * width + low


def _choose_bins(tensors: Sequence[Tensor]) -> tuple[float, float]:
    """Return the center of the first bin and the width of all; the extremes are centers of the outer bins."""
    extremes = [tensor.aminmax() for tensor in tensors]
    low, high = min(pair.min for pair in extremes), max(pair.max for pair in extremes)
    return float(low), float(high - low) / (BINS - 1) if high - low > SAME else 0.0


def _to_bins(values: Tensor, low: float, width: float) -> Tensor:
    """Convert values to bins from the edge of the first, whose center is 0.5; all are there if width is 0."""
    return (values - low) / (width or 1.0) + 0.5


def _match_quantiles(own: NDArray[np.float64], wanted: NDArray[np.float64]) -> Tensor:
    """Return where one distribution function reaches what another one has, at ``FINE`` places a bin."""
    places, edges = np.arange(FINE * BINS + 1) / FINE, np.arange(BINS + 1)
    return torch.from_numpy(np.interp(np.interp(places, edges, own), wanted, edges))


def _interpolate(table: Tensor, position: Tensor) -> Tensor:
    """Look positions up in a table with ``FINE`` entries a bin, linearly between them."""
    position = position * FINE
    below = position.long().clamp_(0, len(table) - 2)
    return torch.lerp(table[below], table[below + 1], position - below)


def _compute_histogram(position: Tensor, share: Tensor | None) -> NDArray[np.float64]:
    """Return the share of the values in each bin, (BINS,), each counted by its own share if there are any."""
    counted = None if share is None or share.dtype == torch.bool else share.double()
    counts = torch.bincount(position.long().clamp_(0, BINS - 1), counted, minlength=BINS).double()
    return counts.numpy() / (len(position) if counted is None else float(counted.sum()))


def _accumulate(histogram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distribution function at the bins' edges, (BINS + 1,), growing strictly from 0 to 1."""
    grown = np.cumsum(histogram / histogram.sum() + EMPTY)
    return np.concatenate([[0.0], grown / grown[-1]])
