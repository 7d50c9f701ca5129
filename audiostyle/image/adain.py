"""AdaIN: arbitrary style transfer in one step (Huang & Belongie 2017, arXiv:1703.06868)."""

from collections.abc import Sequence
from pathlib import Path

from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.cascade import apply_cascade
from audiostyle.image.inputs import Segments
from audiostyle.image.masks import Mask
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress
from audiostyle.style import adain as match_deviations
from audiostyle.style.memory import MomentMemory


@own_settings()
def adain(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    segments: Segments | None = None,
    memory: MomentMemory | None = None,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Picture:
    """Give each channel of relu4_1 the style's mean and standard deviation, and decode (eq. 8 and 14).

    The decoder is the one that WCT uses, which was trained to reconstruct photographs.  (The paper's was
    trained on stylized features.)  The arguments and errors are those of `audiostyle.image.photowct`.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError, ModelNotFound, AudiostyleError: see `audiostyle.image.photowct`.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> adain(rng.random((32, 48, 3)), rng.random((40, 40, 3)), device="cpu").shape
        (32, 48, 3)
    """
    return apply_cascade(
        match_deviations,
        content,
        style,
        strength=strength,
        weights=weights,
        content_mask=content_mask,
        style_mask=style_mask,
        segments=segments,
        memory=memory,
        levels=(4,),
        unpool="nearest",
        backbone=backbone,
        memory_limit=memory_limit,
        device=device,
        progress=progress,
    )
