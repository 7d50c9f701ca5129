"""Art distance: content kept times style reached, in one number, for a stylized picture.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1].  The result has the
content's size; the style may have any.  The number is at least 1, which is best.

Metrics
-------
:func:`art_distance`: (1 + c)(1 + s), after ArtFID (Wright and Ommer, "ArtFID: quantitative
evaluation of neural style transfer", GCPR 2022), on the backbone for photographs that comes with the package.
c is how far the features of result and content differ where they lie: each position's features brought to
length 1, the squared difference averaged over positions and over the four levels, as in LPIPS without its
learned weights.  s is the squared Fréchet distance of result and style with positions as samples, relative to
the style's own second moment, averaged over the levels.  ArtFID compares *sets* of pictures by Inception's
features and LPIPS; numbers of one cannot be set beside numbers of the other.

It is blind to what the product hides: the content itself (c = 0, s large) and the style pasted over it (s =
0, c large) may score alike, so look at both parts (:func:`measure_parts`).  It rewards copies of style
patches that hide nothing a person would miss, and what its backbone, trained on photographs, does not see:
brushwork at a scale above its receptive field, and meaning.
"""

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.evaluate.frechet import compute_square
from audiostyle.evaluate.validation import validate_pictures
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.models.torch_settings import own_settings
from audiostyle.models.vgg import VGGEncoder

SMALLEST = 16
"""Pixels of a side that four levels need at least."""

_POSITIONS = 4096  # of a level that are compared as a distribution, evenly spread


def validate(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> list[NDArray[np.float64]]:
    """Check that all are pictures, the first two of one size; a picture of a single color warns.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: what it was made of, (H, W, 3) in [0, 1].
        style: what it should look like, (H', W', 3) in [0, 1].

    Returns:
        All three in double precision.

    Raises:
        ShapeError: they are no pictures, of different sizes, or too small.
    """
    pictures = validate_pictures(result=result, content=content, style=style)
    if pictures[0].shape != pictures[1].shape:
        raise ShapeError(
            f"result has shape {pictures[0].shape}, content {pictures[1].shape}; make them alike"
        )
    for name, picture in zip(("result", "content", "style"), pictures, strict=True):
        if min(picture.shape[:2]) < SMALLEST:
            raise ShapeError(f"{name} has a side of {min(picture.shape[:2])} pixels; it needs {SMALLEST}")
    return pictures


def art_distance(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> float:
    """Return (1 + content distance) × (1 + style distance).

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        content: what it was made of, (H, W, 3) in [0, 1].
        style: what it should look like, (H', W', 3) in [0, 1].

    Returns:
        A number ≥ 1.

    Raises:
        ShapeError: see :func:`validate`.
        ModelNotFound: the backbone is damaged.

    Example:
        >>> picture = np.random.default_rng(0).random((32, 40, 3))
        >>> round(art_distance(picture, picture, picture), 4)
        1.0
    """
    kept, reached = measure_parts(result, content, style)
    return (1 + kept) * (1 + reached)


def evaluate(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`art_distance` for the arguments."""
    return {"art_distance": art_distance(result, content, style)}


@own_settings()
def measure_parts(result: ArrayLike, content: ArrayLike, style: ArrayLike) -> tuple[float, float]:
    """Return content distance and style distance; see :func:`art_distance` for the arguments."""
    traces = [_trace(picture) for picture in validate(result, content, style)]
    kept = [_compare_positions(one, other) for one, other in zip(traces[0], traces[1], strict=True)]
    reached = [_compare_distributions(one, other) for one, other in zip(traces[0], traces[2], strict=True)]
    return float(np.mean(kept)), float(np.mean(reached))


@lru_cache(maxsize=1)
@own_settings()
def _load_backbone() -> VGGEncoder:
    return PictureAutoencoder.from_pretrained(device="cpu").encoder


def _trace(picture: NDArray[np.float64]) -> list[Tensor]:
    """Return the features of each level, (channels, H, W)."""
    planes = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float32))[None]
    with torch.inference_mode():
        return [features[0].double() for features in _load_backbone().trace(planes)[0]]


def _compare_positions(one: Tensor, other: Tensor) -> float:
    """Return the mean squared difference of features of length 1, 0 to 2."""
    units = [features / features.norm(dim=0).clamp_min(1e-9) for features in (one, other)]
    return float((units[0] - units[1]).square().sum(dim=0).mean())


def _compare_distributions(one: Tensor, other: Tensor) -> float:
    """Return the squared Fréchet distance relative to the second moment of the second."""
    points = [_spread(features) for features in (one, other)]
    size = float((points[1] ** 2).sum(axis=1).mean())
    return compute_square(*points) / max(size, 1e-12)


def _spread(features: Tensor) -> NDArray[np.float64]:
    """Return features at evenly spread positions, (positions, channels)."""
    flat = features.flatten(1).T.numpy()
    return flat[np.linspace(0, len(flat) - 1, min(len(flat), _POSITIONS)).astype(int)]
