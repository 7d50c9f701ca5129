"""Matches made finer than the steps in which they are searched, and without holes where nothing is seen.

Semi-global matching knows sixteenths of a pixel and prefers whole ones, which shows wherever what a method
did changes from pixel to pixel.  OpenCV's variational refinement (the last step
of Brox, Bruhn, Papenberg & Weickert 2004, "High accuracy optical flow estimation based on a theory for
warping") moves a match by less than a pixel until both views look alike.

What is smooth, a sky or a wall, has no match of its own: the ways there and back disagree by pixels that
nobody sees.  It takes the match of its surroundings.
"""

import numpy as np

from audiostyle.video.flow import Bytes, Floats, Motion, find_largest, load_opencv, warp

ROUNDS = 15
"""Of the refinement, found on rendered pairs."""

FARTHEST = 1.0
"""Pixels by which the refinement may move a match: farther away lies another thing."""

UNSEEN = 3.0
"""Levels of 255 by which the views may differ, on average around, where a match is taken from beside."""

_AROUND = 5  # pixels a side of what "around" is


def refine_match(left: Bytes, right: Bytes, match: Motion) -> Motion:
    """Return a match of two views, moved by less than a pixel to where they look alike.

    Args:
        left, right: rectified views (H, W, 3) of one size.
        match: from the right view to the left one.

    Returns:
        The match, moved where that makes the views more alike, and as it was elsewhere.

    Example:
        >>> waves = 120 + 60 * np.sin(np.arange(80) / 3) * np.cos(np.arange(48)[:, None] / 4)
        >>> wide = np.repeat(waves[..., None], 3, axis=2).astype(np.uint8)
        >>> rough = Motion(np.full((48, 74, 2), (5.7, 0), np.float32), np.ones((48, 74), np.float32))
        >>> fine = refine_match(wide[:, :-6], wide[:, 6:], rough).flow[..., 0]
        >>> bool(abs(np.median(fine) - 6) < 0.2)
        True
    """
    cv2 = load_opencv()
    if min(left.shape[:2]) < _AROUND:
        return match
    refinement = cv2.VariationalRefinement.create()
    refinement.setFixedPointIterations(ROUNDS)
    one, other = (cv2.cvtColor(np.ascontiguousarray(view), cv2.COLOR_RGB2GRAY) for view in (right, left))
    along = np.ascontiguousarray(match.flow[..., 0])
    moved, _ = refinement.calcUV(one, other, along.copy(), np.zeros_like(along))
    moved = np.where(np.isfinite(moved), moved, along).clip(along - FARTHEST, along + FARTHEST)
    flow = np.stack([moved, np.zeros_like(moved)], axis=-1).astype(np.float32)
    better = find_difference(left, right, flow) < find_difference(left, right, match.flow)
    better &= match.trusted > 0
    return Motion(np.where(better[..., None], flow, match.flow), match.trusted)


def fill_match(left: Bytes, right: Bytes, match: Motion) -> Motion:
    """Return a match that is also known where it makes no difference to the eye.

    Where a match is not trusted, it is that of the trusted pixels to the left and to the right in its row, of
    the two the one farther away, as what only one eye sees lies behind something (Hirschmüller 2008, section
    2.6).  It is relied on where both views look alike there.

    Args:
        left, right: rectified views (H, W, 3) of one size.
        match: from the right view to the left one.

    Example:
        >>> flat = np.full((8, 12, 3), 90, np.uint8)
        >>> holed = Motion(np.full((8, 12, 2), (3, 0), np.float32), np.ones((8, 12), np.float32))
        >>> holed.trusted[:, 4:6] = 0
        >>> float(fill_match(flat, flat, holed).trusted.min())
        1.0
    """
    known = match.trusted > 0
    if known.all() or not known.any():
        return match
    along = match.flow[..., 0]
    before = _fill_forward(np.where(known, along, np.nan))
    after = _fill_forward(np.where(known, along, np.nan)[:, ::-1])[:, ::-1]
    filled = np.where(known, along, np.fmin(before, after))
    columns = np.arange(along.shape[1]) + filled
    inside = (columns > -0.5) & (columns < along.shape[1] - 0.5)  # false where a row knows nothing
    flow = np.zeros_like(match.flow)
    flow[..., 0] = np.where(inside, filled, 0)
    alike = find_difference(left, right, flow) < UNSEEN
    trusted = known | (inside & alike)
    return Motion(np.where(trusted[..., None], flow, 0), trusted.astype(np.float32))


def find_difference(left: Bytes, right: Bytes, flow: Floats) -> Floats:
    """Return by how many levels the right view differs from the left one along a flow, around, (H, W)."""
    cv2 = load_opencv()
    moved = warp(left.astype(np.float32), flow)
    apart = find_largest(np.abs(right.astype(np.float32) - moved))
    difference: Floats = cv2.blur(apart, (_AROUND, _AROUND))
    return difference


def _fill_forward(rows: Floats) -> Floats:
    """Return rows in which what is not known is the last that was known before it in the row."""
    last = np.where(np.isfinite(rows), np.arange(rows.shape[1]), 0)
    np.maximum.accumulate(last, axis=1, out=last)
    filled: Floats = np.take_along_axis(rows, last, axis=1)
    return filled
