"""Matches of which none is chosen more often than it may be: an assignment, solved in blocks."""

from collections.abc import Sequence

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.losses.matching import Patches, find_matches, number_patches

BLOCK = 256
"""Patches and places among which an assignment is solved at a time: the time grows with their square."""

PASSES = 6
"""Through all blocks: the later ones change little."""

_SAMPLE = 4096  # patches from which axes are computed


def find_balanced_matches(
    patches: Patches,
    others: Patches,
    capacity: int,
    *,
    rows: Tensor | None = None,
    candidates: Tensor | None = None,
    block: int = BLOCK,
    passes: int = PASSES,
) -> Tensor:
    """Return matches of which none is chosen more than ``capacity`` times, with a great sum of cosines.

    They begin by rank along the patches' main axis.  Then, pass after pass, what is near along another axis
    forms a block, and within it the best assignment is found (Crouse 2016, "On implementing 2D rectangular
    assignment algorithms").  No pass makes the sum smaller, and one block of everything is the optimum.  The
    work grows with the number of patches, not with its square.  Only where a match may be chosen more often
    than its even share are all best matches searched first; it then has so many places as ask for it, and its
    share.

    Args:
        patches, others, rows, candidates: see :func:`~audiostyle.style.losses.matching.find_matches`.
        capacity: times that a match may be chosen; capacity · candidates must reach the number of patches.
        block: see :data:`BLOCK`.
        passes: see :data:`PASSES`.

    Returns:
        The numbers of the matches (n,).

    Raises:
        ShapeError: there are too few candidates.

    Example:
        >>> one = Patches(torch.tensor([[[1.0, 2.0, 1.0, 2.0]]]), 1, "the map")
        >>> other = Patches(torch.tensor([[[3.0, -1.0]]]), 1, "the style")
        >>> sorted(find_balanced_matches(one, other, 2).tolist())
        [0, 0, 1, 1]
    """
    asking, allowed = number_patches(patches, rows), number_patches(others, candidates)
    if capacity * len(allowed) < len(asking):
        raise ShapeError(f"{len(allowed)} patches of the style, {capacity} times each, are too few")
    share = -(-len(asking) // len(allowed))
    room = torch.full((len(others),), share).to(allowed.device)
    wanted: Tensor | None = None
    if capacity > share:
        wanted = find_matches(patches, others, rows=asking, candidates=allowed)[0]
        room = (room + torch.bincount(wanted, minlength=len(others))).clamp(max=capacity)
    places = allowed.repeat_interleave(room[allowed])
    assignment = _Assignment(patches, others, asking, places, passes)
    assignment.begin(wanted)
    for number in range(passes):
        assignment.improve(number, block)
    return places[assignment.chosen]


class _Assignment:
    """Patches that ask (n) and places (m ≥ n), each of which is one of the style's patches and takes one.

    Attributes:
        asking: (n,), numbers of the patches.
        places: (m,), numbers of the style's patches, equal ones side by side.
        chosen: (n,), the place of each patch; below 0, none yet.
    """

    def __init__(
        self, patches: Patches, others: Patches, asking: Tensor, places: Tensor, passes: int
    ) -> None:
        self.patches, self.others, self.asking, self.places = patches, others, asking, places
        self.chosen = torch.full_like(asking, -1)
        self.own, self.other = _project([(patches, asking), (others, places)], passes)

    def begin(self, wanted: Tensor | None) -> None:
        """Give patches the places they want while there are any, and the others what is left, by rank."""
        if wanted is not None:
            order = wanted.argsort(stable=True)
            asked = wanted[order]
            turn = torch.arange(len(order)).to(order.device) - torch.searchsorted(asked, asked)
            place = torch.searchsorted(self.places, asked) + turn
            met = turn < torch.searchsorted(self.places, asked, right=True) - place + turn
            self.chosen[order[met]] = place[met]
        waiting, spare = (self.chosen < 0).nonzero().flatten(), self._find_spare()
        if len(waiting):
            order = waiting[self.own[waiting, 0].argsort(stable=True)]
            line = spare[self.other[spare, 0].argsort(stable=True)]
            ranks = (2 * torch.arange(len(order)).to(order.device) + 1) * len(line) // (2 * len(order))
            self.chosen[order] = line[ranks]

    def improve(self, number: int, block: int) -> None:
        """Solve the assignment within blocks of what is near along an axis."""
        axis, spare = number % self.own.shape[1], self._find_spare()
        # Who fits its place badly is to meet others like itself, or others that are like its place.
        generator = torch.Generator().manual_seed(number)
        coin = torch.rand(len(self.chosen), generator=generator).to(spare.device) < 0.5
        near = torch.where(coin, self.own[:, axis], self.other[self.chosen, axis])
        order = torch.cat([near, self.other[spare, axis]]).argsort(stable=True)
        for part in order.split(block):
            inside = part < len(self.chosen)
            rows, extra = part[inside], spare[part[~inside] - len(self.chosen)]
            if len(rows):
                self._assign(rows, torch.cat([self.chosen[rows], extra]))

    def _assign(self, rows: Tensor, places: Tensor) -> None:
        """Give patches the best of some places."""
        cosines = self.patches.take_unit(self.asking[rows]) @ self.others.take_unit(self.places[places]).mT
        first, second = linear_sum_assignment(cosines.nan_to_num().cpu().numpy(), maximize=True)
        self.chosen[rows[torch.from_numpy(first)]] = places[torch.from_numpy(second)]

    def _find_spare(self) -> Tensor:
        """Return the places that no patch has."""
        spare = torch.ones(len(self.places), dtype=torch.bool, device=self.places.device)
        spare[self.chosen[self.chosen >= 0]] = False
        return spare.nonzero().flatten()


def _project(parts: Sequence[tuple[Patches, Tensor]], count: int) -> list[Tensor]:
    """Return where some patches of maps lie along the main axes of all of them, (n, axes) for each map."""
    few = [patches.take_unit(rows[:: -(-len(rows) // _SAMPLE)]) for patches, rows in parts]
    sample = torch.cat(few).nan_to_num()
    mean = sample.mean(dim=0)
    with torch.random.fork_rng(devices=[]):  # roughly the main axes will do, but they may not vary
        torch.manual_seed(0)
        axes = torch.svd_lowrank((sample - mean).cpu(), min(count, *sample.shape))[2].to(sample)
    return [
        torch.cat([(patches.take_unit(some) - mean) @ axes for some in rows.split(_SAMPLE)])
        for patches, rows in parts
    ]
