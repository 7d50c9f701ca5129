"""Linear Monge–Kantorovich color transfer: the style's mean and covariance in RGB by the least change.

Pitié and Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer"
(CVMP 2007).
"""

from collections.abc import Sequence

from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.color_transfer import transfer_colors
from audiostyle.image.inputs import Segments, StylizeInputs
from audiostyle.image.masks import Mask
from audiostyle.models.torch_settings import own_settings
from audiostyle.style import optimal_transport
from audiostyle.style.memory import MomentMemory


@own_settings()
def mkl(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    segments: Segments | None = None,
    memory: MomentMemory | None = None,
) -> Picture:
    """Give the content the style's mean color and covariance of colors.

    Directions in which the content hardly varies (by 1 of 255 or less) get the style's mean only: a gray
    picture has no colors that could be told apart.

    Args:
        content, style, weights, content_mask, style_mask, segments, memory: see
            `audiostyle.image.inputs.StylizeInputs.from_pictures`.
        strength: 0 gives the content, 1 the result, in between a mixture of both.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError: a picture, the weights or the masks do not fit, or ``strength`` is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> content, style = 0.4 + 0.2 * rng.random((2, 30, 40, 3))
        >>> bool(np.allclose(mkl(content, style).mean((0, 1)), style.mean((0, 1)), atol=1e-3))
        True
    """
    inputs = StylizeInputs.from_pictures(
        content,
        style,
        weights=weights,
        content_mask=content_mask,
        style_mask=style_mask,
        segments=segments,
        memory=memory,
    )
    return inputs.finish(transfer_colors(inputs, optimal_transport), strength)
