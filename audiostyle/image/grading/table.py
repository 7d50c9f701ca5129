"""A map of colors as a table: what video programs call a 3D LUT.

Colors between the grid's points are interpolated in the tetrahedron that holds them (Kasson, Nin, Plouffe and
Hafner 1995), which keeps grays gray where the table does, and takes four looks and not eight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.compilation import njit
from audiostyle.image.smoothing.parallel import map_ranges, split_rows

_ROWS = 64  # a task

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class ColorTable:
    """What the colors of an even grid become.

    Attributes:
        values: (n, n, n, 3), indexed by red, green and blue; n ≥ 2.

    Example:
        >>> inverted = ColorTable.from_values(1 - make_grid(2))
        >>> inverted(np.array([[0.25, 0.5, 1.0]], np.float32)).tolist()
        [[0.75, 0.5, 0.0]]
    """

    values: Pixels

    @classmethod
    def from_values(cls, values: NDArray[np.floating]) -> "ColorTable":
        """Return a table of values (n, n, n, 3) of any kind of floats."""
        return cls(np.ascontiguousarray(values, dtype=np.float32))

    def __call__(self, colors: Pixels) -> Pixels:
        """Map colors (…, 3); those outside [0, 1] are taken as the nearest inside."""
        rows = np.ascontiguousarray(colors, np.float32).reshape(-1, 1, 3)
        shares = np.ones((1, len(rows), 1), np.float32)
        return blend_tables([self], rows, shares).reshape(colors.shape)


def make_grid(size: int) -> NDArray[np.float64]:
    """Return the colors of an even grid, (size, size, size, 3): the table that changes nothing.

    Example:
        >>> make_grid(2)[1, 0, 1].tolist()
        [1.0, 0.0, 1.0]
    """
    return np.moveaxis(np.stack(np.meshgrid(*[np.linspace(0, 1, size)] * 3, indexing="ij")), 0, -1)


def blend_tables(tables: Sequence[ColorTable], picture: Pixels, shares: Pixels) -> Pixels:
    """Map a picture by several tables, each to its share.

    Args:
        tables: all of one size.
        picture: (H, W, 3) float32, contiguous.
        shares: (tables, H, W); what they lack to 1 stays as it is in the picture.

    Returns:
        (H, W, 3) float32.
    """
    stacked = np.stack([table.values for table in tables])
    out = np.empty_like(picture)
    map_ranges(
        lambda first, last: _blend_rows(stacked, picture, shares, out, first, last),
        split_rows(len(picture), _ROWS),
    )
    return out


@njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _blend_rows(tables, picture, shares, out, first, last):
    """Compute the rows first … last − 1."""
    count, size = tables.shape[0], tables.shape[1]
    top = size - 1
    corner = np.empty(3, np.int64)
    part = np.empty(3, np.float32)
    step = np.zeros((3, 3), np.int64)
    for y in range(first, last):
        for x in range(picture.shape[1]):
            for c in range(3):
                place = min(max(picture[y, x, c], np.float32(0.0)), np.float32(1.0)) * np.float32(top)
                corner[c] = min(int(place), top - 1)
                part[c] = place - np.float32(corner[c])
            large = 0
            if part[1] > part[large]:
                large = 1
            if part[2] > part[large]:
                large = 2
            small = 2
            if part[1] < part[small]:
                small = 1
            if part[0] < part[small]:
                small = 0
            if large == small:  # all alike
                large, small = 0, 2
            middle = 3 - large - small
            for c in range(3):
                step[0, c] = corner[c] + (c == large)
                step[1, c] = step[0, c] + (c == middle)
            w0 = np.float32(1.0) - part[large]
            w1 = part[large] - part[middle]
            w2 = part[middle] - part[small]
            w3 = part[small]
            rest = np.float32(1.0)
            r = g = b = np.float32(0.0)
            for k in range(count):
                share = shares[k, y, x]
                if share != 0:
                    rest -= share
                    t = tables[k]
                    p = t[corner[0], corner[1], corner[2]]
                    q = t[step[0, 0], step[0, 1], step[0, 2]]
                    s = t[step[1, 0], step[1, 1], step[1, 2]]
                    u = t[corner[0] + 1, corner[1] + 1, corner[2] + 1]
                    r += share * (w0 * p[0] + w1 * q[0] + w2 * s[0] + w3 * u[0])
                    g += share * (w0 * p[1] + w1 * q[1] + w2 * s[1] + w3 * u[1])
                    b += share * (w0 * p[2] + w1 * q[2] + w2 * s[2] + w3 * u[2])
            out[y, x, 0] = r + rest * picture[y, x, 0]
            out[y, x, 1] = g + rest * picture[y, x, 1]
            out[y, x, 2] = b + rest * picture[y, x, 2]
