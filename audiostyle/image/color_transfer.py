"""Color transfer in closed form: one affine map of the colors for each region, in any color space."""

from collections.abc import Callable

import torch
from torch import Tensor

from audiostyle.image.arrays import Picture
from audiostyle.image.inputs import StylizeInputs
from audiostyle.style import AffineMap, Moments

ClosedForm = Callable[[Moments, Moments], AffineMap]
"""From the moments of the content's colors and of the style's to the map of the content's colors."""


def transfer_colors(
    inputs: StylizeInputs[Picture],
    closed_form: ClosedForm,
    to_space: Callable[[Tensor], Tensor] = lambda rgb: rgb,
    to_rgb: Callable[[Tensor], Tensor] = lambda colors: colors,
) -> Tensor:
    """Map the colors of each region; pixels in no region stay as they are.

    Several styles are pooled by their weights, not by their numbers of pixels.

    Args:
        inputs: content, styles and regions.
        closed_form: makes the map.
        to_space: from RGB (3, pixels) to the color space to work in.
        to_rgb: the way back.

    Returns:
        A new picture (3, H, W), not clamped.
    """
    result = inputs.original.clone(memory_format=torch.contiguous_format)
    for region in inputs.regions:
        colors = to_space(result[:, region.content])[None]
        looks = [
            (_measure(to_space(style.contiguous()[:, share > 0]), share[share > 0]), weight)
            for style, share, weight in zip(inputs.styles, region.styles, inputs.weights, strict=True)
            if share.any()
        ]
        own = _measure(colors[0], region.share[region.content])
        change = closed_form(own, Moments.pool(*zip(*looks, strict=True)))
        result[:, region.content] = to_rgb(change(colors)[0])
    return result


def _measure(colors: Tensor, share: Tensor) -> Moments:
    """Return the moments of colors (3, pixels), each of which counts by its share (pixels,)."""
    return Moments.from_features(colors[None], share)
