"""Tiles of a large picture that overlap by what the networks can see, so that cutting it changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

GRID = 8
"""Tiles begin at multiples of so many pixels, one of the coarsest level: all tiles pool the same pixels."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture, as (rows, columns).

    Attributes:
        core: the pixels that the tile alone is responsible for.
        outer: the core and the halo around it, which the networks must see to compute the core.
    """

    core: tuple[slice, slice]
    outer: tuple[slice, slice]

    def cut(self, picture: Tensor) -> Tensor:
        """Return the tile (…, h, w) of a picture (…, H, W), halo included."""
        return picture[(..., *self.outer)]

    def trim(self, result: Tensor, step: int = 1) -> Tensor:
        """Remove the halo from a map that was computed from :meth:`cut`.

        Args:
            result: (…, h, w), one value for each ``step`` × ``step`` pixels.
            step: pixels a value, a power of 2.
        """
        starts = [
            (core.start - outer.start) // step for core, outer in zip(self.core, self.outer, strict=True)
        ]
        sizes = [-(-(core.stop - core.start) // step) for core in self.core]
        rows, columns = (slice(start, start + size) for start, size in zip(starts, sizes, strict=True))
        return result[..., rows, columns]


def cut_tiles(height: int, width: int, side: int, halo: int) -> list[Tile]:
    """Cover a picture with tiles whose cores hold each pixel once.

    Args:
        height, width: of the picture, in pixels.
        side: of a core, at most, in pixels; a multiple of `GRID`.
        halo: pixels on every side that a core depends on.
    """
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
