"""WCT: universal style transfer, which PhotoWCT grew from (Li et al. 2017, arXiv:1705.08086)."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from audiostyle.checks import check_number
from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.cascade import apply_cascade
from audiostyle.image.inputs import Segments
from audiostyle.image.masks import Mask
from audiostyle.models.torch_settings import own_settings
from audiostyle.models.vgg import LEVELS
from audiostyle.progress import Progress
from audiostyle.style import wct as whiten_and_color
from audiostyle.style.memory import MomentMemory


@own_settings()
def wct(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    segments: Segments | None = None,
    memory: MomentMemory | None = None,
    levels: Sequence[int] = LEVELS,
    content_reg: float = 0.0,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Picture:
    """Whiten and color the features of every level, coarse to fine, and decode each by plain upsampling.

    The arguments and errors are those of `audiostyle.image.photowct`, without ``unpool``; as in the paper
    nothing is added to the content's variances (``content_reg`` 0).

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError, ModelNotFound, AudiostyleError: see `audiostyle.image.photowct`.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> content, style = rng.random((32, 48, 3)), rng.random((40, 40, 3))
        >>> wct(content, style, levels=(2, 1), device="cpu").shape
        (32, 48, 3)
    """
    return apply_cascade(
        partial(whiten_and_color, content_reg=check_number("content_reg", content_reg, 0)),
        content,
        style,
        strength=strength,
        weights=weights,
        content_mask=content_mask,
        style_mask=style_mask,
        segments=segments,
        memory=memory,
        levels=levels,
        unpool="nearest",
        backbone=backbone,
        memory_limit=memory_limit,
        device=device,
        progress=progress,
    )
