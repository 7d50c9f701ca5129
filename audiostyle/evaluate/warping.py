"""Warping error: how much more a stylized film changes along its content's motion than the content does.

Conventions
-----------
Films are ``(frames, height, width, 3)`` floats in [0, 1], result and content of one shape.  ``motion`` is
``(frames − 1, height, width, 2)``: for every frame but the first, what to add to the columns and rows of a
pixel to come to where it was a frame ago, in pixels.  Errors are root mean squares of values; 0 is best.

Metrics
-------
:func:`warping_error`: the difference of a frame and the one before it, moved along the motion, over
all pixels that came from inside the picture and, where ``trusted`` says so, were not hidden (after Lai et
al., "Learning blind video temporal consistency", ECCV 2018); what of it the content has, too (noise, light
that changes), is taken off.

It is blind to whether the film looks like anything: one color for all frames is perfect.  Slow drifts, which
cost little from frame to frame, cost little here.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import map_coordinates

from audiostyle.errors import ShapeError

Floats = NDArray[np.float64]


def validate(result: ArrayLike, content: ArrayLike, motion: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Check that both are films of one shape, and that the motion is theirs.

    Args:
        result, content: (T, H, W, 3) in [0, 1].
        motion: (T − 1, H, W, 2).

    Returns:
        All three in double precision.

    Raises:
        ShapeError: they are not.
    """
    films = []
    for name, given in (("result", result), ("content", content)):
        film = np.asarray(given, np.float64)
        if film.ndim != 4 or film.shape[-1] != 3 or len(film) < 2 or not film.size:
            raise ShapeError(f"{name} must have shape (frames, height, width, 3), got {film.shape}")
        if not (np.isfinite(film).all() and film.min() >= 0 and film.max() <= 1):
            raise ShapeError(f"{name} must lie in [0, 1]; clamp it first")
        films.append(film)
    if films[0].shape != films[1].shape:
        raise ShapeError(f"result has shape {films[0].shape}, content {films[1].shape}; give the same")
    flow = np.asarray(motion, np.float64)
    frames, height, width, _ = films[0].shape
    if flow.shape != (frames - 1, height, width, 2) or not np.isfinite(flow).all():
        raise ShapeError(f"motion must have shape ({frames - 1}, {height}, {width}, 2), got {flow.shape}")
    return films[0], films[1], flow


def warping_error(
    result: ArrayLike, content: ArrayLike, motion: ArrayLike, trusted: ArrayLike | None = None
) -> float:
    """Return the error of a film along a motion, less its content's.

    Args:
        result, content: (T, H, W, 3) in [0, 1].
        motion: (T − 1, H, W, 2), see the conventions.
        trusted: (T − 1, H, W), where the motion can be relied on; None: everywhere.

    Returns:
        A root mean square ≥ 0, of values in [0, 1].

    Raises:
        ShapeError: the shapes do not fit.

    Example:
        >>> still = np.full((3, 8, 8, 3), 0.5)
        >>> flicker = still + np.array([0.1, -0.1, 0.1])[:, None, None, None]
        >>> round(warping_error(flicker, still, np.zeros((2, 8, 8, 2))), 3)
        0.2
    """
    film, reference, flow = validate(result, content, motion)
    counted = np.ones(flow.shape[:3]) if trusted is None else np.asarray(trusted, np.float64)
    if counted.shape != flow.shape[:3]:
        raise ShapeError(f"trusted must have shape {flow.shape[:3]}, got {counted.shape}")
    own, other = (_measure(each, flow, counted) for each in (film, reference))
    return float(np.sqrt(max(0.0, own - other)))


def evaluate(
    result: ArrayLike, content: ArrayLike, motion: ArrayLike, trusted: ArrayLike | None = None
) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`warping_error` for the arguments."""
    return {"warping_error": warping_error(result, content, motion, trusted)}


def _measure(film: Floats, motion: Floats, counted: Floats) -> float:
    """Return the mean square of what changes along the motion."""
    height, width = film[0].shape[0], film[0].shape[1]
    rows, columns = np.indices((height, width), dtype=np.float64)
    total = weight = 0.0
    for before, after, flow, share in zip(film, film[1:], motion, counted, strict=False):
        y, x = rows + flow[..., 1], columns + flow[..., 0]
        inside = (y >= 0) & (x >= 0) & (y <= height - 1) & (x <= width - 1)
        moved = np.stack(
            [map_coordinates(before[..., c], [y, x], order=1, mode="nearest") for c in range(3)], axis=-1
        )
        square = np.square(after - moved).mean(axis=-1)
        total += float((square * share * inside).sum())
        weight += float((share * inside).sum())
    return total / weight if weight else 0.0
