"""Maps of large pictures, or their moments alone, computed tile by tile and again for their gradients."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import torch
from torch import Tensor

from audiostyle.image.tiles import Tile
from audiostyle.style.losses.base import Maps
from audiostyle.style.losses.moments import MapMoments, RawMoments, sum_powers
from audiostyle.style.losses.positions import Mask, to_columns, weigh_positions


@dataclass(frozen=True)
class TiledWork:
    """What is computed of pictures in tiles.

    In memory are the results, the gradient of the pictures, and the maps of one tile.

    Attributes:
        compute: the maps of layers, from a tile and the layers' names.
        names: of layers, such as ``relu2_1``.
        moments: those of which only moments are needed, with the masks under which they are.
        tiles: of the pictures.
        weights: of a layer's positions (B, h, w) under each of its masks; see :meth:`run`.
    """

    compute: Callable[[Tensor, Sequence[str]], Sequence[Tensor]]
    names: Sequence[str]
    moments: Mapping[str, Sequence[Mask]]
    tiles: Sequence[Tile]
    weights: dict[str, list[Tensor]] = field(default_factory=dict)

    def run(self, pictures: Tensor) -> Maps:
        """Return maps of pictures (B, 3, H, W), and moments in the place of those that are not needed."""
        for name, masks in self.moments.items():
            like = pictures.new_empty(1).expand(len(pictures), 1, *_measure(pictures, name))
            self.weights[name] = [_weigh(mask, like) for mask in masks]
        found = iter(_InTiles.apply(pictures, self))
        maps: dict[str, Tensor] = {}
        for name in self.names:
            if name in self.moments:  # what is called on a layer's moments has asked for them
                moments = [RawMoments(next(found), next(found)) for _ in self.moments[name]]
                maps[name] = cast(Tensor, MapMoments(self.moments[name], moments))
            else:
                maps[name] = next(found)
        return maps

    def list_parts(self, tile: Tile, cut: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield names of layers and the part of each map that a tile is responsible for."""
        for name, part in zip(self.names, self.compute(cut, self.names), strict=True):
            yield name, tile.trim(part, _get_step(name))

    def list_sums(self, tile: Tile, name: str, part: Tensor) -> list[Tensor]:
        """Return what a part of a map contributes to its moments: two tensors for each mask."""
        place, columns = (..., *_find_place(tile, name)), to_columns(part)
        return [
            one for weights in self.weights[name] for one in sum_powers(columns, weights[place].flatten())
        ]


class _InTiles(torch.autograd.Function):
    """The tensors of all results: for each name a map, or two moments for each mask."""

    @staticmethod
    def forward(context: Any, pictures: Tensor, work: TiledWork) -> tuple[Tensor, ...]:
        context.work = work
        context.save_for_backward(pictures)
        found: dict[str, list[Tensor]] = {}
        for tile in work.tiles:
            for name, part in work.list_parts(tile, tile.cut(pictures)):
                if name in work.moments:
                    sums = work.list_sums(tile, name, part)
                    known = found.get(name, [torch.zeros_like(one) for one in sums])
                    found[name] = [one + other for one, other in zip(known, sums, strict=True)]
                else:
                    if name not in found:
                        found[name] = [_make_empty(part, pictures, name)]
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
                        shares += [(one * next(given)).sum() for one in work.list_sums(tile, name, part)]
                    else:
                        shares.append((part * next(given)[(..., *_find_place(tile, name))]).sum())
                (own,) = torch.autograd.grad(torch.stack(shares).sum(), cut)
            tile.cut(total).add_(own)
        return total, None


def _weigh(mask: Mask, like: Tensor) -> Tensor:
    """Return the weights (B, h, w) of the positions of a map of the same shape, with the sum 1."""
    shape = like[:, 0].shape
    weights = weigh_positions(mask, like, "the mask")
    return like.new_full((1,), 1 / shape.numel()).expand(shape) if weights is None else weights.reshape(shape)


def _make_empty(part: Tensor, pictures: Tensor, name: str) -> Tensor:
    """Return a whole map with nothing in it yet, of which a part is given."""
    whole = part.new_empty(*part.shape[:2], *_measure(pictures, name))
    return whole.contiguous(memory_format=torch.channels_last)


def _measure(pictures: Tensor, name: str) -> tuple[int, int]:
    """Return the rows and columns of a layer's map."""
    step = _get_step(name)
    return -(-pictures.shape[-2] // step), -(-pictures.shape[-1] // step)


def _find_place(tile: Tile, name: str) -> tuple[slice, slice]:
    """Return the rows and columns of a layer's map that a tile is responsible for."""
    step = _get_step(name)
    rows, columns = (slice(core.start // step, -(-core.stop // step)) for core in tile.core)
    return rows, columns


def _get_step(name: str) -> int:
    """Return the pixels a position of a layer, along each axis."""
    return 1 << (split_layer(name)[0] - 1)


def split_layer(name: str) -> tuple[int, int]:
    """Return the block of a layer and its place there, from 1, of ``relu3_2`` 3 and 2."""
    block, place = name.removeprefix("relu").split("_")
    return int(block), int(place)
