"""A large picture in tiles that overlap by what the networks can see: cutting it changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

GRID = 8
"""Tiles begin at multiples of the coarsest level's pixels, so that all pool the same pixels together."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture: ``core`` is its own, ``outer`` what must be seen for it, both as slices."""

    core: tuple[slice, slice]
    outer: tuple[slice, slice]

    def cut(self, picture: Tensor) -> Tensor:
        """Return the tile (…, h, w) of a picture (…, H, W), halo included."""
        return picture[(..., *self.outer)]

    def trim(self, result: Tensor, step: int = 1) -> Tensor:
        """Return what is the tile's own in a map computed from :meth:`cut`, one value for ``step`` pixels."""
        starts = [
            (core.start - outer.start) // step for core, outer in zip(self.core, self.outer, strict=True)
        ]
        sizes = [-(-(core.stop - core.start) // step) for core in self.core]
        rows, columns = (slice(start, start + size) for start, size in zip(starts, sizes, strict=True))
        return result[..., rows, columns]


def cut_tiles(height: int, width: int, side: int, halo: int) -> list[Tile]:
    """Return tiles about ``side`` pixels wide and high that cover a picture, each pixel once."""
    return [
        Tile((rows, columns), (_widen(rows, halo, height), _widen(columns, halo, width)))
        for rows in _cut_axis(height, side)
        for columns in _cut_axis(width, side)
    ]


def _cut_axis(length: int, side: int) -> Iterator[slice]:
    count = -(-length // side)
    step = -(-length // (count * GRID)) * GRID  # equal tiles: a narrow last one would be nearly all halo
    for start in range(0, length, step):
        yield slice(start, min(start + step, length))


def _widen(core: slice, halo: int, length: int) -> slice:
    halo = -(-halo // GRID) * GRID
    return slice(max(0, core.start - halo), min(length, core.stop + halo))
