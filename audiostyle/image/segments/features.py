"""What each place of a picture is like: features of the backbone, colors, height."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.grading.tone import measure_luminance

SIDE = 256
"""Pixels of the shorter side at which pictures are looked at: parts of a scene, not leaves."""

STEP = 8
"""Pixels a place: those of relu4_1."""

AXES = 8
"""Principal axes of the features that are kept."""

LOOK, COLOR, HEIGHT = 1.0, 1.0, 0.7
"""Standard deviations of a place's features, color and height in its description."""

_LEAST = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Places:
    """The places of a picture, in row order.

    Attributes:
        size: (h, w), rows and columns of places.
        features: (n, AXES), in axes that all pictures share.
        color: (n, 3), RGB in [0, 1].
        light: (n,), the rank of each place's luminance in its picture, 0 … 1.
        height: (n,), 0 at the top, 1 at the bottom.
        weights: (n,), how visible each place is, 0 … 1.
    """

    size: tuple[int, int]
    features: Floats
    color: Floats
    light: Floats
    height: Floats
    weights: Floats

    def describe(self) -> Floats:
        """Return what clusters are found in, (n, AXES + 4): features, color and height, each to scale."""
        color = self.color - np.average(self.color, axis=0, weights=self.weights + _LEAST)
        spread = np.sqrt(np.average((color**2).sum(axis=1), weights=self.weights + _LEAST) + _LEAST)
        height = (self.height - 0.5) * np.sqrt(12)  # of standard deviation 1
        return np.concatenate(
            [LOOK * self.features, COLOR * color / spread, HEIGHT * height[:, None]], axis=1
        )


def look_at(
    pictures: Sequence[Tensor], alphas: Sequence[NDArray[np.float32] | None], networks: PictureAutoencoder
) -> list[Places]:
    """Describe the places of pictures in axes that all of them share.

    Args:
        pictures: (3, H, W) in [0, 1], of any sizes.
        alphas: (H, W) of each, how visible it is; None where nothing is transparent.
        networks: the backbone.
    """
    small = [shrink(picture, SIDE) for picture in pictures]
    maps = [_encode(picture, networks) for picture in small]
    stacked = np.concatenate([features.reshape(-1, features.shape[-1]) for features in maps])
    axes = np.split(_reduce(stacked), np.cumsum([features[..., 0].size for features in maps])[:-1])
    return [
        _make_places(picture, alpha, features.shape[:2], reduced)
        for picture, alpha, features, reduced in zip(small, alphas, maps, axes, strict=True)
    ]


def shrink(picture: Tensor, side: int) -> Tensor:
    """Shrink a picture (C, H, W) to a shorter side of ``side`` pixels, by averaging; small ones stay."""
    height, width = picture.shape[1:]
    factor = side / min(height, width)
    if factor >= 1:
        return picture
    size = [max(1, round(length * factor)) for length in (height, width)]
    return F.interpolate(picture[None].contiguous(), size=size, mode="area")[0]


@torch.inference_mode()
def _encode(picture: Tensor, networks: PictureAutoencoder) -> Floats:
    """Return the features of relu3_1 and relu4_1 together, (h, w, C)."""
    levels, _ = networks.encoder.trace(picture[None].to(networks.device))
    third, fourth = F.avg_pool2d(levels[2], 2, ceil_mode=True, count_include_pad=False), levels[3]
    parts = [level[0] / (level.std() + _LEAST) for level in (third, fourth)]
    return np.asarray(torch.cat(parts).movedim(0, 2).cpu().numpy(), np.float64)


def _reduce(features: Floats) -> Floats:
    """Return features (n, C) of length 1 in their principal axes, (n, AXES), of mean square length 1."""
    scaled = (features - features.mean(axis=0)) / (features.std(axis=0) + _LEAST)
    scaled /= np.linalg.norm(scaled, axis=1, keepdims=True) + _LEAST
    scaled -= scaled.mean(axis=0)
    _, vectors = np.linalg.eigh(scaled.T @ scaled)
    kept = scaled @ vectors[:, ::-1][:, :AXES]
    return np.asarray(kept / (np.sqrt((kept**2).sum(axis=1).mean()) + _LEAST))


def _make_places(
    picture: Tensor, alpha: NDArray[np.float32] | None, size: tuple[int, ...], features: Floats
) -> Places:
    rows, columns = size
    color = F.interpolate(picture[None], size=[rows, columns], mode="area")[0].flatten(1).mT
    colors = np.asarray(color.numpy(), np.float64)
    weights = np.ones(rows * columns)
    if alpha is not None:
        seen = F.interpolate(torch.from_numpy(alpha)[None, None], size=[rows, columns], mode="area")
        weights = np.asarray(seen.flatten().numpy(), np.float64)
    order = np.argsort(np.argsort(measure_luminance(colors), kind="stable"), kind="stable")
    height = np.repeat((np.arange(rows) + 0.5) / rows, columns)
    return Places((rows, columns), features, colors, (order + 0.5) / len(order), height, weights)
