"""Means and deviations of channels: the statistics that batch normalization keeps, as a loss."""

from collections.abc import Sequence

import torch
from torch import Tensor

from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.moments import MapMoments
from audiostyle.style.losses.positions import Mask, check_map, compute_mean, to_columns, weigh_positions

EPSILON = 1e-6
"""Added to variances, whose root could not be differentiated at 0."""


class BatchNormStatistics(Loss[Tensor]):
    """(‖μ_F − μ_S‖² + ‖σ_F − σ_S‖²)/C (Li, Wang, Liu & Hou 2017, eq. 11, without its weights).

    Args:
        style: S (B, C, …).
        mask: how much each position of the result counts; see :mod:`.positions`.
        style_mask: the same of the style.

    Raises:
        ShapeError: the style is no map, or its mask does not fit.

    Example:
        >>> loss = BatchNormStatistics(torch.zeros(1, 2, 9))
        >>> round(float(loss(3 * torch.ones(1, 2, 4, 4))), 6)
        9.0
    """

    def __init__(self, style: Tensor, *, mask: Mask = None, style_mask: Mask = None) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.mask = mask
        self.mean, self.deviation = compute_deviations(
            to_columns(style.detach()), weigh_positions(style_mask, style, "the style mask")
        )

    def __call__(self, features: Tensor | MapMoments) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        if isinstance(features, MapMoments):
            moments = features.get(self.mask, self.channels)
            mean, variance = moments.mean, moments.covariance.diagonal()
            deviation = torch.sqrt(variance.clamp(min=0) + EPSILON)
        else:
            check_map(features, "the map", self.channels)
            weights = weigh_positions(self.mask, features, "the mask")
            mean, deviation = compute_deviations(to_columns(features), weights)
        return ((mean - self.mean).square() + (deviation - self.deviation).square()).mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return "(‖μ_F − μ_S‖² + ‖σ_F − σ_S‖²)/C"

    @property
    def moments_under(self) -> Sequence[Mask]:
        """Its mask."""
        return [self.mask]


def compute_deviations(columns: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return the means and the standard deviations (C,) of columns (N, C).

    Example:
        >>> [part.tolist() for part in compute_deviations(torch.tensor([[1.0], [3.0]]), None)]
        [[2.0], [1.0000004768371582]]
    """
    mean = compute_mean(columns, weights)
    variance = compute_mean((columns - mean).square(), weights)
    return mean, torch.sqrt(variance + EPSILON)
