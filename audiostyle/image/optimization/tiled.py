"""Maps of large pictures, or their moments alone, computed tile by tile and again for their gradients."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from audiostyle.image.tiles import Tile
from audiostyle.style.losses.base import Maps
from audiostyle.style.losses.moments import Moments, sum_powers
from audiostyle.style.losses.positions import to_columns


@dataclass(frozen=True)
class TiledWork:
    """What is computed of pictures in tiles.

    In memory are the results, the gradient of the pictures, and the maps of one tile.

    Attributes:
        compute: the maps of layers, from a tile and the layers' names.
        names: of layers, such as ``relu2_1``.
        moments: those of which only moments are needed.
        tiles: of the pictures.
        shape: of the pictures, (B, 3, H, W).
    """

    compute: Callable[[Tensor, Sequence[str]], Sequence[Tensor]]
    names: Sequence[str]
    moments: frozenset[str]
    tiles: Sequence[Tile]
    shape: torch.Size

    def run(self, pictures: Tensor) -> Maps:
        """Return maps, and moments in the place of those that are not needed."""
        found = iter(_InTiles.apply(pictures, self))
        # Losses of these layers take moments in place of maps, or they would not be asked for.
        return {
            name: cast(Tensor, Moments(next(found), next(found))) if name in self.moments else next(found)
            for name in self.names
        }

    def list_parts(self, tile: Tile, cut: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield names of layers and the part of each map that a tile is responsible for."""
        for name, part in zip(self.names, self.compute(cut, self.names), strict=True):
            yield name, tile.trim(part, _get_step(name))

    def sum_moments(self, name: str, part: Tensor) -> tuple[Tensor, Tensor]:
        """Return what a part of a map contributes to its moments."""
        rows, columns = self.measure(name)
        count = self.shape[0] * rows * columns
        first, second = sum_powers(to_columns(part))
        return first / count, second / count

    def measure(self, name: str) -> tuple[int, int]:
        """Return the rows and columns of a layer's map."""
        step = _get_step(name)
        return -(-self.shape[-2] // step), -(-self.shape[-1] // step)

    def make_empty(self, name: str, part: Tensor) -> Tensor:
        """Return a map of which a part is given, with nothing in it yet."""
        whole = part.new_empty(*part.shape[:2], *self.measure(name))
        return whole.contiguous(memory_format=torch.channels_last)


class _InTiles(torch.autograd.Function):
    """The tensors of all results: a map, or two moments, for each name."""

    @staticmethod
    def forward(context: Any, pictures: Tensor, work: TiledWork) -> tuple[Tensor, ...]:
        context.work = work
        context.save_for_backward(pictures)
        found: dict[str, list[Tensor]] = {}
        for tile in work.tiles:
            for name, part in work.list_parts(tile, tile.cut(pictures)):
                if name in work.moments:
                    sums = work.sum_moments(name, part)
                    known = found.get(name)
                    found[name] = [a + b for a, b in zip(known, sums, strict=True)] if known else list(sums)
                else:
                    if name not in found:
                        found[name] = [work.make_empty(name, part)]
                    found[name][0][(..., *_find_place(tile, name))] = part
        return tuple(tensor for name in work.names for tensor in found[name])

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        work, (pictures,) = context.work, context.saved_tensors
        total = torch.zeros_like(pictures)
        for tile in work.tiles:
            cut = tile.cut(pictures).detach().requires_grad_()
            given = iter(gradients)
            with torch.enable_grad():
                shares = []
                for name, part in work.list_parts(tile, cut):
                    if name in work.moments:
                        shares += [(one * next(given)).sum() for one in work.sum_moments(name, part)]
                    else:
                        shares.append((part * next(given)[(..., *_find_place(tile, name))]).sum())
                (own,) = torch.autograd.grad(torch.stack(shares).sum(), cut)
            tile.cut(total).add_(own)
        return total, None


def _find_place(tile: Tile, name: str) -> tuple[slice, slice]:
    """Return the rows and columns of a layer's map that a tile is responsible for."""
    step = _get_step(name)
    rows, columns = (slice(core.start // step, -(-core.stop // step)) for core in tile.core)
    return rows, columns


def _get_step(name: str) -> int:
    """Return the pixels a position of a layer, along each axis."""
    return 1 << (int(name.removeprefix("relu").split("_")[0]) - 1)
