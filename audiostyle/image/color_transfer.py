"""Colour transfer in closed form: one affine map of colours a segment, in any space of colours."""

from collections.abc import Callable

import torch
from torch import Tensor

from audiostyle.image.inputs import StylizeInputs
from audiostyle.style import AffineMap, Moments

ClosedForm = Callable[[Moments, Moments], AffineMap]
"""From the moments of the content and those of the style to the map between them."""


def transfer_colors(
    scene: StylizeInputs,
    closed_form: ClosedForm,
    to_space: Callable[[Tensor], Tensor] = lambda rgb: rgb,
    to_rgb: Callable[[Tensor], Tensor] = lambda colours: colours,
) -> Tensor:
    """Map the colours of each segment; pixels in none of them stay as they are.

    Args:
        to_space, to_rgb: from RGB (3, pixels) to the space to work in, and back.

    Returns:
        a new (3, H, W), not clamped.  Several styles are pooled by weight, not by their numbers of pixels.
    """
    result = scene.content.clone(memory_format=torch.contiguous_format)
    for segment in scene.segments:
        colours = to_space(result[:, segment.content])[None]
        looks = [
            (Moments.of(to_space(style.contiguous()[:, mask])[None]), weight)
            for style, mask, weight in zip(scene.styles, segment.styles, scene.weights, strict=True)
            if mask.any()
        ]
        change = closed_form(Moments.of(colours), Moments.pooled(*zip(*looks, strict=True)))
        result[:, segment.content] = to_rgb(change(colours)[0])
    return result
