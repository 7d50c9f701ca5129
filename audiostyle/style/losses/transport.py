"""The relaxed earth mover's distance: every feature near some of the style's, and the other way round."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.checks import check_count, check_number
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.gram import compute_weighted_gram
from audiostyle.style.losses.matching import Patches, find_matches
from audiostyle.style.losses.mmd import choose_positions
from audiostyle.style.losses.positions import Mask, check_map, to_columns, weigh_positions

POSITIONS = 1024
"""Of each map, drawn at random, as published."""


class RelaxedEMD(Loss[Tensor]):
    """max(mean_i min_j D_ij, mean_j min_i D_ij) + w (‖μ_F − μ_S‖₁/C + ‖Σ_F − Σ_S‖₁/C²), D = 1 − cos.

    Kolkin, Salavon & Shakhnarovich 2019 (STROTSS), eq. 5 to 7.  The first mean asks that nothing be in the
    result that is not in the style, the second that all of the style be in the result.

    Args:
        style: S (B, C, …).
        moments: w, of the moments, which the cosine does not see.
        positions: of larger maps, a random sample of so many counts.
        seed: of the samples, which are drawn anew by :meth:`advance`.
        mask, style_mask: how much each position counts; positions are drawn by it.

    Raises:
        ShapeError: the style is no map, or its mask does not fit.

    Example:
        >>> style = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
        >>> loss = RelaxedEMD(style, moments=0)
        >>> float(loss(style.flip(2))), float(loss(torch.tensor([[[1.0, 1.0], [0.0, 0.0]]])))
        (0.0, 0.5)
    """

    def __init__(
        self,
        style: Tensor,
        *,
        moments: float = 1.0,
        positions: int = POSITIONS,
        seed: int = 0,
        mask: Mask = None,
        style_mask: Mask = None,
    ) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.moments = check_number("moments", moments, 0)
        self.positions, self.mask = check_count("positions", positions, 1), mask
        self.columns = to_columns(style.detach())
        self.weights = weigh_positions(style_mask, style, "the style mask")
        self.generator = torch.Generator().manual_seed(seed)
        self._draw()

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.channels)
        columns = to_columns(features)
        own = self._sample(columns, weigh_positions(self.mask, features, "the mask"))
        distance = self._transport(own)
        return distance + self.moments * self._compare_moments(own) if self.moments else distance

    @property
    def formula(self) -> str:
        """In symbols."""
        moments = f" + {self.moments:g}·(‖Δμ‖₁/C + ‖ΔΣ‖₁/C²)" if self.moments else ""
        return f"max(mean_i min_j D_ij, mean_j min_i D_ij){moments}, D = 1 − cos"

    def get_state(self) -> dict[str, Tensor]:
        """Return the state of the random generator."""
        return {"generator": self.generator.get_state()}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on drawing from there."""
        self.generator.set_state(state["generator"])

    def advance(self, features: Tensor) -> None:
        """Draw other samples."""
        self._draw()

    def _draw(self) -> None:
        self.draws = torch.rand(self.positions, generator=self.generator, dtype=torch.float64)
        self.style = self._sample(self.columns, self.weights)

    def _sample(self, columns: Tensor, weights: Tensor | None) -> Tensor:
        """Return all columns, or a sample where there are more or where they do not count alike."""
        if weights is None and len(columns) <= self.positions:
            return columns
        return columns[choose_positions(self.draws, len(columns), weights).to(columns.device)]

    def _transport(self, own: Tensor) -> Tensor:
        one, other = (Patches(part.mT[None], 1, "the map") for part in (own, self.style))
        nearest, asked = find_matches(one, other)[0], find_matches(other, one)[0]
        return torch.maximum(
            (1 - F.cosine_similarity(own, self.style[nearest])).mean(),
            (1 - F.cosine_similarity(own[asked], self.style)).mean(),
        )

    def _compare_moments(self, own: Tensor) -> Tensor:
        means = [part.mean(dim=0) for part in (own, self.style)]
        spreads = [
            compute_weighted_gram(part - mean) for part, mean in zip((own, self.style), means, strict=True)
        ]
        return (means[0] - means[1]).abs().mean() + (spreads[0] - spreads[1]).abs().mean()
