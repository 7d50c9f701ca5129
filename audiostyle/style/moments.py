"""Mean and covariance of a feature map's channels: gathered piece by piece, pooled exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import ShapeError

_FEWEST = 2  # positions for each channel, below which a covariance is not to be relied on
_PIECE = 1 << 16  # positions that are converted to double precision at a time


@dataclass(frozen=True)
class Moments:
    """First and second moments of C channels, in double precision, on the CPU.

    Attributes:
        count: number of positions, or the sum of their weights.
        mean: μ (C,).
        scatter: Σ w (f − μ)(f − μ)ᴴ (C, C).

    Example:
        >>> moments = Moments.from_features(torch.tensor([[[1.0, 3.0], [2.0, 2.0]]]))
        >>> moments.count, moments.mean.tolist(), moments.covariance.tolist()
        (2.0, [2.0, 2.0], [[2.0, 0.0], [0.0, 0.0]])
    """

    count: float
    mean: Tensor
    scatter: Tensor

    @classmethod
    def from_features(cls, features: Tensor, weights: Tensor | None = None) -> "Moments":
        """Return the moments of a feature map over all its positions.

        Args:
            features: (B, C, …), real or complex.
            weights: (…) or (B, …), how much each position counts, ≥ 0; booleans choose a region.

        Raises:
            ShapeError: the shapes do not fit, or there are no positions.
        """
        if features.ndim < 3 or not features.numel():
            raise ShapeError(f"a feature map must have shape (B, C, …), not {tuple(features.shape)}")
        columns = features.movedim(1, -1).flatten(0, -2)
        flat = None if weights is None else _flatten_weights(features, weights)
        result = cls.empty(columns.shape[1], features.dtype)
        for start in range(0, len(columns), _PIECE):
            piece = columns[start : start + _PIECE].to("cpu", result.mean.dtype)
            result += cls._from_columns(piece, None if flat is None else flat[start : start + _PIECE])
        return result

    @classmethod
    def empty(cls, channels: int, dtype: torch.dtype = torch.float64) -> "Moments":
        """Return the moments of no positions, to which others can be added."""
        double = torch.complex128 if dtype.is_complex else torch.float64
        return cls(0.0, torch.zeros(channels, dtype=double), torch.zeros(channels, channels, dtype=double))

    @classmethod
    def _from_columns(cls, columns: Tensor, weights: Tensor | None) -> "Moments":
        """Return the moments of (positions, C) in double precision with weights (positions,) or all alike."""
        if weights is None:
            mean = columns.mean(dim=0)
            centered = columns - mean
            return cls(float(len(columns)), mean, centered.mT @ centered.conj())
        count = float(weights.sum())
        if count == 0:
            return cls.empty(columns.shape[1], columns.dtype)
        mean = weights.to(columns.dtype) @ columns / count
        centered = columns - mean
        return cls(count, mean, (weights[:, None] * centered).mT @ centered.conj())

    @property
    def channels(self) -> int:
        """The number of channels C."""
        return len(self.mean)

    @property
    def covariance(self) -> Tensor:
        """The covariance (C, C), Hermitian: the scatter over count − 1; zero for a single position."""
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

    def scale(self, factor: float) -> "Moments":
        """Return the moments with every position counted ``factor`` times."""
        return Moments(self.count * factor, self.mean, self.scatter * factor)

    @classmethod
    def pool(cls, moments: Iterable["Moments"], weights: Sequence[float] | None = None) -> "Moments":
        """Pool the moments of several maps, as if they were one map.

        Args:
            moments: at least one, all of C channels.
            weights: how much each counts, whatever the size of its map; those of no positions leave their
                weight to the others.  The count is then the mean of theirs, because the same map twice tells
                no more than once.  Without weights, all positions count alike.
        """
        parts = list(moments)
        if weights is not None:
            present = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part.count]
            whole = sum(weight for _, weight in present)
            count = sum(weight * part.count for part, weight in present) / whole if present else 0.0
            parts = [part.scale(weight / whole * count / part.count) for part, weight in present] or parts
        return sum(parts[1:], start=parts[0])

    def regularize(self) -> "Moments":
        """Return the moments, shrunk if they are of so few positions that a transform would follow noise."""
        return self.shrink() if self.count < _FEWEST * self.channels else self

    def shrink(self) -> "Moments":
        """Return moments with a covariance that can be relied on although there are few positions.

        Oracle approximating shrinkage towards a multiple of the identity (Chen et al. 2010, eq. 23).  With n
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


def _flatten_weights(features: Tensor, weights: Tensor) -> Tensor:
    """Return the weights of all positions, (B · positions,), in double precision.

    Raises:
        ShapeError: the weights do not fit the features.
    """
    positions = features.shape[:1] + features.shape[2:]
    if weights.shape not in (positions, positions[1:]):
        raise ShapeError(f"weights {tuple(weights.shape)} do not fit the positions {tuple(positions[1:])}")
    return weights.expand(positions).to("cpu", torch.float64).flatten()
