"""Color transfer in closed form: one affine map of the colors for each region, in any color space."""

from collections.abc import Callable

import torch
from torch import Tensor

from audiostyle.image.arrays import Picture
from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.masks import Region
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
    original = inputs.original
    result = original.clone()
    for region in inputs.regions:
        change = _fit_region(inputs, region, closed_form, to_space)
        here = region.content > 0
        mapped = to_rgb(change(to_space(pick_colors(original, here))[None])[0])
        result = put_region(result, original, region.content, here, mapped)
    return result


def fit_colors(
    inputs: StylizeInputs[Picture],
    closed_form: ClosedForm,
    to_space: Callable[[Tensor], Tensor] = lambda rgb: rgb,
    to_rgb: Callable[[Tensor], Tensor] = lambda colors: colors,
) -> Callable[[Tensor], Tensor]:
    """Return the map of colors (3, n) of inputs that are one region, not clamped.

    The arguments are those of `transfer_colors`.
    """
    change = _fit_region(inputs, inputs.regions[0], closed_form, to_space)
    return lambda rgb: to_rgb(change(to_space(rgb)[None])[0])


def _fit_region(
    inputs: StylizeInputs[Picture],
    region: Region,
    closed_form: ClosedForm,
    to_space: Callable[[Tensor], Tensor],
) -> AffineMap:
    """Return the map of a region's colors in a color space."""

    def look() -> Moments:
        looks = [
            (_measure(to_space(pick_colors(style, share > 0)), share), weight)
            for style, share, weight in zip(inputs.styles, region.styles, inputs.weights, strict=True)
            if share.any()
        ]
        return Moments.pool(*zip(*looks, strict=True))

    own = _measure(to_space(pick_colors(inputs.original, region.share > 0)), region.share)
    return closed_form(inputs.gather(own), inputs.recall(f"colors of region {region.label}", look))


def pick_colors(picture: Tensor, here: Tensor) -> Tensor:
    """Return the colors (3, pixels) of a picture (3, H, W) where ``here`` (H, W) is true.

    They are no copy where that is everywhere.
    """
    return picture.flatten(1) if here.all() else picture.contiguous()[:, here]


def put_region(result: Tensor, original: Tensor, area: Tensor, here: Tensor, mapped: Tensor) -> Tensor:
    """Put what became of the pixels of a region into a result, and return it.

    Args:
        result: (3, H, W), changed where the region is: set, or moved by the region's share; not to be used
            any more.
        original: (3, H, W).
        area: of the region (H, W), bool or shares.
        here: bool (H, W), where the area is above 0.
        mapped: (3, pixels), the new colors there.
    """
    if area.dtype != torch.bool:
        result[:, here] += (mapped - original[:, here]) * area[here]
    elif here.all():
        return mapped.reshape(result.shape)
    else:
        result[:, here] = mapped
    return result


def _measure(colors: Tensor, share: Tensor) -> Moments:
    """Return the moments of colors (3, pixels), of those that count, each by its share (H, W) of a region."""
    if share.dtype == torch.bool:  # all alike
        return Moments.from_features(colors[None])
    return Moments.from_features(colors[None], share[share > 0])
