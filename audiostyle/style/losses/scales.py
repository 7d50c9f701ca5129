"""Losses that choose how large things are painted: strokes of a continuous size, and several stages."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.checks import check_number
from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.gram import Gram
from audiostyle.style.losses.positions import Mask, check_map


class Stroke(Gram):
    """‖G(F) − ((1 − t) G(S_k) + t G(S_{k+1}))‖²/C², S_k the style at the k-th of several sizes.

    Jing et al. 2018, "Stroke controllable fast style transfer with adaptive receptive fields": the size of
    the style's picture decides how large its strokes appear (section 3), and sizes between two of those are
    had by interpolation (section 4.3; theirs is of a network's features, here it is of what they are trained
    to).

    Args:
        styles: S_0, S_1 …: maps of the style at growing sizes, one or more.
        size: from 0, strokes as in the first one, to 1, as in the last.
        mask: see :class:`~audiostyle.style.losses.gram.Gram`.
        style_mask: of all sizes.

    Raises:
        ShapeError: there is no style, their channels differ, or ``size`` is not in [0, 1].

    Example:
        >>> fine, coarse = torch.ones(1, 1, 8), 3 * torch.ones(1, 1, 8)
        >>> float(Stroke([fine, coarse], size=0.5)(coarse))  # 9 − (1 + 9)/2, squared
        16.0
    """

    def __init__(
        self, styles: Sequence[Tensor], *, size: float = 0.5, mask: Mask = None, style_mask: Mask = None
    ) -> None:
        if isinstance(styles, Tensor) or not styles:
            raise ShapeError("a stroke loss takes a list of maps, the style at growing sizes")
        self.size = check_number("size", size, 0, 1, error=ShapeError)
        super().__init__(styles[0], mask=mask, style_mask=style_mask)
        matrices = [self.target]
        for style in styles[1:]:
            check_map(style, "the style", self.channels)
            matrices.append(self._compute(style.detach(), style_mask, "the style mask"))
        place = self.size * (len(matrices) - 1)
        low = min(int(place), max(0, len(matrices) - 2))
        self.target = torch.lerp(matrices[low], matrices[min(low + 1, len(matrices) - 1)], place - low)
        self.count = len(matrices)

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"‖G(F) − G(S at size {self.size:g} of {self.count})‖²/C²"


class Hierarchical(Loss[Tensor | Sequence[Tensor]]):
    """Σ_k λ_k ‖G(F_k) − G(S↓2^(K−1−k))‖²/C² over the stages of a coarse-to-fine stylization.

    Wang, Oxholm, Zhang & Wang 2017, "Multimodal transfer: a hierarchical deep convolutional neural network
    for fast artistic style transfer", eq. 5: each stage is twice as large as the one before, and each has its
    own texture at its own size, so that strokes are large and have detail.  Their first stage sees luminance
    only: ``audiostyle image optimize --preset wang`` does that.

    Args:
        style: S (B, C, …), at the size of the last stage.
        stages: K.
        weights: λ_k, coarse to fine; None: all 1.
        style_mask: how much each position of the style counts.

    Raises:
        ShapeError: the style is no map or too small for the stages, or the weights do not fit.

    Example:
        >>> style = torch.ones(1, 2, 8, 8)
        >>> loss = Hierarchical(style, stages=2)
        >>> float(loss([torch.ones(1, 2, 3, 3), 2 * torch.ones(1, 2, 6, 6)])), float(loss(style))
        (9.0, 0.0)
    """

    def __init__(
        self,
        style: Tensor,
        *,
        stages: int = 3,
        weights: Sequence[float] | None = None,
        style_mask: Mask = None,
    ) -> None:
        pyramid = halve_repeatedly(check_map(style, "the style").detach(), stages)
        self.weights = [1.0] * stages if weights is None else [check_number("weights", w, 0) for w in weights]
        if len(self.weights) != stages:
            raise ShapeError(f"{stages} stages need as many weights, not {len(self.weights)}")
        self.losses = [Gram(level, style_mask=style_mask) for level in reversed(pyramid)]

    def __call__(self, features: Tensor | Sequence[Tensor]) -> Tensor:
        """Return the loss of the maps of all stages, coarse to fine, or of one map at all their sizes."""
        if isinstance(features, Tensor):
            features = halve_repeatedly(check_map(features, "the map"), len(self.losses))[::-1]
        if len(features) != len(self.losses):
            raise ShapeError(f"there are {len(self.losses)} stages, and maps of {len(features)}")
        parts = zip(self.weights, self.losses, features, strict=True)
        return torch.stack([weight * loss(part) for weight, loss, part in parts]).sum()

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"Σ_k λ_k ‖G(F_k) − G(S_k)‖²/C², {len(self.losses)} stages"


def halve_repeatedly(features: Tensor, count: int) -> list[Tensor]:
    """Return ``count`` maps, each with sides half as long as the one before, rounded up."""
    levels = [features]
    for _ in range(count - 1):
        last = levels[-1]
        if last.ndim == 3:
            levels.append(F.avg_pool1d(last, 2, ceil_mode=True) if last.shape[2] > 1 else last)
        else:
            levels.append(F.avg_pool2d(last, 2, ceil_mode=True) if min(last.shape[2:]) > 1 else last)
    return levels
