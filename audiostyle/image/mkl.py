"""Linear Monge–Kantorovich colour transfer: the style's mean and covariance in RGB, moving colours least.

Pitié and Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer"
(CVMP 2007).
"""

from collections.abc import Sequence
from typing import Any

from audiostyle.image.color_transfer import transfer_colors
from audiostyle.image.inputs import Picture, StylizeInputs
from audiostyle.style import optimal_transport


def mkl(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Any = None,
    style_mask: Any = None,
) -> Any:
    """Give the content the style's mean colour and covariance of colours.

    Directions in which the content hardly varies (1 of 255 and less) get the style's mean only: a grey
    picture has no colours that could be told apart.  Args and errors are those of
    :meth:`audiostyle.image.inputs.Scene.of`; ``strength`` 0 … 1 mixes result and content.

    Returns:
        a picture like ``content``, in [0, 1].
    """
    scene = StylizeInputs.of(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )
    return scene.finish(transfer_colors(scene, optimal_transport), strength)
