"""PhotoWCT: stylization that keeps a photograph's structure.

Li, Liu, Li, Yang and Kautz, "A Closed-form Solution to Photorealistic Image Stylization" (ECCV 2018,
arXiv:1802.06474), section 3.1.
"""

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

CONTENT_REG = 1.0
"""What the published code adds to the variances of the content's features; it softens the results."""


@own_settings()
def photowct(
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
    unpool: str = "max",
    content_reg: float = CONTENT_REG,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Picture:
    """Whiten and color the features of every level, coarse to fine, and decode each by max-unpooling.

    Im₄ = d₄(WCT(e₄(content))), Im₃ = d₃(WCT(e₃(Im₄))), … Im₁.  The poolings that d_N undoes are those of the
    picture that entered level N.  The published method then smooths Im₁: `audiostyle.image.smooth`.

    Args:
        content: (H, W, 3) RGB, floats in [0, 1] or uint8, array or tensor.
        style: one such picture of any size, or several.
        weights: how much each of several styles counts; None for all alike.
        content_mask, style_mask: labels (H, W), or colors (H, W, 3), of any size; each region takes its style
            from the regions of the styles with the same label.  A mask for each style, None for no masks.
        segments: ``"auto"`` finds soft regions without masks; ``"none"`` or None leaves the picture whole.
        memory: of a series of pictures, such as a film's frames, see :mod:`audiostyle.style.memory`.
        strength: how far the features of every level go from the content's (0) to the transformed (1).
        levels: N of the reluN_1 to work through, in this order.
        unpool: ``"max"``, or ``"nearest"`` for decoders that do not know where the maxima were.
        content_reg: added to the content's variances: 1 as in the published code, 0 as in the paper.
        backbone: the name or folder of a model, or one that is loaded.
        memory_limit: GB of working memory, None for as much as is fast; a limit changes the result by no
            more than rounding.
        device: where to compute: ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.
        progress: is told which share of the work is done, of 1.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError: a picture, the weights or the masks do not fit, or ``strength`` is not in [0, 1].
        ModelNotFound: there is no such backbone, or it lacks a decoder.
        AudiostyleError: ``levels`` or ``unpool`` are unknown, the device does not work, or the memory limit
            is too low.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> content, style = rng.random((32, 48, 3)), rng.random((40, 40, 3))
        >>> photowct(content, style, levels=(2, 1), device="cpu").shape
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
        unpool=unpool,
        backbone=backbone,
        memory_limit=memory_limit,
        device=device,
        progress=progress,
    )
