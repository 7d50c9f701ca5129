"""Nearest patches of another map, searched in blocks, so that no table of all pairs is ever held."""

from collections.abc import Iterator

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.losses.positions import check_map, to_columns

BLOCK = 1024
"""Patches that are compared at a time with four times as many of the other map."""

_SMALLEST = 1e-8  # length of a patch that is divided by


class Patches:
    """All patches of a map that lie wholly inside it.

    Args:
        features: (B, C, T) or (B, C, H, W), without a gradient.
        size: of a patch along each axis, in positions.
        name: what messages call the map.

    Raises:
        ShapeError: it is no map, or smaller than a patch.

    Example:
        >>> patches = Patches(torch.arange(5.0)[None, None], 3, "the style")
        >>> len(patches), patches.take(torch.tensor([2])).tolist()
        (3, [[2.0, 3.0, 4.0]])
    """

    def __init__(self, features: Tensor, size: int, name: str) -> None:
        positions = check_map(features, name).shape[2:]
        if min(positions) < size:
            raise ShapeError(
                f"{name} has {' × '.join(map(str, positions))} positions, fewer than a patch of {size} a "
                "side; take a larger one, or another layer"
            )
        self.rows = to_columns(features.detach()).contiguous()  # (N, C): a position's values side by side
        places = torch.arange(len(self.rows)).to(features.device)
        grid = places.reshape(features.shape[0], *positions)
        starts, middles = grid, grid
        for axis, length in enumerate(positions, start=1):
            starts = starts.narrow(axis, 0, length - size + 1)
            middles = middles.narrow(axis, size // 2, length - size + 1)
        self.starts, self.middles = starts.flatten(), middles.flatten()
        window = grid[0]
        for axis in range(window.ndim):
            window = window.narrow(axis, 0, size)
        self.offsets = window.flatten()

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, numbers: Tensor) -> Tensor:
        """Return the patches of these numbers as rows (n, C · positions)."""
        places = self.starts[numbers][:, None] + self.offsets
        return self.rows[places].mT.flatten(1)

    def take_unit(self, numbers: Tensor) -> Tensor:
        """Return these patches as rows of length 1, or of zeros."""
        rows = self.take(numbers)
        return rows / rows.norm(dim=1, keepdim=True).clamp(min=_SMALLEST)


def find_matches(
    patches: Patches,
    others: Patches,
    *,
    rows: Tensor | None = None,
    candidates: Tensor | None = None,
    block: int = BLOCK,
) -> tuple[Tensor, Tensor]:
    """Return, for each patch, the one of another map with the greatest normalized cross-correlation.

    Args:
        patches: to find matches for.
        others: what they are matched with.
        rows: numbers of the patches that are matched; None for all.
        candidates: numbers of the patches that may be chosen; None for all.
        block: how many patches are compared at a time.

    Returns:
        The numbers of the matches (n,), and the cosines (n,); of equal ones, the first.

    Example:
        >>> one = Patches(torch.tensor([[[0.0, 1.0]]]), 1, "the map")
        >>> other = Patches(torch.tensor([[[-2.0, 3.0, 5.0]]]), 1, "the style")
        >>> find_matches(one, other)[0].tolist()
        [0, 1]
    """
    chosen = number_patches(patches, rows)
    allowed = number_patches(others, candidates)
    best = patches.rows.new_full((len(chosen),), -torch.inf)
    found = torch.zeros_like(chosen)
    for keys in allowed.split(4 * block):
        table = others.take_unit(keys).mT.contiguous()
        for start, queries in _split(chosen, block):
            value, place = (patches.take_unit(queries) @ table).max(dim=1)
            part = slice(start, start + len(queries))
            better = value > best[part]
            best[part] = torch.where(better, value, best[part])
            found[part] = torch.where(better, keys[place], found[part])
    return found, best


def number_patches(patches: Patches, chosen: Tensor | None) -> Tensor:
    """Return the numbers of the chosen patches, or of all."""
    if chosen is None:
        return torch.arange(len(patches)).to(patches.starts.device)
    return chosen


def _split(numbers: Tensor, block: int) -> Iterator[tuple[int, Tensor]]:
    for start in range(0, len(numbers), block):
        yield start, numbers[start : start + block]
