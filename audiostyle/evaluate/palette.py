"""Palette distance: how far the few colors that a picture is made of are from those of another.

Conventions
-----------
Pictures are RGB, ``(height, width, 3)`` floats in [0, 1], as they are stored (sRGB), of any two sizes.
Distances are in units of CIELAB (ΔE of 1976): about 2 is just noticed side by side; black and white are 100
apart.  0 is best.

Metrics
-------
:func:`palette_distance`: each picture's colors are put into eight groups by k-means in
CIELAB, and the groups' mean colors, each with its share of the picture, are compared by the earth mover's
distance (Rubner, Tomasi and Guibas, "The earth mover's distance as a metric for image retrieval", IJCV 40,
2000).

Where colors pass into each other, groups of two pictures are cut at slightly different places: differences
below five units say little.

It is blind to where colors are, to gradations within a group, and to any color that covers too little to get
a group: a red dot on a gray picture, which everybody sees first, hardly counts.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.spatial.distance import cdist

from audiostyle.evaluate.validation import validate_pictures

Floats = NDArray[np.float64]

COLORS = 8
"""Of a palette."""

_PIXELS = 10_000  # of a picture that are grouped, evenly spread: shares are good to a percent
_ROUNDS = 30  # of k-means
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def validate(result: ArrayLike, style: ArrayLike) -> list[Floats]:
    """Check that both are pictures and return them; a picture of a single color warns.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        style: the picture with the wanted palette, (H', W', 3) in [0, 1].

    Returns:
        Both in double precision.

    Raises:
        ShapeError: they are no pictures.
    """
    return validate_pictures(result=result, style=style)


def palette_distance(result: ArrayLike, style: ArrayLike) -> float:
    """Return the earth mover's distance of two palettes.

    Args:
        result: the picture to judge, (H, W, 3) in [0, 1].
        style: the picture with the wanted palette, (H', W', 3) in [0, 1].

    Returns:
        A distance ≥ 0 in units of CIELAB.

    Raises:
        ShapeError: not two pictures.

    Example:
        >>> one, other = np.zeros((2, 4, 4, 3))
        >>> one[0, 0] = 1  # one pixel of sixteen is white
        >>> other[0, :2] = 1  # two are
        >>> round(palette_distance(one, other), 2)
        6.25
    """
    one, other = (find_palette(picture) for picture in validate(result, style))
    return move_earth(*one, *other)


def evaluate(result: ArrayLike, style: ArrayLike) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`palette_distance` for the arguments."""
    return {"palette_distance": palette_distance(result, style)}


def find_palette(picture: Floats) -> tuple[Floats, Floats]:
    """Return a picture's palette and the share of each color.

    Args:
        picture: (H, W, 3) in [0, 1].

    Returns:
        (colors, 3) in CIELAB and (colors,), which add up to 1; fewer colors where the picture has fewer.
    """
    pixels = picture.reshape(-1, 3)
    points = to_lab(pixels[np.linspace(0, len(pixels) - 1, min(len(pixels), _PIXELS)).astype(int)])
    centers = _split(points)
    for _ in range(_ROUNDS):
        nearest = cdist(points, centers, "sqeuclidean").argmin(axis=1)
        counts = np.bincount(nearest, minlength=len(centers))
        sums = np.stack([np.bincount(nearest, points[:, n], len(centers)) for n in range(3)], axis=1)
        centers, before = sums[counts > 0] / counts[counts > 0, None], centers
        if len(centers) == len(before) and np.abs(centers - before).max() < 1e-6:
            break
    shares = np.bincount(cdist(points, centers, "sqeuclidean").argmin(axis=1), minlength=len(centers)) / len(
        points
    )
    return centers, shares


def move_earth(one: Floats, share: Floats, other: Floats, other_share: Floats) -> float:
    """Return the least mean way on which one palette's shares can be moved to another's.

    Args:
        one, other: colors, (n, 3) and (m, 3).
        share, other_share: of each color, (n,) and (m,), each adding up to 1.
    """
    cost = cdist(one, other)
    rows, columns = cost.shape
    sums = np.zeros((rows + columns, rows * columns))
    for n in range(rows):
        sums[n, n * columns : (n + 1) * columns] = 1
    for m in range(columns):
        sums[rows + m, m::columns] = 1
    # The last equation follows from the others.
    plan = linprog(
        cost.ravel(), A_eq=sums[:-1], b_eq=np.concatenate([share, other_share])[:-1], method="highs"
    )
    return max(float(plan.fun), 0.0)


def to_lab(colors: Floats) -> Floats:
    """Convert sRGB in [0, 1] to CIELAB under D65, (…, 3)."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    scaled = linear @ _TO_XYZ.T / _WHITE
    cubed = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = cubed[..., 0], cubed[..., 1], cubed[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _split(points: Floats) -> Floats:
    """Return means of groups that come of splitting, again and again, the one that varies most.

    Each is split across the direction in which it varies most, at its mean, so that pictures which are nearly
    the same get nearly the same groups.
    """
    groups = [points]
    while len(groups) < COLORS:
        spreads = [((group - group.mean(axis=0)) ** 2).sum() for group in groups]
        widest = groups.pop(int(np.argmax(spreads)))
        if max(spreads) < 1e-9:
            return np.array([group.mean(axis=0) for group in [*groups, widest]])
        centered = widest - widest.mean(axis=0)
        _, axes = np.linalg.eigh(centered.T @ centered)
        above = centered @ axes[:, -1] > 0
        groups += [widest[above], widest[~above]]
    return np.array([group.mean(axis=0) for group in groups])
