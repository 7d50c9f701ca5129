"""Shares of places, enlarged to shares of pixels that follow the picture's edges."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from audiostyle.image.segments.features import SIDE, shrink
from audiostyle.image.smoothing.fast_guided import LocalModels

RADIUS = 32
"""Pixels, in a picture with a shorter side of `features.SIDE`."""

EPSILON = 1e-3
"""Variance of colors below which a window counts as flat, of 1."""


def enlarge_shares(shares: NDArray[np.float64], size: tuple[int, int], picture: Tensor) -> Tensor:
    """Enlarge shares to a picture's size, along its edges.

    Args:
        shares: (n, K) of the places of a picture in row order, ≥ 0; rows sum to 1.
        size: rows and columns of places.
        picture: (3, H, W) in [0, 1].

    Returns:
        (K, H, W), ≥ 0, with a sum of 1 at every pixel.
    """
    small = shrink(picture, SIDE)
    maps = torch.from_numpy(shares.T.reshape(1, -1, *size).copy())
    images = F.interpolate(maps, size=small.shape[1:], mode="bilinear")[0].movedim(0, 2).numpy()
    guide = np.ascontiguousarray(small.movedim(0, 2).numpy(), np.float64)
    models = LocalModels.fit(guide, images, RADIUS, EPSILON)
    found = torch.from_numpy(models(np.ascontiguousarray(picture.movedim(0, 2).numpy()))).clamp_(min=0)
    return found.div_(found.sum(dim=0).clamp_(min=1e-6))
