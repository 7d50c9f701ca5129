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
    result = inputs.content.clone(memory_format=torch.contiguous_format)
    for region in inputs.regions:
        colors = to_space(result[:, region.content])[None]
        looks = [
            (Moments.from_features(to_space(style.contiguous()[:, mask])[None]), weight)
            for style, mask, weight in zip(inputs.styles, region.styles, inputs.weights, strict=True)
            if mask.any()
        ]
        change = closed_form(Moments.from_features(colors), Moments.pool(*zip(*looks, strict=True)))
        result[:, region.content] = to_rgb(change(colors)[0])
    return result
