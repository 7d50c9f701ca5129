"""Moments of features by frequency band: what a recording's bass is like says nothing about its treble.

In a picture one mean and covariance can serve all positions.  A spectrogram is not alike from top to bottom,
so here every band of frequencies has its own, as every masked region of a picture has.  Bands overlap, fade
into each other and add up to one everywhere, and the affine map of a row is the mixture of its bands' maps.

Statistics and maps are computed in double precision on the CPU, whatever device the features are on: some
devices have no double precision, and the matrices are small.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.mel import hz_to_mel
from audiostyle.style import AffineMap, Moments

BANDS = 12
"""Number of frequency bands."""

_LOWEST, _HIGHEST = 150.0, 16_000.0
"""Centers, in Hz, of the first band and the last; these two reach on to the ends of the spectrum."""


def compute_band_weights(frequencies: Tensor, count: int = BANDS) -> Tensor:
    """Compute how much each frequency belongs to each band.

    The bands are triangles, evenly spaced on the mel scale (O'Shaughnessy 1987).

    Args:
        frequencies: (rows,) in Hz.
        count: number of bands.

    Returns:
        (count, rows), ≥ 0, in double precision; every column has the sum 1.

    Example:
        >>> compute_band_weights(torch.tensor([100.0, 150.0, 16_000.0]), count=3).tolist()
        [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    lowest, highest = (hz_to_mel(torch.tensor(hertz)) for hertz in (_LOWEST, _HIGHEST))
    place = ((hz_to_mel(frequencies) - lowest) / (highest - lowest)).clamp(0, 1) * (count - 1)
    return (1 - (place - torch.arange(count)[:, None]).abs()).clamp(min=0).double()


@dataclass(frozen=True)
class RowMoments:
    """First and second moments of every row of a feature map, in double precision, on the CPU.

    Attributes:
        count: positions that were seen in a row; the same for all rows.
        mean: (rows, C).
        scatter: (rows, C, C), Σ (f − μ)(f − μ)ᴴ over the positions of a row.
    """

    count: float
    mean: Tensor
    scatter: Tensor

    @classmethod
    def from_features(cls, features: Tensor, frames: Tensor | None = None) -> "RowMoments":
        """Compute the moments of a feature map, on any device.

        Args:
            features: (1, C, rows, frames), real or complex.
            frames: (frames,), booleans that choose the frames which count; None: all do.
        """
        rows = features[0].permute(1, 2, 0)  # (rows, frames, C)
        rows = rows if frames is None else rows[:, frames]
        count = rows.shape[1]
        if not count:
            return cls.empty(rows.shape[0], rows.shape[2], rows.dtype)
        mean = rows.mean(dim=1, keepdim=True)
        centered = rows - mean
        scatter = centered.mT @ centered.conj()
        double = _double_precision(rows.dtype)
        return cls(float(count), mean[:, 0].cpu().to(double), scatter.cpu().to(double))

    @classmethod
    def empty(cls, rows: int, channels: int, dtype: torch.dtype = torch.float32) -> "RowMoments":
        """Return the moments of no frames, to which others are added."""
        mean = torch.zeros(rows, channels, dtype=_double_precision(dtype))
        return cls(0.0, mean, torch.zeros(rows, channels, channels, dtype=mean.dtype))

    def __add__(self, other: "RowMoments") -> "RowMoments":
        """Pool the moments of further frames, exactly (Chan, Golub & LeVeque 1983, eq. 2.1)."""
        count = self.count + other.count
        if not count:
            return self
        shift = other.mean - self.mean
        between = shift[:, :, None] * shift[:, None].conj() * (self.count * other.count / count)
        mean = self.mean + shift * (other.count / count)
        return RowMoments(count, mean, self.scatter + other.scatter + between)

    def pool_bands(self, weights: Tensor) -> list[Moments]:
        """Pool rows into the moments of every band.

        Args:
            weights: (bands, rows), how much each row counts for each band.
        """
        return [self._pool(row_weights) for row_weights in weights]

    def _pool(self, row_weights: Tensor) -> Moments:
        weight = row_weights.to(self.mean.dtype)
        whole = float(row_weights.sum())
        if not whole or not self.count:
            return Moments.empty(self.mean.shape[1], self.mean.dtype)
        mean = (weight[:, None] * self.mean).sum(dim=0) / whole
        shift = self.mean - mean
        scatter = (weight[:, None, None] * self.scatter).sum(dim=0)
        scatter = scatter + self.count * ((weight[:, None] * shift).mT @ shift.conj())
        return Moments(self.count * whole, mean, scatter)


@dataclass(frozen=True)
class RowMaps:
    """An affine map for every row of a feature map, in single precision.

    Attributes:
        matrices: (rows, C, C).
        biases: (rows, C).
    """

    matrices: Tensor
    biases: Tensor

    @classmethod
    def mix(cls, maps: Sequence[AffineMap], weights: Tensor) -> "RowMaps":
        """Mix the maps of bands into one map for every row.

        Args:
            maps: of the bands.
            weights: (bands, rows); the sum over bands is 1 for every row.
        """
        shares = weights.to(maps[0].matrix.dtype)
        matrices = torch.einsum("br,bij->rij", shares, torch.stack([one.matrix for one in maps]))
        biases = torch.einsum("br,bi->ri", shares, torch.stack([one.bias for one in maps]))
        single = torch.complex64 if matrices.is_complex() else torch.float32
        return cls(matrices.to(single), biases.to(single))

    def to(self, device: torch.device) -> "RowMaps":
        """Return the maps on a device, to be applied to features there."""
        return RowMaps(self.matrices.to(device), self.biases.to(device))

    def __call__(self, features: Tensor) -> Tensor:
        """Map features (1, C, rows, frames) on the maps' device; the result's layout is channels last."""
        rows = features[0].permute(1, 2, 0)
        mapped = torch.baddbmm(self.biases[:, None], rows, self.matrices.mT)
        return mapped.permute(2, 0, 1)[None]


MomentTransfer = Callable[[Moments, Moments], AffineMap]
"""A function from the moments of the content and of the style to the map that is applied to features."""


def compute_row_maps(
    content: Sequence[Moments],
    style: Sequence[Moments],
    weights: Tensor,
    alpha: float,
    transfer: MomentTransfer,
) -> RowMaps:
    """Compute the maps of all rows.  A band in which content or style has no sound stays as it is.

    Args:
        content, style: moments by band.
        weights: (bands, rows), how much each row belongs to each band.
        alpha: interpolation between the identity, 0, and the full map, 1.
        transfer: the closed form to use, such as :func:`audiostyle.style.optimal_transport`.
    """
    maps = [
        transfer(own.regularize(), other.regularize()).blend(alpha)
        if own.count and other.count
        else _make_identity(own)
        for own, other in zip(content, style, strict=True)
    ]
    return RowMaps.mix(maps, weights)


def _make_identity(moments: Moments) -> AffineMap:
    return AffineMap(torch.eye(moments.channels, dtype=moments.scatter.dtype), torch.zeros_like(moments.mean))


def _double_precision(dtype: torch.dtype) -> torch.dtype:
    return torch.complex128 if dtype.is_complex else torch.float64
