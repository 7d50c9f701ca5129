"""Losses of whole distributions: of each channel, and of projections on random directions.

Both sort.  In one dimension the optimal transport between two sets takes the k-th smallest to the k-th
smallest, or with sets of different sizes and weights, quantile to quantile.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from audiostyle.checks import check_count
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.mmd import choose_positions
from audiostyle.style.losses.positions import Mask, check_map, to_columns, weigh_positions

POSITIONS = 1 << 14
"""Of which :class:`SlicedWasserstein` takes a sample where a map has more: sorting is what it costs."""


class Histogram(Loss[Tensor]):
    """‖F − match(F → S)‖²/CN: each channel's values against what their ranks are in the style.

    Risser, Wilmot & Barnes 2017, "Stable and controllable neural texture synthesis and style transfer using
    histogram losses", eq. 4.  The matched map is a constant of the gradient.  The published histograms have
    256 bins; here all values are sorted, which has none.

    Args:
        style: S (B, C, …).
        mask: how much each position of the result counts; see :mod:`.positions`.
        style_mask: the same of the style.

    Raises:
        ShapeError: the style is no map, or its mask does not fit.

    Example:
        >>> loss = Histogram(torch.tensor([[[0.0, 2.0]]]))
        >>> float(loss(torch.tensor([[[3.0, 2.0]]])))  # 3 becomes 2, and 2 becomes 0
        2.5
    """

    def __init__(self, style: Tensor, *, mask: Mask = None, style_mask: Mask = None) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.mask = mask
        self.quantiles = Quantiles(
            to_columns(style.detach()), weigh_positions(style_mask, style, "the style mask")
        )

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.channels)
        weights = weigh_positions(self.mask, features, "the mask")
        return self.quantiles.compute_distance(to_columns(features), weights)

    @property
    def formula(self) -> str:
        """In symbols."""
        return "‖F − match(F → S)‖²/CN"


class SlicedWasserstein(Loss[Tensor]):
    """The mean squared distance between sorted projections on random directions.

    Heitz, Vanhoey, Chambon & Belcour 2021, "A sliced Wasserstein loss for neural texture synthesis", eq. 3
    and 5.  It is zero only where the whole distributions of features are equal, of which Gram matrices are
    the second moments.

    Args:
        style: S (B, C, …).
        directions: how many; None: as many as there are channels, as published.
        positions: of larger maps, a random sample of so many counts.
        seed: of directions and samples, which are drawn anew by :meth:`advance`.
        mask, style_mask: how much each position counts.

    Raises:
        ShapeError: the style is no map, or its mask does not fit.

    Example:
        >>> style = torch.rand(1, 3, 10, generator=torch.Generator().manual_seed(0))
        >>> float(SlicedWasserstein(style)(style.flip(2))) < 1e-12
        True
    """

    def __init__(
        self,
        style: Tensor,
        *,
        directions: int | None = None,
        positions: int = POSITIONS,
        seed: int = 0,
        mask: Mask = None,
        style_mask: Mask = None,
    ) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.count = self.channels if directions is None else check_count("directions", directions, 1)
        self.positions = check_count("positions", positions, 1)
        self.mask = mask
        self.style = to_columns(style.detach())
        self.style_weights = weigh_positions(style_mask, style, "the style mask")
        self.generator = torch.Generator().manual_seed(seed)
        self._draw()

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.channels)
        columns, weights = self._sample(
            to_columns(features), weigh_positions(self.mask, features, "the mask")
        )
        return self.quantiles.compute_distance(columns @ self.axes, weights)

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean_θ ‖sort(θᵀF) − sort(θᵀS)‖²/N, {self.count} directions θ"

    def get_state(self) -> dict[str, Tensor]:
        """Return the state of the random generator."""
        return {"generator": self.generator.get_state()}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on drawing from there."""
        self.generator.set_state(state["generator"])

    def advance(self, features: Tensor) -> None:
        """Draw other directions and other samples."""
        self._draw()

    def _draw(self) -> None:
        axes = torch.randn(self.channels, self.count, generator=self.generator, dtype=torch.float64)
        self.axes = (axes / axes.norm(dim=0)).to(self.style.device, self.style.dtype)
        self.draws = torch.rand(self.positions, generator=self.generator, dtype=torch.float64)
        columns, weights = self._sample(self.style, self.style_weights)
        self.quantiles = Quantiles(columns @ self.axes, weights)

    def _sample(self, columns: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Return all columns with their weights, or a sample that needs none."""
        if len(columns) <= self.positions:
            return columns, weights
        chosen = choose_positions(self.draws, len(columns), weights)
        return columns[chosen.to(columns.device)], None


class Quantiles:
    """The sorted values of some columns, to which others are matched.

    Args:
        columns: (N, K).
        weights: (N,), with the sum 1; None for all alike.

    Example:
        >>> quantiles = Quantiles(torch.tensor([[4.0], [0.0], [2.0]]))
        >>> quantiles.match(torch.tensor([[7.0], [9.0], [8.0]])).flatten().tolist()
        [0.0, 4.0, 2.0]
    """

    def __init__(self, columns: Tensor, weights: Tensor | None = None) -> None:
        kept = columns if weights is None else columns[weights > 0]
        shares = None if weights is None else weights[weights > 0]
        rows = kept.detach().mT.contiguous()  # (K, N)
        order = sort_rows(rows)
        self.values = rows.gather(1, order)
        self.ranks = _compute_ranks(order, shares)
        self.even = weights is None

    def compute_distance(self, columns: Tensor, weights: Tensor | None = None) -> Tensor:
        """Return the mean squared difference of columns (N, K) from what they are matched to."""
        squares = (columns - self.match(columns, weights)).square().mean(dim=1)
        return squares.mean() if weights is None else squares @ weights

    def match(self, columns: Tensor, weights: Tensor | None = None) -> Tensor:
        """Return for each value of columns (N, K) the quantile at its rank, a constant of any gradient."""
        order = sort_rows(columns.detach().mT.contiguous())
        if weights is None and order.shape == self.values.shape and self.even:
            found = self.values
        else:
            found = _interpolate(_compute_ranks(order, weights), self.ranks, self.values)
        return torch.empty_like(found).scatter_(1, order, found).mT


def sort_rows(rows: Tensor) -> Tensor:
    """Return the order of the values in each row (K, N), ascending.

    On a CPU NumPy sorts several times as fast as torch.

    Example:
        >>> sort_rows(torch.tensor([[3.0, 1.0, 2.0]])).tolist()
        [[1, 2, 0]]
    """
    if rows.device.type != "cpu":
        return rows.argsort(dim=1)
    return torch.from_numpy(np.argsort(rows.numpy(), axis=1))


def _compute_ranks(order: Tensor, weights: Tensor | None) -> Tensor:
    """Return where each sorted value lies among all, in (0, 1): the middle of its share of the weight.

    Without weights all rows are alike, and one is returned.
    """
    if weights is None:
        count = order.shape[1]
        ranks = (torch.arange(count, dtype=torch.float64) + 0.5) / count
        return ranks.to(order.device)[None]
    shares = weights.detach().double()[order]
    return shares.cumsum(dim=1) - shares / 2


def _interpolate(places: Tensor, known: Tensor, values: Tensor) -> Tensor:
    """Return values at places (K, N) from values known at others (K, M), linearly, and flat at the ends.

    Places and what is known may be one row for all.
    """
    if known.shape[1] == 1:
        return values.expand(-1, places.shape[1])
    rows = max(len(places), len(known))
    places, known = places.expand(rows, -1).contiguous(), known.expand(rows, -1).contiguous()
    above = torch.searchsorted(known, places).clamp(1, known.shape[1] - 1)
    low, high = known.gather(1, above - 1), known.gather(1, above)
    share = ((places - low) / (high - low).clamp(min=1e-300)).clamp(0, 1).to(values.dtype)
    above, share = above.expand(len(values), -1), share.expand(len(values), -1)
    return torch.lerp(values.gather(1, above - 1), values.gather(1, above), share)
