"""Affine maps of a feature map's channels: the form of every closed-form style transfer."""

from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import ShapeError


@dataclass(frozen=True)
class AffineMap:
    """The map x ↦ Mx + b, applied to the channels at every position.

    Attributes:
        matrix: M (C', C) in double precision, real or complex.
        bias: b (C',) in double precision.

    Example:
        >>> swap = AffineMap(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.tensor([0.0, 5.0]))
        >>> swap(torch.tensor([[[1.0], [2.0]]])).tolist()
        [[[2.0], [6.0]]]
    """

    matrix: Tensor
    bias: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """Map features (B, C, …) to (B, C', …), in their precision and memory layout and on their device.

        Raises:
            ShapeError: the features have another number of channels.
        """
        if features.ndim < 3 or features.shape[1] != self.matrix.shape[1]:
            raise ShapeError(
                f"the map takes {self.matrix.shape[1]} channels, the features are {tuple(features.shape)}"
            )
        matrix, bias = (part.to(features.device, features.dtype) for part in (self.matrix, self.bias))
        # With the channels last it is one matrix product, and a channels_last map stays one.
        return (features.movedim(1, -1) @ matrix.mT + bias).movedim(-1, 1)

    def __matmul__(self, first: "AffineMap") -> "AffineMap":
        """Return the map that applies ``first`` and then this map."""
        return AffineMap(self.matrix @ first.matrix, self.matrix @ first.bias + self.bias)

    def blend(self, alpha: float) -> "AffineMap":
        """Return x ↦ α · (Mx + b) + (1 − α) · x.

        Args:
            alpha: 0 leaves features as they are, 1 is the whole map.
        """
        identity = torch.eye(len(self.bias), dtype=self.matrix.dtype)
        return AffineMap(torch.lerp(identity, self.matrix, alpha), alpha * self.bias)
