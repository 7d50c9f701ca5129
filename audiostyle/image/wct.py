"""WCT: universal style transfer, what PhotoWCT grew from (Li et al. 2017, arXiv:1705.08086)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.cascade import Cascade, Progress
from audiostyle.image.inputs import Picture, StylizeInputs, check_strength
from audiostyle.models.vgg import LEVELS
from audiostyle.style import AffineMap, Moments
from audiostyle.style import wct as whiten_and_colour


def wct(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Any = None,
    style_mask: Any = None,
    levels: Sequence[int] = LEVELS,
    content_reg: float = 0.0,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Any:
    """Whiten and colour the features of every level, coarse to fine, decoded by plain upsampling.

    Args and raises: as :func:`audiostyle.image.photowct`; the paper adds nothing to the content's variances.

    Returns:
        A picture of the content's size and type.
    """
    check_strength(strength)
    scene = StylizeInputs.of(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )

    def transform(own: Moments, other: Moments) -> AffineMap:
        return whiten_and_colour(own, other, content_reg=content_reg)

    networks = PictureAutoencoder.of(backbone, device)
    return scene.finish(
        Cascade(networks, levels, "nearest", transform, strength, memory_limit, progress)(scene)
    )
