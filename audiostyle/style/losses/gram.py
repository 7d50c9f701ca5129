"""Gram losses: which channels vary together, and how much.

With columns f of a map F (C, N), one for each position, G(F) = F Fᵀ/N.  All are means of squared differences
of matrices, ‖G(F) − G(S)‖²/C², which is 4 times the loss of Gatys, Ecker & Bethge 2016 (eq. 4) and
``audiostyle.style.gram_loss`` over C².
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.moments import MapMoments, RawMoments
from audiostyle.style.losses.positions import (
    Mask,
    check_map,
    compute_mean,
    resize_mask,
    to_columns,
    weigh_positions,
)

SHIFTS = (1, 2, 4, 8)
"""Positions by which :class:`TransformedGram` shifts maps."""

_SMALLEST = 1e-12  # of a sum of squares that is divided by


class Gram(Loss[Tensor]):
    """‖G(F) − G(S)‖²/C² (Gatys, Ecker & Bethge 2016, eq. 4, times 4).

    It does not see where things are: any permutation of positions leaves it as it is.

    Args:
        style: S (B, C, …), of any positions.
        mask: how much each position of the result counts; see :mod:`.positions`.
        style_mask: the same of the style.

    Raises:
        ShapeError: the style is no map, or its mask does not fit.

    Example:
        >>> loss = Gram(torch.ones(1, 2, 9))
        >>> float(loss(2 * torch.ones(1, 2, 4, 4)))
        9.0
    """

    def __init__(self, style: Tensor, *, mask: Mask = None, style_mask: Mask = None) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.mask = mask
        self.target = self._compute(style.detach(), style_mask, "the style mask")

    def __call__(self, features: Tensor | MapMoments) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        return (self._find_own(features) - self.target).square().mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return "‖G(F) − G(S)‖²/C²"

    @property
    def moments_under(self) -> Sequence[Mask]:
        """Its mask."""
        return [self.mask]

    def _find_own(self, features: Tensor | MapMoments) -> Tensor:
        """Return the matrix of the result."""
        if isinstance(features, MapMoments):
            return self._read(features.get(self.mask, self.channels))
        return self._compute(check_map(features, "the map", self.channels), self.mask, "the mask")

    def _read(self, moments: RawMoments) -> Tensor:
        return moments.products

    def _compute(self, features: Tensor, mask: Mask, name: str) -> Tensor:
        return compute_weighted_gram(to_columns(features), weigh_positions(mask, features, name))


class CenteredGram(Gram):
    """‖G(F − μ_F) − G(S − μ_S)‖²/C²: covariances, whatever the means (Li et al. 2017, "Diversified texture
    synthesis", section 3.3).

    The arguments and errors are those of :class:`Gram`.

    Example:
        >>> style = torch.rand(1, 3, 10)
        >>> float(CenteredGram(style)(style + 5)) < 1e-10
        True
    """

    @property
    def formula(self) -> str:
        """In symbols."""
        return "‖G(F − μ_F) − G(S − μ_S)‖²/C²"

    def _read(self, moments: RawMoments) -> Tensor:
        return moments.covariance

    def _compute(self, features: Tensor, mask: Mask, name: str) -> Tensor:
        columns, weights = to_columns(features), weigh_positions(mask, features, name)
        return compute_weighted_gram(columns - compute_mean(columns, weights), weights)


class StyleAwareGram(Gram):
    """‖G(F) − G(S)‖² / (‖G(F)‖² + ‖G(S)‖²), which lies between 0 and 1 for rectified maps.

    Cheng et al. 2021, "Style-aware normalized loss for improving arbitrary style transfer"
    (arXiv:2104.10064), section 4: plain Gram losses are large for some styles and small for others, whatever
    the quality; this one compares between styles and layers.

    The arguments and errors are those of :class:`Gram`.

    Example:
        >>> float(StyleAwareGram(torch.ones(1, 2, 9))(torch.zeros(1, 2, 4)))
        1.0
    """

    def __call__(self, features: Tensor | MapMoments) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        own = self._find_own(features)
        size = own.square().sum() + self.target.square().sum()
        return (own - self.target).square().sum() / size.clamp(min=_SMALLEST)

    @property
    def formula(self) -> str:
        """In symbols."""
        return "‖G(F) − G(S)‖²/(‖G(F)‖² + ‖G(S)‖²)"


class TransformedGram(Loss[Tensor]):
    """The mean of ‖G_δ(F) − G_δ(S)‖²/C² over shifts δ along each axis, G_δ(F) = mean f_t f_{t+δ}ᵀ.

    Berger & Memisevic 2017, "Incorporating long-range consistency in CNN-based texture generation", eq. 5.
    It sees what lies beside what: symmetric and long-range patterns, and in sound rhythm.  Only moving a map
    as a whole, around its ends, leaves it as it is, and that nearly.

    Args:
        style: S (B, C, …).
        shifts: δ in positions; those that are not shorter than an axis of either map are left out.
        mask: how much each position of the result counts; a pair counts by the product.
        style_mask: the same of the style.

    Raises:
        ShapeError: the style is no map, a mask does not fit, or no shift is short enough.

    Example:
        >>> beat = torch.tensor([[[1.0, 0.0] * 8]])
        >>> float(TransformedGram(beat)(beat.sort().values)) > 0.05
        True
    """

    def __init__(
        self,
        style: Tensor,
        *,
        shifts: Sequence[int] = SHIFTS,
        mask: Mask = None,
        style_mask: Mask = None,
    ) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.shifts, self.mask = sorted({int(shift) for shift in shifts}), mask
        weights = None if style_mask is None else resize_mask(style_mask, style, "the style mask")
        self.targets = dict(self._compute(style.detach(), weights, style.shape))

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …) with as many axes as the style."""
        check_map(features, "the map", self.channels)
        weights = None if self.mask is None else resize_mask(self.mask, features, "the mask")
        pairs = [
            (own - self.targets[place]).square().mean()
            for place, own in self._compute(features, weights, features.shape)
            if place in self.targets
        ]
        if not pairs:
            raise ShapeError(f"no shift among {self.shifts} is shorter than the maps {tuple(features.shape)}")
        return torch.stack(pairs).mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean_δ ‖G_δ(F) − G_δ(S)‖²/C², δ = {', '.join(map(str, self.shifts))}"

    def _compute(
        self, features: Tensor, weights: Tensor | None, shape: torch.Size
    ) -> Iterator[tuple[tuple[int, int], Tensor]]:
        """Yield (axis from the end, shift) and the Gram matrix of every shift that is short enough."""
        for axis in range(1, features.ndim - 1):
            for shift in self.shifts:
                if 0 < shift < shape[-axis]:
                    count = shape[-axis] - shift
                    early, late = features.narrow(-axis, 0, count), features.narrow(-axis, shift, count)
                    joint = None
                    if weights is not None:
                        product = weights.narrow(-axis, 0, count) * weights.narrow(-axis, shift, count)
                        if not bool(product.any()):
                            continue
                        joint = (product / product.sum()).flatten()
                    yield (axis, shift), compute_weighted_gram(to_columns(early), joint, to_columns(late))


class MultiScaleGram(Loss[Tensor]):
    """The mean of Gram losses over a pyramid, each level half as fine as the one before.

    Zhang & Dana 2017, "Multi-style generative network", section 3.2.

    Args:
        style: S (B, C, …).
        scales: levels of the pyramid, the map itself included; fewer where a map is too small.
        mask, style_mask: see :class:`Gram`.

    Raises:
        ShapeError: the style is no map, or a mask does not fit.

    Example:
        >>> texture = torch.rand(1, 3, 16, 16)
        >>> float(MultiScaleGram(texture, scales=3)(texture))
        0.0
    """

    def __init__(self, style: Tensor, *, scales: int = 3, mask: Mask = None, style_mask: Mask = None) -> None:
        self.levels = [
            Gram(level, mask=mask, style_mask=style_mask) for level in make_pyramid(style.detach(), scales)
        ]

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        pyramid = make_pyramid(check_map(features, "the map"), len(self.levels))
        pairs = zip(self.levels[: len(pyramid)], pyramid, strict=True)
        return torch.stack([level(part) for level, part in pairs]).mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean_k ‖G(F↓2ᵏ) − G(S↓2ᵏ)‖²/C², k = 0 … {len(self.levels) - 1}"


def compute_weighted_gram(
    columns: Tensor, weights: Tensor | None = None, other: Tensor | None = None
) -> Tensor:
    """Return Σ w f gᵀ (C, C) of columns f and g (N, C), means where there are no weights (N,).

    Args:
        columns: f.
        weights: w, with the sum 1; None for all alike.
        other: g; None for f.

    Example:
        >>> compute_weighted_gram(torch.tensor([[1.0, 2.0], [3.0, 0.0]])).tolist()
        [[5.0, 1.0], [1.0, 2.0]]
    """
    second = columns if other is None else other
    if weights is None:
        return columns.mT @ second / len(columns)
    return (columns * weights[:, None]).mT @ second


def make_pyramid(features: Tensor, scales: int) -> list[Tensor]:
    """Return a map and its halvings by averages of 2 positions an axis, as many as its size allows."""
    check_map(features, "the map")
    pyramid = [features]
    while len(pyramid) < scales and min(pyramid[-1].shape[2:]) >= 2:
        last = pyramid[-1]
        pyramid.append(F.avg_pool1d(last, 2) if last.ndim == 3 else F.avg_pool2d(last, 2))
    return pyramid
