"""Losses of neighboring positions: total variation, and the Laplacians of content and result."""

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.checks import check_count, check_number
from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.content import check_same
from audiostyle.style.losses.positions import check_map

_FLAT = 1e-12  # added where a root of squares is taken, which could not be differentiated at 0

POOLING = 4
"""Pixels over which :class:`Laplacian` averages before it looks at edges, as published."""


class TotalVariation(Loss[Tensor]):
    """mean (Σ over axes of squared differences of neighbors)^(β/2): what makes a map smooth.

    Mahendran & Vedaldi 2015, "Understanding deep image representations by inverting them", eq. 3, as a mean;
    with β = 2 the loss of Johnson et al. 2016, with β = 1 that of Rudin, Osher & Fatemi 1992.

    Args:
        exponent: β, at least 1.

    Raises:
        AudiostyleError: the exponent is below 1.

    Example:
        >>> float(TotalVariation()(torch.tensor([[[0.0, 1.0, 4.0]]])))
        5.0
    """

    def __init__(self, *, exponent: float = 2.0) -> None:
        self.exponent = check_number("exponent", exponent, 1)

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map")
        axes = [axis for axis in range(2, features.ndim) if features.shape[axis] > 1]
        if not axes:
            return features.sum() * 0
        squares = sum(self._compute_steps(features, axis, axes).square() for axis in axes)
        assert isinstance(squares, Tensor)
        if self.exponent == 2:
            return squares.mean()
        return (squares + _FLAT).pow(self.exponent / 2).mean()

    @staticmethod
    def _compute_steps(features: Tensor, axis: int, axes: list[int]) -> Tensor:
        """Return the differences along an axis, at positions that have a next one along every axis."""
        for other in axes:
            if other != axis:
                features = features.narrow(other, 0, features.shape[other] - 1)
        return features.diff(dim=axis)

    @property
    def formula(self) -> str:
        """In symbols."""
        return "TV(F)" if self.exponent == 2 else f"TV_{self.exponent:g}(F)"


class Laplacian(Loss[Tensor]):
    """mean (Δ(F↓p) − Δ(T↓p))², of maps averaged over p × p positions.

    Li, Xu, Nie & Chua 2017, "Laplacian-steered neural style transfer" (LapStyle), eq. 5 and 6, as a mean
    instead of a sum.  Δ is the sum of the neighbors (four in a picture, two in sound) less as many times the
    middle, for each channel.

    Args:
        content: T (B, C, …), of the result's size; in the paper the picture itself.
        pooling: p; less where a side would have fewer than three values.

    Raises:
        ShapeError: the content is no map, or has fewer than three positions a side.

    Example:
        >>> content = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
        >>> float(Laplacian(content)(content + 0.5)) < 1e-10  # it sees edges, and no levels
        True
    """

    def __init__(self, content: Tensor, *, pooling: int = POOLING) -> None:
        self.content = check_map(content, "the content").detach()
        self.pooling = check_count("pooling", pooling, 1)
        self.edges = compute_laplacian(self._pool(self.content))

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …) of the content's size."""
        check_same(features, self.content)
        return (compute_laplacian(self._pool(features)) - self.edges).square().mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean (Δ(F↓{self.pooling}) − Δ(T↓{self.pooling}))²"

    def _pool(self, features: Tensor) -> Tensor:
        shortest = min(features.shape[2:])
        if shortest < 3:
            raise ShapeError(f"the map {tuple(features.shape)} has no edges: it needs three positions a side")
        pool = F.avg_pool1d if features.ndim == 3 else F.avg_pool2d
        return pool(features, min(self.pooling, shortest // 3))


def compute_laplacian(features: Tensor) -> Tensor:
    """Return the discrete Laplacian of a map (B, C, …) at its inner positions.

    Example:
        >>> compute_laplacian(torch.tensor([[[0.0, 1.0, 4.0, 9.0]]])).tolist()
        [[[2.0, 2.0]]]
    """
    axes = range(2, features.ndim)
    middle = features
    for axis in axes:
        middle = middle.narrow(axis, 1, middle.shape[axis] - 2)
    total = torch.zeros_like(middle)
    for axis in axes:
        size = features.shape[axis] - 2
        inner = features
        for other in axes:
            if other != axis:
                inner = inner.narrow(other, 1, features.shape[other] - 2)
        total = total + inner.narrow(axis, 0, size) + inner.narrow(axis, 2, size) - 2 * middle
    return total
