"""Maximum mean discrepancy: how far two sets of features are apart in the space of a kernel.

Li, Wang, Liu & Hou 2017, "Demystifying neural style transfer":

    L = mean k(f, f') − 2 mean k(f, s) + mean k(s, s')

over pairs of positions.  With k(x, y) = (x·y)² it is ‖G(F) − G(S)‖², the Gram loss.
"""

from collections.abc import Mapping
from typing import Literal, get_args

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.gram import compute_weighted_gram
from audiostyle.style.losses.positions import Mask, check_map, compute_mean, to_columns, weigh_positions

Kernel = Literal["linear", "polynomial", "gaussian"]
"""x·y, (x·y + c)ᵈ, and exp(−‖x − y‖²/2γ)."""


class MMD(Loss[Tensor]):
    """The maximum mean discrepancy between the features of a map and the style's.

    The linear kernel compares means, at the cost of one pass.  The square of the polynomial one is computed
    from matrices of channels, exactly and from all positions.  Other degrees and the Gaussian kernel are
    estimated from random pairs of positions, as published, in linear time (eq. 8); there γ is the mean
    squared distance of the style's pairs.  Equal maps have a loss of exactly 0, because the pairs of both
    are at the same places.

    Args:
        style: S (B, C, …).
        kernel: ``"linear"``, ``"polynomial"`` or ``"gaussian"``.
        degree, constant: d and c of the polynomial kernel.
        pairs: how many pairs of positions the estimates draw.
        seed: of the pairs, which are drawn anew by :meth:`advance`.
        mask, style_mask: how much each position counts; estimates draw positions by it.

    Raises:
        AudiostyleError: there is no such kernel.
        ShapeError: the style is no map, or a mask does not fit.

    Example:
        >>> loss = MMD(torch.zeros(1, 2, 9), kernel="linear")
        >>> float(loss(3 * torch.ones(1, 2, 4)))
        18.0
    """

    def __init__(
        self,
        style: Tensor,
        *,
        kernel: Kernel = "linear",
        degree: int = 2,
        constant: float = 0.0,
        pairs: int = 4096,
        seed: int = 0,
        mask: Mask = None,
        style_mask: Mask = None,
    ) -> None:
        if kernel not in get_args(Kernel):
            raise AudiostyleError(f"kernel must be one of {', '.join(get_args(Kernel))}, not {kernel!r}")
        self.channels = check_map(style, "the style").shape[1]
        self.kernel, self.degree, self.constant, self.mask = kernel, degree, constant, mask
        self.style = to_columns(style.detach())
        self.weights = weigh_positions(style_mask, style, "the style mask")
        self.pairs, self.generator = pairs, torch.Generator().manual_seed(seed)
        self.draws = self._draw()
        first, second = (self._take(self.style, self.weights, draws) for draws in self.draws)
        self.gamma = float((first - second).square().sum(dim=1).mean().clamp(min=1e-12))

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.channels)
        columns, weights = to_columns(features), weigh_positions(self.mask, features, "the mask")
        if self.kernel == "linear":
            return (compute_mean(columns, weights) - compute_mean(self.style, self.weights)).square().sum()
        if self.kernel == "polynomial" and self.degree == 2:
            own, other = (
                self._compute_matrix(columns, weights),
                self._compute_matrix(self.style, self.weights),
            )
            return (own - other).square().sum()
        return self._estimate(columns, weights)

    @property
    def formula(self) -> str:
        """In symbols."""
        kernels = {
            "linear": "x·y",
            "polynomial": f"(x·y + {self.constant:g})^{self.degree}",
            "gaussian": "exp(−‖x − y‖²/2γ)",
        }
        return f"MMD²(F, S), k(x, y) = {kernels[self.kernel]}"

    def get_state(self) -> dict[str, Tensor]:
        """Return the state of the random generator."""
        return {"generator": self.generator.get_state()}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on drawing from there."""
        self.generator.set_state(state["generator"])

    def advance(self, features: Tensor) -> None:
        """Draw other pairs of positions."""
        self.draws = self._draw()

    def _compute_matrix(self, columns: Tensor, weights: Tensor | None) -> Tensor:
        """Return the Gram matrix of (f, √c): its products are those of the kernel (f·s + c)²."""
        if self.constant:
            columns = torch.cat([columns, columns.new_full((len(columns), 1), self.constant**0.5)], dim=1)
        return compute_weighted_gram(columns, weights)

    def _estimate(self, columns: Tensor, weights: Tensor | None) -> Tensor:
        x, other_x = (self._take(columns, weights, draws) for draws in self.draws)
        y, other_y = (self._take(self.style, self.weights, draws) for draws in self.draws)
        return (
            self._compare(x, other_x)
            + self._compare(y, other_y)
            - self._compare(x, other_y)
            - self._compare(other_x, y)
        ).mean()

    def _compare(self, x: Tensor, y: Tensor) -> Tensor:
        if self.kernel == "gaussian":
            return torch.exp(-(x - y).square().sum(dim=1) / (2 * self.gamma))
        return ((x * y).sum(dim=1) + self.constant) ** self.degree

    def _draw(self) -> tuple[Tensor, Tensor]:
        """Return uniform numbers in [0, 1) that choose the positions of pairs."""
        both = torch.rand(2, self.pairs, generator=self.generator, dtype=torch.float64)
        return both[0], both[1]

    @staticmethod
    def _take(columns: Tensor, weights: Tensor | None, draws: Tensor) -> Tensor:
        """Return the columns at the places that uniform numbers choose, each as often as it counts."""
        return columns[choose_positions(draws, len(columns), weights).to(columns.device)]


def choose_positions(draws: Tensor, count: int, weights: Tensor | None = None) -> Tensor:
    """Return indices below ``count`` that uniform numbers in [0, 1) choose, by weights where there are any.

    Equal numbers choose equal places in maps of equal size.

    Example:
        >>> choose_positions(torch.tensor([0.0, 0.6, 0.99]), 4).tolist()
        [0, 2, 3]
    """
    if weights is None:
        return (draws * count).long().clamp(max=count - 1)
    sums = weights.detach().double().cpu().cumsum(dim=0)
    return torch.searchsorted(sums / sums[-1], draws, right=True).clamp(max=count - 1)
