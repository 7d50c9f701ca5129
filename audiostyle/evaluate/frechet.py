"""Fréchet distances: how far two sets of recordings or pictures differ as a whole, whatever goes with what.

Conventions
-----------
A set is an array ``(items, channels)``: one embedding for each item.  The sets may differ in number; each
needs two items or more.  Distances have the unit of the embeddings; 0 is best and nothing is below.  Of which
network the embeddings are is the caller's business, and distances of different networks cannot be compared.

Metrics
-------
:func:`frechet_distance`: 2-Wasserstein distance of the Gaussians with the sets' means and
covariances (Dowson and Landau 1982), which is what Heusel et al.  (2017) and Kilgour et al.  ("Fréchet audio
distance", Interspeech 2019) square.  The trace of the root is the sum of the singular values of AᵀB, where
AAᵀ and BBᵀ are the covariances: no root of a matrix is taken that might not have one, so the result is never
negative and never complex, however few items there are.  (Squared distances below 0 are a known fault of
``scipy.linalg.sqrtm``'s users.)

:func:`extrapolated_frechet_distance`: the same for sets of infinite size.  With few items the plain distance
is too large, by about c/items; it is computed for subsets of several sizes, and a line through its square
over 1/items gives the value at 0 (Chong and Forsyth, "Effectively unbiased FID and Inception Score", CVPR
2020; Gui et al., "Adapting Fréchet audio distance for generative music evaluation", ICASSP 2024).  A line
that ends below 0 gives 0.

Both are blind to what an embedding does not show, to all but mean and covariance (two clusters are like one
wide one), to which item belongs to which, and to copies: a system that returns its training set scores 0.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError
from audiostyle.evaluate.intervals import LEVEL, Estimate, compute_interval, draw_resamples

Floats = NDArray[np.float64]

SIZES = 8
"""Sizes of subsets through which the line is drawn, from a half of the items to all."""

DRAWS = 12
"""Subsets of each size, whose squares are averaged."""

_FEWEST = 8  # items of the smaller set, below which there is no line to draw


def validate(estimate: ArrayLike, reference: ArrayLike) -> tuple[Floats, Floats]:
    """Check that both are sets of finite embeddings of one length; warn if a set is all alike.

    Args:
        estimate: embeddings of what is judged, (items, channels).
        reference: embeddings of what it should be like, (items', channels).

    Returns:
        Both in double precision.

    Raises:
        ShapeError: they are not.
    """
    sets = []
    for name, given in (("estimate", estimate), ("reference", reference)):
        try:
            points = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError, RuntimeError):
            raise ShapeError(f"{name} cannot be read as an array of numbers") from None
        if points.ndim != 2 or points.shape[0] < 2 or not points.shape[1]:
            raise ShapeError(
                f"{name} must have shape (items, channels) of two items or more, got {points.shape}"
            )
        if not np.isfinite(points).all():
            raise ShapeError(f"{name} holds NaN or infinite numbers")
        if (points == points[0]).all():
            warnings.warn(f"{name} has items that are all alike", stacklevel=3)
        sets.append(points)
    if sets[0].shape[1] != sets[1].shape[1]:
        raise ShapeError(
            f"estimate has {sets[0].shape[1]} channels, reference {sets[1].shape[1]}; use one network"
        )
    return sets[0], sets[1]


def frechet_distance(estimate: ArrayLike, reference: ArrayLike) -> float:
    """Return √(‖μ₁ − μ₂‖² + tr(A + B − 2 (AB)^½)) of two sets of embeddings.

    Args:
        estimate: embeddings of what is judged, (items, channels).
        reference: embeddings of what it should be like, (items', channels).

    Returns:
        A distance ≥ 0.  It is too large for few items; see :func:`extrapolated_frechet_distance`.

    Raises:
        ShapeError: not two sets of embeddings of one length.

    Example:
        >>> points = np.random.default_rng(0).standard_normal((50, 4))
        >>> round(frechet_distance(points + [3, 0, 4, 0], points), 6)
        5.0
    """
    return float(np.sqrt(compute_square(*validate(estimate, reference))))


def extrapolated_frechet_distance(estimate: ArrayLike, reference: ArrayLike) -> float:
    """Return the Fréchet distance as it would be with infinitely many items.

    Args:
        estimate: embeddings of what is judged, (items, channels).
        reference: embeddings of what it should be like, (items', channels).

    Returns:
        A distance ≥ 0.  Sets of fewer than eight items have no line; then it is the plain distance.

    Raises:
        ShapeError: not two sets of embeddings of one length.

    Example:
        >>> one, other = np.random.default_rng(0).standard_normal((2, 60, 6))  # of one distribution
        >>> extrapolated_frechet_distance(one, other) < frechet_distance(one, other) / 2
        True
    """
    one, other = validate(estimate, reference)
    return _extrapolate(one, other, np.random.default_rng(0))


def evaluate(estimate: ArrayLike, reference: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`frechet_distance` for the arguments."""
    return {
        metric.__name__: metric(estimate, reference)
        for metric in (frechet_distance, extrapolated_frechet_distance)
    }


def estimate_frechet_distance(
    estimate: ArrayLike, reference: ArrayLike, *, level: float = LEVEL, replicates: int = 200, seed: int = 0
) -> Estimate:
    """Return the extrapolated distance with an interval by the bootstrap over the items of both sets.

    A resample has items twice, which makes distances larger; so replicates are moved by the mean of what the
    plain distance's square is larger in the resamples than in the whole, before the root.

    Args:
        estimate: embeddings of what is judged, (items, channels).
        reference: embeddings of what it should be like, (items', channels).
        level: coverage of the interval.
        replicates: of the bootstrap.
        seed: decides what is drawn.

    Raises:
        ShapeError: not two sets of embeddings of one length.

    Example:
        >>> one, other = np.random.default_rng(0).standard_normal((2, 40, 3))
        >>> found = estimate_frechet_distance(one + 2, other, replicates=50)
        >>> found.low < found.mean < found.high
        True
    """
    one, other = validate(estimate, reference)
    middle = _extrapolate(one, other, np.random.default_rng(seed))
    drawn = [draw_resamples(len(points), replicates, seed + n) for n, points in enumerate((one, other))]
    squares = np.array(
        [
            compute_square(np.repeat(one, first, axis=0), np.repeat(other, second, axis=0))
            for first, second in zip(*drawn, strict=True)
        ]
    )
    moved = np.sqrt(np.maximum(squares - squares.mean() + middle**2, 0.0))
    low, high = compute_interval(moved, min(len(one), len(other)), level)
    return Estimate(middle, min(float(low), middle), max(float(high), middle), len(one))


def compute_square(one: Floats, other: Floats) -> float:
    """Return the squared distance of two checked sets of points, (items, channels) each."""
    roots = [(points - points.mean(axis=0)) / np.sqrt(len(points) - 1) for points in (one, other)]
    shift = one.mean(axis=0) - other.mean(axis=0)
    # With covariances RᵀR and SᵀS, tr (RᵀR SᵀS)^½ is the sum of the singular values of R Sᵀ.  Where there are
    # more items than channels, triangles with the same products do as well.
    small = [_shorten(root) for root in roots]
    common = np.linalg.svd(small[0] @ small[1].T, compute_uv=False).sum()
    spread = float((roots[0] ** 2).sum() + (roots[1] ** 2).sum() - 2 * common)
    return float(shift @ shift) + max(spread, 0.0)


def _shorten(root: Floats) -> Floats:
    """Return a matrix of no more rows than columns whose product with itself is the same."""
    return np.asarray(np.linalg.qr(root, mode="r")) if len(root) > root.shape[1] else root


def _extrapolate(one: Floats, other: Floats, random: np.random.Generator) -> float:
    """Return the distance at infinite size, by a line through squares of subsets over 1/size."""
    smaller = min(len(one), len(other))
    if smaller < _FEWEST:
        return float(np.sqrt(compute_square(one, other)))
    shares = 1 / np.linspace(1, 2, SIZES)  # evenly spread over 1/size
    inverse, squares = [], []
    for share in shares:
        sizes = [max(2, round(share * len(points))) for points in (one, other)]
        drawn = [
            compute_square(
                *(
                    points[random.permutation(len(points))[:size]]
                    for points, size in zip((one, other), sizes, strict=True)
                )
            )
            for _ in range(1 if share == 1 else DRAWS)
        ]
        inverse.append(smaller / sizes[0 if len(one) == smaller else 1])
        squares.append(float(np.mean(drawn)))
    slope, intercept = np.polyfit(inverse, squares, 1)
    if slope <= 0:  # no bias to be seen: the distance is far larger than what few items add
        return float(np.sqrt(squares[0]))
    return float(np.sqrt(max(intercept, 0.0)))
