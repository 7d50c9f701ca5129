"""Colour transfer in closed form: one affine map of colours a segment, whatever the space of colours."""

from collections.abc import Callable, Sequence

from torch import Tensor

from audiostyle.image.masks import Segment
from audiostyle.style import AffineMap, Moments

ClosedForm = Callable[[Moments, Moments], AffineMap]
"""From the moments of the content and those of the style to the map between them."""


def recoloured(
    content: Tensor,
    styles: Sequence[Tensor],
    weights: Sequence[float],
    segments: Sequence[Segment],
    closed_form: ClosedForm,
) -> Tensor:
    """Map the colours of each segment; pixels in none of them stay as they are.

    Args:
        content: (3, H, W), in any space of colours.
        styles: (3, h, w) each, in the same space.
        weights: one a style; styles are pooled by them, not by their numbers of pixels.

    Returns:
        a new (3, H, W), not clamped.
    """
    result = content.clone()
    for segment in segments:
        pixels = content[:, segment.content]
        looks = [Moments.of(style[None], mask) for style, mask in zip(styles, segment.styles, strict=True)]
        change = closed_form(Moments.of(pixels[None]), Moments.pooled(looks, weights))
        result[:, segment.content] = change(pixels[None])[0]
    return result
