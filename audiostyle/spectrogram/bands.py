"""Moments by frequency band: what a recording is like in its basses says nothing about its trebles.

In a picture one mean and covariance do for all positions.  A spectrogram is not alike from top to bottom,
so here every band of frequencies is a segment of its own, as masks make segments in a picture.  Bands
overlap and fade into each other, and add up to one everywhere; the map of a row is the mixture of its
bands' maps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.style import AffineMap, Moments

COUNT = 12
_LOWEST, _HIGHEST = 150.0, 16_000.0
"""Centres, in Hz, of the first band and the last; they reach on to the ends of the spectrum."""


def compute_band_weights(frequencies: Tensor, count: int = COUNT) -> Tensor:
    """Return how much each of ``frequencies`` (rows,) in Hz belongs to each band, (count, rows).

    Triangles, evenly spaced on the mel scale (O'Shaughnessy 1987); they add up to 1 at every frequency.
    """
    lowest, highest = (_mel(torch.tensor(hertz)) for hertz in (_LOWEST, _HIGHEST))
    place = ((_mel(frequencies) - lowest) / (highest - lowest)).clamp(0, 1) * (count - 1)
    return (1 - (place - torch.arange(count)[:, None]).abs()).clamp(min=0).double()


def _mel(hertz: Tensor) -> Tensor:
    return 1127 * torch.log1p(hertz / 700)


@dataclass(frozen=True)
class RowMoments:
    """Moments of every row of a feature map, in double precision.

    Attributes:
        count: positions seen in a row, alike in all: a scalar.
        mean: (rows, C).
        scatter: (rows, C, C), Σ (f − μ)(f − μ)ᴴ over the positions of a row.
    """

    count: float
    mean: Tensor
    scatter: Tensor

    @classmethod
    def of(cls, features: Tensor, frames: Tensor | None = None) -> "RowMoments":
        """Return those of a map (1, C, rows, frames), or of the frames that booleans (frames,) choose."""
        rows = features[0].permute(1, 2, 0)  # (rows, frames, C)
        rows = rows if frames is None else rows[:, frames]
        count = rows.shape[1]
        if not count:
            return cls.empty(rows.shape[0], rows.shape[2], rows.dtype)
        mean = rows.mean(dim=1, keepdim=True)
        centred = rows - mean
        scatter = centred.mT @ centred.conj()
        double = torch.complex128 if rows.is_complex() else torch.float64
        return cls(float(count), mean[:, 0].to(double), scatter.to(double))

    @classmethod
    def empty(cls, rows: int, channels: int, dtype: torch.dtype = torch.float32) -> "RowMoments":
        """Return the moments of nothing, to add to."""
        double = torch.complex128 if dtype.is_complex else torch.float64
        mean = torch.zeros(rows, channels, dtype=double)
        return cls(0.0, mean, torch.zeros(rows, channels, channels, dtype=double))

    def __add__(self, other: "RowMoments") -> "RowMoments":
        """Pool the moments of further frames, exactly (Chan, Golub & LeVeque 1983, eq. 2.1)."""
        count = self.count + other.count
        if not count:
            return self
        shift = other.mean - self.mean
        between = shift[:, :, None] * shift[:, None].conj() * (self.count * other.count / count)
        mean = self.mean + shift * (other.count / count)
        return RowMoments(count, mean, self.scatter + other.scatter + between)

    def banded(self, shares: Tensor) -> list[Moments]:
        """Return the moments of every band, a row counting by its share of it, (bands, rows)."""
        return [self._pooled(share) for share in shares]

    def _pooled(self, share: Tensor) -> Moments:
        weight = share.to(self.mean.dtype)
        whole = float(share.sum())
        if not whole or not self.count:
            return Moments.empty(self.mean.shape[1], self.mean.dtype)
        mean = (weight[:, None] * self.mean).sum(dim=0) / whole
        shift = self.mean - mean
        scatter = (weight[:, None, None] * self.scatter).sum(dim=0)
        scatter = scatter + self.count * ((weight[:, None] * shift).mT @ shift.conj())
        return Moments(self.count * whole, mean, scatter)


@dataclass(frozen=True)
class RowMaps:
    """An affine map of every row: ``matrices`` (rows, C, C) and ``biases`` (rows, C), single precision."""

    matrices: Tensor
    biases: Tensor

    @classmethod
    def mixed(cls, maps: Sequence[AffineMap], shares: Tensor) -> "RowMaps":
        """Return every row's mixture of the bands' maps, by its shares (bands, rows), which add up to 1."""
        weights = shares.to(maps[0].matrix.dtype)
        matrices = torch.einsum("br,bij->rij", weights, torch.stack([one.matrix for one in maps]))
        biases = torch.einsum("br,bi->ri", weights, torch.stack([one.bias for one in maps]))
        single = torch.complex64 if matrices.is_complex() else torch.float32
        return cls(matrices.to(single), biases.to(single))

    def __call__(self, features: Tensor) -> Tensor:
        """(1, C, rows, frames) → the same shape, channels last."""
        rows = features[0].permute(1, 2, 0)
        mapped = torch.baddbmm(self.biases[:, None], rows, self.matrices.mT)
        return mapped.permute(2, 0, 1)[None]


Transform = Callable[[Moments, Moments], AffineMap]
"""Moments of the content and of the style → what is done to features."""


def compute_row_maps(
    content: Sequence[Moments], style: Sequence[Moments], shares: Tensor, alpha: float, transform: Transform
) -> RowMaps:
    """Return the maps of all rows; what lies in a band that content or style does not have stays as it is.

    Args:
        content, style: by band.
        shares: how much each row belongs to each band, (bands, rows).
        alpha: 0 leaves everything as it is, 1 changes it wholly.
    """
    maps = [
        transform(own.reliable(), other.reliable()).blended(alpha)
        if own.count and other.count
        else _identity(own)
        for own, other in zip(content, style, strict=True)
    ]
    return RowMaps.mixed(maps, shares)


def _identity(moments: Moments) -> AffineMap:
    return AffineMap(torch.eye(moments.channels, dtype=moments.scatter.dtype), torch.zeros_like(moments.mean))
