"""What keeps a result near its content: its features, or only how they are alike among themselves."""

from collections.abc import Mapping

import torch
from torch import Tensor

from audiostyle.checks import check_count
from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.mmd import choose_positions
from audiostyle.style.losses.positions import Mask, check_map, resize_mask, to_columns

_SMALLEST = 1e-8  # length of a feature that is divided by


class Perceptual(Loss[Tensor]):
    """‖F − T‖²/CN (Johnson, Alahi & Fei-Fei 2016, eq. 2; Gatys et al. 2016, eq. 1, times 2/CN).

    Args:
        content: T (B, C, …), of the result's size.
        mask: how much each position counts; see :mod:`.positions`.

    Raises:
        ShapeError: the content is no map, or the mask does not fit.

    Example:
        >>> float(Perceptual(torch.zeros(1, 2, 4))(3 * torch.ones(1, 2, 4)))
        9.0
    """

    def __init__(self, content: Tensor, *, mask: Mask = None) -> None:
        self.content = check_map(content, "the content").detach()
        self.mask = mask

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …) of the content's size."""
        check_same(features, self.content)
        return average_positions((features - self.content).square().mean(dim=1), self.mask, features)

    @property
    def formula(self) -> str:
        """In symbols."""
        return "‖F − T‖²/CN"


class SelfSimilarity(Loss[Tensor]):
    """The mean of |D(F)/ΣD(F) − D(T)/ΣD(T)|, D the cosine distances between a map's own positions.

    Kolkin, Salavon & Shakhnarovich 2019, "Style transfer by relaxed optimal transport and self-similarity"
    (STROTSS), eq. 9; the sums are of rows.  Where things are alike in the content, they are to be alike in
    the result, whatever they look like.

    Args:
        content: T (B, C, …), of the result's size.
        positions: of larger maps, a random sample of so many is compared with each other.
        seed: of the sample, which is drawn anew by :meth:`advance`.

    Raises:
        ShapeError: the content is no map.

    Example:
        >>> content = torch.rand(1, 3, 8, generator=torch.Generator().manual_seed(0))
        >>> float(SelfSimilarity(content)(5 * content)) < 1e-6
        True
    """

    def __init__(self, content: Tensor, *, positions: int = 1024, seed: int = 0) -> None:
        self.content = check_map(content, "the content").detach()
        self.positions = check_count("positions", positions, 2)
        self.generator = torch.Generator().manual_seed(seed)
        self._draw()

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C', …) with the content's positions."""
        check_map(features, "the map")
        if features[:, 0].shape != self.content[:, 0].shape:
            raise ShapeError(f"the map {tuple(features.shape)} and the content differ in their positions")
        chosen = self.chosen.to(features.device)
        own, other = (_compare_rows(to_columns(part)[chosen]) for part in (features, self.content))
        return len(chosen) * (own - other).abs().mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return "mean |D(F)/ΣD(F) − D(T)/ΣD(T)|, D = 1 − cos"

    def get_state(self) -> dict[str, Tensor]:
        """Return the state of the random generator."""
        return {"generator": self.generator.get_state()}

    def set_state(self, state: Mapping[str, Tensor]) -> None:
        """Go on drawing from there."""
        self.generator.set_state(state["generator"])

    def advance(self, features: Tensor) -> None:
        """Draw another sample of positions."""
        self._draw()

    def _draw(self) -> None:
        count = self.content[:, 0].numel()
        if count <= self.positions:
            self.chosen = torch.arange(count)
        else:
            draws = torch.rand(self.positions, generator=self.generator, dtype=torch.float64)
            self.chosen = choose_positions(draws, count).unique()


def _compare_rows(columns: Tensor) -> Tensor:
    """Return the cosine distances between all rows of columns (N, C), each row over its sum."""
    unit = columns / (columns.square().sum(dim=1, keepdim=True) + _SMALLEST**2).sqrt()
    distances = (1 - unit @ unit.mT).clamp(min=0)
    return distances / distances.sum(dim=1, keepdim=True).clamp(min=_SMALLEST)


def check_same(features: Tensor, content: Tensor) -> None:
    """Raise ShapeError unless a map has exactly the shape of what it is compared with."""
    check_map(features, "the map")
    if features.shape != content.shape:
        raise ShapeError(
            f"the map is {tuple(features.shape)}, what it is compared with {tuple(content.shape)}"
        )


def average_positions(values: Tensor, mask: Mask, features: Tensor) -> Tensor:
    """Return the mean of values (B, …) at a map's positions, weighted by a mask."""
    if mask is None:
        return values.mean()
    weights = resize_mask(mask, features, "the mask")
    if not bool(weights.any()):
        raise ShapeError("the mask is empty where the map has its positions; paint a larger area")
    return (values * weights).sum() / weights.sum()
