"""Mean and covariance of a feature map's channels: gathered piece by piece, pooled exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import ShapeError

_FEW = 2  # positions a channel, below which a covariance is not to be relied on
_PIECE = 1 << 16  # positions converted to double precision at a time


@dataclass(frozen=True)
class Moments:
    """First and second moments of C channels, in double precision.

    Attributes:
        count: positions seen, or the sum of their weights.
        mean: (C,).
        scatter: (C, C), Σ w (f − μ)(f − μ)ᴴ.
    """

    count: float
    mean: Tensor
    scatter: Tensor

    @classmethod
    def of(cls, features: Tensor, weights: Tensor | None = None) -> "Moments":
        """Return the moments of a feature map over all its positions.

        Args:
            features: (B, C, …), real or complex.
            weights: (…) or (B, …), how much each position counts, ≥ 0; booleans choose a segment.

        Raises:
            ShapeError: the shapes do not fit, or there are no positions.
        """
        if features.ndim < 3 or not features.numel():
            raise ShapeError(f"a feature map must have shape (B, C, …), not {tuple(features.shape)}")
        columns = features.movedim(1, -1).flatten(0, -2)
        shares = _shares(features, weights)
        result = cls.empty(columns.shape[1], features.dtype)
        for piece, share in zip(columns.split(_PIECE), shares.split(_PIECE), strict=True):
            result = result + cls._of_piece(piece.to("cpu", result.mean.dtype), share)
        return result

    @classmethod
    def empty(cls, channels: int, dtype: torch.dtype = torch.float64) -> "Moments":
        """Return the moments of nothing, to add to."""
        double = torch.complex128 if dtype.is_complex else torch.float64
        return cls(0.0, torch.zeros(channels, dtype=double), torch.zeros(channels, channels, dtype=double))

    @classmethod
    def _of_piece(cls, columns: Tensor, weights: Tensor) -> "Moments":
        count = float(weights.sum())
        if count == 0:
            return cls.empty(columns.shape[1], columns.dtype)
        mean = (weights[:, None] * columns).sum(dim=0) / count
        centred = columns - mean
        return cls(count, mean, (weights[:, None] * centred).mT @ centred.conj())

    @property
    def channels(self) -> int:
        """Number of channels C."""
        return len(self.mean)

    @property
    def covariance(self) -> Tensor:
        """(C, C), Hermitian: the scatter over count − 1; zero for a single position."""
        return self.scatter / max(self.count - 1, 1.0)

    def __add__(self, other: "Moments") -> "Moments":
        """Pool two disjoint sets of positions, exactly (Chan, Golub & LeVeque 1983, eq. 2.1)."""
        count = self.count + other.count
        if count == 0:
            return self
        shift = other.mean - self.mean
        mean = self.mean + shift * (other.count / count)
        between = torch.outer(shift, shift.conj()) * (self.count * other.count / count)
        return Moments(count, mean, self.scatter + other.scatter + between)

    def scaled(self, factor: float) -> "Moments":
        """Return the moments with every position counted ``factor`` times."""
        return Moments(self.count * factor, self.mean, self.scatter * factor)

    @classmethod
    def pooled(cls, moments: Iterable["Moments"], shares: Sequence[float] | None = None) -> "Moments":
        """Pool several, as if they were one map.

        Args:
            shares: how much each is to count whatever its size; what is empty leaves its share to the others.
                The count is then the mean of theirs: the same map twice tells no more than once.
                Without shares, positions are equal.
        """
        parts = list(moments)
        if shares is not None:
            present = [(part, share) for part, share in zip(parts, shares, strict=True) if part.count]
            whole = sum(share for _, share in present)
            count = sum(share * part.count for part, share in present) / whole if present else 0.0
            parts = [part.scaled(share / whole * count / part.count) for part, share in present] or parts
        return sum(parts[1:], start=parts[0])

    def reliable(self) -> "Moments":
        """Return the moments, shrunk where so few positions were seen that a transform would follow noise."""
        return self.shrunk() if self.count < _FEW * self.channels else self

    def shrunk(self) -> "Moments":
        """Return moments whose covariance can be relied on although few positions were seen.

        Oracle approximating shrinkage towards a multiple of the identity (Chen et al. 2010, eq. 23): with n
        positions and p channels the share of the target is O(p/n), so large maps stay as they are.
        """
        n, p = max(self.count - 1, 1.0), self.channels
        covariance = self.covariance
        trace = float(covariance.diagonal().real.sum())
        square = float((covariance * covariance.conj()).real.sum())
        spread = square - trace**2 / p
        share = ((1 - 2 / p) * square + trace**2) / max((n + 1 - 2 / p) * spread, 1e-300)
        target = torch.eye(p, dtype=covariance.dtype) * (trace / p)
        return Moments(self.count, self.mean, torch.lerp(covariance, target, min(1.0, share)) * n)


def _shares(features: Tensor, weights: Tensor | None) -> Tensor:
    """Return the weights of all positions, (B · positions,), double precision."""
    positions = features.shape[:1] + features.shape[2:]
    if weights is None:
        return torch.ones(positions, dtype=torch.float64).flatten()
    if weights.shape not in (positions, positions[1:]):
        raise ShapeError(f"weights {tuple(weights.shape)} do not fit the positions {tuple(positions[1:])}")
    return weights.expand(positions).to("cpu", torch.float64).flatten()
