"""The photorealism energy of deep photo style transfer: how far a picture is from a local map of its content.

Luan, Paris, Shechtman & Bala 2017, "Deep photo style transfer", eq. 2: L_m = Σ_c V_cᵀ M V_c, with the matting
Laplacian M = D − W of the content (Levin et al. 2008) and V_c the colors of the result.  It is zero where the
result is, in every 3 × 3 window, an affine function of the content's colors.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from audiostyle.image.smoothing.affinity import compute_matting_planes
from audiostyle.image.smoothing.stencil import PAD, compute_degrees, crop_border
from audiostyle.image.smoothing.system import multiply
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.content import check_same

EPSILON = 1e-6
"""How much a window's colors vary before its edge counts, squared: a fourth of a level of 8 bits.

With the 1e-7 of Levin et al. 2008 the noise of a photograph's sky and the blocks of its JPEG are edges, and
the sky gets blotches with their outlines.
"""


class MattingEnergy(Loss[Tensor]):
    """Σ_c V_cᵀ M V_c / 3N, by a stencil: no matrix is assembled.

    Args:
        content: the photograph (1, 3, H, W) in [0, 1].
        epsilon: see :data:`EPSILON`.

    Example:
        >>> content = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
        >>> energy = MattingEnergy(content)
        >>> float(energy(0.5 * content.flip(1) + 0.2)) < 1e-5 < float(energy(content.flip(2)))
        True
    """

    def __init__(self, content: Tensor, *, epsilon: float = EPSILON) -> None:
        self.content = content.detach()
        guide = content[0].detach().movedim(0, 2).cpu().double().numpy()
        planes = -compute_matting_planes(np.ascontiguousarray(guide), epsilon)
        crop_border(planes)[0] -= compute_degrees(planes)
        self.planes = planes

    def __call__(self, features: Tensor) -> Tensor:
        """Return the energy of a picture of the content's size, over the number of its values."""
        check_same(features, self.content)
        energy: Tensor = _Energy.apply(features, self.planes)
        return energy

    @property
    def formula(self) -> str:
        """In symbols."""
        return "Σ_c V_cᵀ M V_c/3N"


class _Energy(torch.autograd.Function):
    """vᵀ M v over the number of values, with the gradient 2 M v."""

    @staticmethod
    def forward(context: Any, picture: Tensor, planes: np.ndarray) -> Tensor:
        vectors = np.pad(picture[0].detach().cpu().double().numpy(), ((0, 0), (PAD, PAD), (PAD, PAD)))
        out = np.zeros_like(vectors)
        total = multiply(planes, vectors, out).sum() / picture.numel()
        context.save_for_backward(torch.from_numpy(crop_border(out)).to(picture)[None])
        return picture.new_tensor(total)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (product,) = context.saved_tensors
        return gradients[0] * product * (2 / product.numel()), None
