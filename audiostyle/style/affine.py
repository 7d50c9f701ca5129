"""Affine maps of a feature map's channels: what every closed-form style transfer comes down to."""

from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import ShapeError


@dataclass(frozen=True)
class AffineMap:
    """x ↦ Mx + b at every position; ``matrix`` (C', C) and ``bias`` (C',) in double precision."""

    matrix: Tensor
    bias: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """(B, C, …) → (B, C', …), in the precision and memory layout of ``features``."""
        if features.ndim < 3 or features.shape[1] != self.matrix.shape[1]:
            raise ShapeError(
                f"the map takes {self.matrix.shape[1]} channels, the features are {tuple(features.shape)}"
            )
        matrix, bias = (part.to(features.device, features.dtype) for part in (self.matrix, self.bias))
        # Channels last: one matrix product, and a channels_last map stays one.
        return (features.movedim(1, -1) @ matrix.mT + bias).movedim(-1, 1)

    def __matmul__(self, first: "AffineMap") -> "AffineMap":
        """Return the map that does ``first``, then this."""
        return AffineMap(self.matrix @ first.matrix, self.matrix @ first.bias + self.bias)

    def blended(self, strength: float) -> "AffineMap":
        """Return x ↦ s · (Mx + b) + (1 − s) · x; with strength 0 that is x, its mean included."""
        identity = torch.eye(len(self.bias), dtype=self.matrix.dtype)
        return AffineMap(torch.lerp(identity, self.matrix, strength), strength * self.bias)
