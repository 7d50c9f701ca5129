"""Reinhard's color transfer: the style's mean and standard deviation in each channel of lαβ.

Reinhard, Ashikhmin, Gooch and Shirley, "Color Transfer between Images" (IEEE CG&A 21(5), 2001).  The color
space lαβ is made of the logarithms of the responses of the eye's cones.  In it the channels of natural
pictures hardly correlate, so each may be moved on its own: this is AdaIN of three channels.
"""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor

from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.color_transfer import transfer_colors
from audiostyle.image.inputs import Segments, StylizeInputs
from audiostyle.image.masks import Mask
from audiostyle.models.torch_settings import own_settings
from audiostyle.style import adain as match_deviations
from audiostyle.style.memory import MomentMemory

# Eq. 4: RGB to the responses of the long, middle and short cones.
_CONES = torch.tensor(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]],
    dtype=torch.float32,
    device="cpu",
)
# Eq. 6: achromatic, yellow–blue and red–green; an orthogonal matrix.
_OPPONENTS = torch.diag(
    torch.tensor([3.0, 6.0, 2.0], dtype=torch.float32, device="cpu") ** -0.5
) @ torch.tensor([[1.0, 1.0, 1.0], [1.0, 1.0, -2.0], [1.0, -1.0, 0.0]], dtype=torch.float32, device="cpu")
DARK = 1 / 255
"""Added to the cones' responses before the logarithm, so that black has one and the way back is exact."""
FAINT = 1e-6
"""Added to the content's variances in lαβ, so that rounding errors of a gray picture do not become colors.

It is about what storing 8 bits adds.  A photograph's variances are a hundred times as large or more.
"""


@own_settings()
def reinhard(
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
    """Give the content the style's means and standard deviations in lαβ.

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
        >>> content = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
        >>> orange = np.full((8, 8, 3), [250, 150, 50], dtype=np.uint8)
        >>> reinhard(content, orange)[0, 0].tolist()
        [250, 150, 50]
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
    closed_form = partial(match_deviations, epsilon=FAINT)
    return inputs.finish(transfer_colors(inputs, closed_form, to_lab, to_rgb), strength)


def to_lab(rgb: Tensor) -> Tensor:
    """Convert RGB (3, …) in [0, 1] to lαβ (3, …)."""
    cones = torch.tensordot(_CONES.to(rgb), rgb, 1).clamp_(min=0)
    return torch.tensordot(_OPPONENTS.to(rgb), cones.add_(DARK).log10_(), 1)


def to_rgb(lab: Tensor) -> Tensor:
    """Convert lαβ (3, …) to RGB (3, …), the inverse of :func:`to_lab`; not every lαβ lies in [0, 1]."""
    # 10³ is far beyond white; it keeps what would overflow finite.
    cones = (10 ** torch.tensordot(_OPPONENTS.mT.to(lab), lab, 1).clamp_(max=3)).sub_(DARK)
    return torch.tensordot(torch.linalg.inv(_CONES).to(lab), cones, 1)
