"""PhotoWCT: stylisation that keeps a photograph's structure (Li et al. 2018, arXiv:1802.06474, 3.1)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.cascade import Cascade, Progress
from audiostyle.image.inputs import Picture, StylizeInputs, check_strength
from audiostyle.models.vgg import LEVELS
from audiostyle.style import AffineMap, Moments, wct

CONTENT_REG = 1.0
"""What the published code adds to the content's variances; its results look as they do because of it."""


def photowct(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Any = None,
    style_mask: Any = None,
    levels: Sequence[int] = LEVELS,
    unpool: str = "max",
    content_reg: float = CONTENT_REG,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Any:
    """Whiten and colour the features of every level, coarse to fine, each decoded by max-unpooling.

    Im₄ = d₄(WCT(e₄(content))), Im₃ = d₃(WCT(e₃(Im₄))), … Im₁.  The poolings undone by d_N are those of the
    picture that entered level N.  The published method goes on with :func:`audiostyle.image.smooth`.

    Args:
        content, style, weights, content_mask, style_mask: see :meth:`Scene.of`.
        strength: how far features go from the content's (0) to the transformed (1), at every level.
        levels: the reluN_1 to work through, in this order.
        unpool: ``"nearest"`` takes decoders that do not know where the maxima were.
        content_reg: added to the content's variances: 1 as published in code, 0 as in the paper.
        backbone: a model's name or folder, or networks that are loaded.
        memory_limit: GB of working memory; smaller tiles, the same result.
        progress: hears what share is done, 0 to 1.

    Returns:
        A picture of the content's size and type.

    Raises:
        ShapeError, ModelNotFound, AudiostyleError: see :class:`StylizeInputs`, :class:`PictureAutoencoder`, :class:`Cascade`.
    """
    check_strength(strength)
    scene = StylizeInputs.of(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )

    def transform(own: Moments, other: Moments) -> AffineMap:
        return wct(own, other, content_reg=content_reg)

    networks = PictureAutoencoder.of(backbone, device)
    return scene.finish(Cascade(networks, levels, unpool, transform, strength, memory_limit, progress)(scene))
