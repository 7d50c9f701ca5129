"""What an optimizer changes: a picture's light and colors, band by band of detail."""

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

BANDS = 3
"""Bands of detail beside what is left, each of half the size of the one before."""

_SMALLEST = 4  # pixels of a side that is halved
_GAIN = 4.0  # by which a step at gray is one of the picture
_EDGE = 1e-3  # how near to black and white a picture may come
_AXES = ((1, 1, 1), (1, 0, -1), (1, -2, 1))  # light, yellow to blue, green to purple; at right angles
_DEVIATIONS = (1.0, 0.3, 0.12)  # of photographs along these axes, about, of that of their light


@dataclass(frozen=True)
class Bands:
    """Points, from −∞ to ∞, for pictures of one size: a Laplacian pyramid of their light and colors.

    A picture is x = σ(4 A z), so no result has to be clipped, which would undo what a style with much black
    and white needs; A has the axes along which colors of photographs vary most, as long as they vary there.
    z is a sum of bands, each enlarged to the size of the one before.  An optimizer that changes single pixels
    has to change all of an area to change its color, and finds colored noise, which the network takes for the
    style, long before.  Kolkin et al. 2019 (STROTSS) optimize a pyramid; Olah et al. 2017, "Feature
    visualization", choose such colors.

    Args:
        height, width: of the pictures, in pixels.

    Example:
        >>> bands = Bands(30, 20)
        >>> point = bands.to_point(torch.full((1, 3, 30, 20), 0.3))
        >>> point.shape, round(float(bands.to_picture(point).mean()), 4)
        (torch.Size([1, 2406]), 0.3)
    """

    height: int
    width: int

    def to_point(self, pictures: Tensor) -> Tensor:
        """Return the points (B, N) of pictures (B, 3, H, W) in [0, 1]."""
        logits = torch.logit(pictures, eps=_EDGE) / _GAIN
        rest = torch.einsum("ac,bchw->bahw", torch.linalg.inv(_make_axes(pictures)), logits)
        bands = []
        for finer, coarser in pairwise(self._list_sides()):
            smaller = F.interpolate(rest, coarser, mode="bilinear", antialias=True)
            bands.append(rest - _enlarge(smaller, finer))
            rest = smaller
        return torch.cat([band.flatten(1) for band in [*bands, rest]], dim=1)

    def to_picture(self, points: Tensor) -> Tensor:
        """Return the pictures (B, 3, H, W) of points; can be differentiated."""
        sides = self._list_sides()
        bands = points.split([3 * math.prod(side) for side in sides], dim=1)
        maps = [band.unflatten(1, (3, *side)) for band, side in zip(bands, sides, strict=True)]
        whole = maps.pop()
        for finer in reversed(maps):
            whole = finer + _enlarge(whole, finer.shape[2:])
        return torch.sigmoid(_GAIN * torch.einsum("ca,bahw->bchw", _make_axes(points), whole))

    def _list_sides(self) -> list[tuple[int, int]]:
        """Return the height and width of each band, from fine to coarse."""
        sides = [(self.height, self.width)]
        while len(sides) <= BANDS and min(sides[-1]) >= _SMALLEST:
            height, width = sides[-1]
            sides.append((-(-height // 2), -(-width // 2)))
        return sides


def _make_axes(like: Tensor) -> Tensor:
    """Return the matrix A (channels, axes), of a tensor's kind."""
    axes = like.new_tensor(_AXES)
    return (axes / axes.norm(dim=1, keepdim=True)).T * like.new_tensor(_DEVIATIONS)


def _enlarge(band: Tensor, sides: tuple[int, int] | torch.Size) -> Tensor:
    """Return a band at the size of a finer one."""
    return F.interpolate(band, list(sides), mode="bilinear")
