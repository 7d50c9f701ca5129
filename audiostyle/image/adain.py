"""AdaIN: arbitrary style transfer in one step (Huang & Belongie 2017, arXiv:1703.06868)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.cascade import Cascade, Progress
from audiostyle.image.inputs import Picture, StylizeInputs, check_strength
from audiostyle.style import adain as match_deviations


def adain(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Any = None,
    style_mask: Any = None,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Any:
    """Give each channel of relu4_1 the style's mean and standard deviation, and decode (eq. 8 and 14).

    The decoder is WCT's: trained to reconstruct photographs, not, as the paper's, on stylised features.

    Args and raises: as :func:`audiostyle.image.photowct`.

    Returns:
        A picture of the content's size and type.
    """
    check_strength(strength)
    scene = StylizeInputs.of(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )
    networks = PictureAutoencoder.of(backbone, device)
    return scene.finish(
        Cascade(networks, (4,), "nearest", match_deviations, strength, memory_limit, progress)(scene)
    )
