"""The fast guided filter: models that are fitted in a small picture and applied in the large one.

He and Sun, "Fast guided filter" (arXiv:1505.00996).  In every window of the small picture, p ≈ aᵀI + b.  The
averaged a and b are smooth, so they can be enlarged linearly; multiplied with the large guide they give p
with all of the large guide's edges.  Here p may have any number of channels and the guide one or three.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.compilation import njit
from audiostyle.image.smoothing.parallel import map_ranges, split_rows

_ROWS = 64  # a task

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LocalModels:
    """Affine models of the colors of a guide, one for each place of a grid.

    Attributes:
        slopes: a (h, w, K, C).
        offsets: b (h, w, K).

    Example:
        >>> guide = np.random.default_rng(0).random((20, 30, 3))
        >>> models = LocalModels.fit(guide, 1 - guide, radius=4, epsilon=1e-9)
        >>> np.allclose(models(guide.astype(np.float32)), 1 - guide.transpose(2, 0, 1), atol=1e-4)
        True
    """

    slopes: NDArray[np.float32]
    offsets: NDArray[np.float32]

    @classmethod
    def fit(cls, guide: Floats, images: Floats, radius: int, epsilon: float) -> "LocalModels":
        """Fit models in all windows, and average those that hold a place.

        Args:
            guide: (h, w, C).
            images: (h, w, K).
            radius: windows have 2·radius + 1 pixels a side, less at the border.
            epsilon: > 0, variance of the guide below which a window counts as flat.
        """
        count = _sum_boxes(np.ones((*guide.shape[:2], 1)), radius)

        def average(values: Floats) -> Floats:
            return _sum_boxes(values, radius) / count

        channels = guide.shape[2]
        mean, target = average(guide), average(images)
        covariance = np.empty((*guide.shape[:2], channels, channels))
        for one in range(channels):
            products = average(guide * guide[..., one : one + 1])
            covariance[..., one] = products - mean * mean[..., one : one + 1]
        covariance += epsilon * np.eye(channels)
        cross = np.stack(
            [
                average(images * guide[..., c : c + 1]) - target * mean[..., c : c + 1]
                for c in range(channels)
            ],
            axis=2,
        )
        slopes = np.linalg.solve(covariance, cross)  # (h, w, C, K)
        offsets = target - np.einsum("ijck,ijc->ijk", slopes, mean)
        stacked = np.asarray(slopes, np.float64).reshape(*slopes.shape[:2], -1)
        flat = average(stacked).reshape(slopes.shape)
        return cls(
            np.ascontiguousarray(flat.swapaxes(2, 3), np.float32),
            np.ascontiguousarray(average(offsets), np.float32),
        )

    def __call__(self, guide: NDArray[np.float32]) -> NDArray[np.float32]:
        """Apply the models to a guide (H, W, C) of any size; returns (K, H, W)."""
        out = np.empty((self.offsets.shape[2], *guide.shape[:2]), np.float32)
        map_ranges(
            lambda first, last: _apply_rows(self.slopes, self.offsets, guide, out, first, last),
            split_rows(len(guide), _ROWS),
        )
        return out


def _sum_boxes(values: Floats, radius: int) -> Floats:
    """Return the sums of (h, w, K) over windows that are cut off at the border."""
    for axis in (0, 1):
        length = values.shape[axis]
        sums = np.cumsum(values, axis=axis)
        sums = np.concatenate([np.zeros_like(sums.take([0], axis=axis)), sums], axis=axis)
        places = np.arange(length)
        upper, lower = (places + radius + 1).clip(max=length), (places - radius).clip(min=0)
        values = sums.take(upper, axis=axis) - sums.take(lower, axis=axis)
    return values


@njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _apply_rows(slopes, offsets, guide, out, first, last):
    """Compute the rows first … last − 1, with models interpolated between the places of their grid."""
    tall, wide, count, channels = slopes.shape
    height, width, _ = guide.shape
    model = np.empty((wide, count, channels + 1), np.float32)
    for y in range(first, last):
        place = min(max((y + 0.5) * tall / height - 0.5, 0.0), tall - 1.0)
        above = min(int(place), max(tall - 2, 0))
        below = min(above + 1, tall - 1)
        down = np.float32(place - above)
        up = np.float32(1.0) - down
        for j in range(wide):
            for k in range(count):
                for c in range(channels):
                    model[j, k, c] = up * slopes[above, j, k, c] + down * slopes[below, j, k, c]
                model[j, k, channels] = up * offsets[above, j, k] + down * offsets[below, j, k]
        for x in range(width):
            place = min(max((x + 0.5) * wide / width - 0.5, 0.0), wide - 1.0)
            left = min(int(place), max(wide - 2, 0))
            right = min(left + 1, wide - 1)
            across = np.float32(place - left)
            back = np.float32(1.0) - across
            for k in range(count):
                value = back * model[left, k, channels] + across * model[right, k, channels]
                for c in range(channels):
                    value += (back * model[left, k, c] + across * model[right, k, c]) * guide[y, x, c]
                out[k, y, x] = value
