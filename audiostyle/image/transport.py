"""PhotoWCT with optimal transport in the place of whitening and coloring, and without its coarsest level.

There are as many maps that give features the style's covariance as there are rotations.  The published one
whitens and colors with symmetric roots, and moves features farther than it has to.  Optimal transport moves
them least (:func:`audiostyle.style.optimal_transport`), and less of the structure is lost in the decoders.
"""

from collections.abc import Sequence
from pathlib import Path

from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.cascade import apply_cascade
from audiostyle.image.inputs import Segments
from audiostyle.image.masks import Mask
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress
from audiostyle.style import optimal_transport
from audiostyle.style.memory import MomentMemory

LEVELS = (3, 2, 1)
"""N of the reluN_1 to work through; measured by ``benchmarks/photo_quality.py``."""


@own_settings()
def transport(
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
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Picture:
    """Transport the features of every level, coarse to fine, and decode each by max-unpooling.

    The arguments and errors are those of `audiostyle.image.photowct`, without ``content_reg``.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError, ModelNotFound, AudiostyleError: see `audiostyle.image.photowct`.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> transport(rng.random((32, 48, 3)), rng.random((40, 40, 3)), levels=(1,), device="cpu").shape
        (32, 48, 3)
    """
    return apply_cascade(
        optimal_transport,
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
