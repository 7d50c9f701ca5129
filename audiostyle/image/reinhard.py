"""Reinhard's colour transfer: the style's mean and spread in each channel of lαβ.

Reinhard, Ashikhmin, Gooch and Shirley, "Color Transfer between Images" (IEEE CG&A 21(5), 2001).  In lαβ, made
of the logarithms of the cones' responses, the channels of natural pictures hardly correlate, so each may be
moved on its own: AdaIN of three channels.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from audiostyle.image.color_transfer import transfer_colors
from audiostyle.image.inputs import Picture, StylizeInputs
from audiostyle.style import adain

# Eq. 4: RGB to the responses of long, middle and short cones.
_CONES = torch.tensor([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
# Eq. 6: achromatic, yellow–blue and red–green; an orthogonal matrix.
_OPPONENTS = torch.diag(torch.tensor([3.0, 6.0, 2.0]) ** -0.5) @ torch.tensor(
    [[1.0, 1.0, 1.0], [1.0, 1.0, -2.0], [1.0, -1.0, 0.0]]
)
DARK = 1 / 255
"""Added to the cones' responses before the logarithm, so that black has one and the way back is exact."""
FAINT = 1e-6
"""Added to the content's variances in lαβ, so that what rounding makes of a grey is not taken for colours:
about what storing 8 bits adds.  A photograph's variances are a hundred times as large or more."""


def reinhard(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Any = None,
    style_mask: Any = None,
) -> Any:
    """Give the content the style's means and standard deviations in lαβ.

    Args and errors are those of :meth:`audiostyle.image.inputs.Scene.of`; ``strength`` 0 … 1 mixes result and
    content.

    Returns:
        a picture like ``content``, in [0, 1].
    """
    scene = StylizeInputs.of(
        content, style, weights=weights, content_mask=content_mask, style_mask=style_mask
    )
    means_and_deviations = partial(adain, epsilon=FAINT)
    return scene.finish(transfer_colors(scene, means_and_deviations, to_lab, to_rgb), strength)


def to_lab(rgb: Tensor) -> Tensor:
    """RGB (3, …) in [0, 1] → lαβ (3, …)."""
    cones = torch.tensordot(_CONES.to(rgb), rgb, 1).clamp_(min=0)
    return torch.tensordot(_OPPONENTS.to(rgb), cones.add_(DARK).log10_(), 1)


def to_rgb(lab: Tensor) -> Tensor:
    """lαβ (3, …) → RGB (3, …), the inverse of :func:`to_lab`; not every lαβ lies in [0, 1]."""
    # 10³ is far beyond white; it keeps what would overflow finite.
    cones = (10 ** torch.tensordot(_OPPONENTS.mT.to(lab), lab, 1).clamp_(max=3)).sub_(DARK)
    return torch.tensordot(torch.linalg.inv(_CONES).to(lab), cones, 1)
