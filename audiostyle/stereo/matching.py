"""Where what the right eye sees lies in the left view, and where that can be relied on.

Disparities are estimated by semi-global matching (Hirschmüller 2008, "Stereo processing by semiglobal
matching and mutual information"), as OpenCV has it: first in a small picture, which tells how near and how
far the scene is, then in a larger one within that range.  They are relied on where the views, each matched
with the other, agree; what one eye sees and the other does not, agrees with nothing.  In the end they are
made finer than the steps of the search (:mod:`audiostyle.stereo.refinement`).
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError
from audiostyle.stereo.refinement import fill_match, refine_match
from audiostyle.video.flow import Bytes, Floats, Motion, load_opencv, warp

LONGER_SIDE = 1280
"""Pixels of the views in which disparities are looked for: larger ones take gigabytes, and hardly gain."""

FIRST_SIDE = 320
"""Pixels of the views in which the range of disparities is found."""

WIDEST = 0.25
"""Share of the width by which things may lie apart in the two views, in either direction."""

ASTRAY = 1.0
"""Pixels by which a way to the other view and back may miss."""

_WINDOW = 5  # pixels a side of what is compared
_STEP = 16  # OpenCV's, of ranges, and of which disparities have how many a pixel
_MARGIN = 8  # pixels by which the range found is widened
_OUTLIERS = 0.2  # percent at either end of the disparities that do not count for the range
_NOWHERE = 1e6  # pixels: where what has no disparity is


def estimate_match(left: Bytes, right: Bytes) -> Motion:
    """Estimate where every pixel of the right view lies in the left one.

    Args:
        left, right: rectified views, (H, W, 3).

    Returns:
        Motion from the right view to the left one, all in columns; not trusted where only one eye sees.

    Raises:
        ShapeError: the views are not of one size, or are no bytes.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> wide = np.kron(rng.integers(0, 256, (24, 44, 3)), np.ones((4, 4, 1))).astype(np.uint8)
        >>> match = estimate_match(wide[:, :-6], wide[:, 6:])  # all of it six pixels to the left
        >>> float(np.median(match.flow[..., 0])), bool(match.trusted.mean() > 0.9)
        (6.0, True)
    """
    if left.shape != right.shape:
        raise ShapeError(f"views must be of one size, not {left.shape[:2]} and {right.shape[:2]}")
    if left.dtype != np.uint8 or right.dtype != np.uint8:
        raise ShapeError(f"views must be uint8 from 0 to 255, not {left.dtype} and {right.dtype}")
    height, width = left.shape[:2]
    reach = max(_STEP, round(WIDEST * width))
    low, high = -float(reach), float(reach)
    first = min(1.0, FIRST_SIDE / max(height, width))
    factor = min(1.0, LONGER_SIDE / max(height, width))
    for scale in sorted({first, factor}):
        size = max(1, round(width * scale)), max(1, round(height * scale))
        across = size[0] / width
        views = _resize(left, size), _resize(right, size)
        found = _match(*views, int(np.floor(low * across)), int(np.ceil(high * across)))
        relied = found.flow[..., 0][found.trusted > 0] / across
        if len(relied):
            nearest, farthest = np.percentile(relied, [100 - _OUTLIERS, _OUTLIERS])
            low, high = float(farthest) - _MARGIN, float(nearest) + _MARGIN
    fine = fill_match(*views, refine_match(*views, found))
    return _enlarge(Motion(fine.flow / np.float32(across), fine.trusted), (height, width))


def match_by_disparity(disparity: NDArray[np.floating]) -> Motion:
    """Return where every pixel of the right view lies in the left one, as a map of disparities says.

    Every pixel of the left view is put where the right eye sees it.  Of those that meet there the nearest
    counts, which has the largest disparity.  Where none comes, only the right eye sees anything.

    Args:
        disparity: of the left view, (H, W), in pixels: x there is x − disparity in the right view.  What is
            not finite is not known.

    Raises:
        ShapeError: it is no map.

    Example:
        >>> match = match_by_disparity(np.full((2, 5), 2.0))
        >>> match.flow[0, :, 0].tolist(), match.trusted[0].tolist()
        ([2.0, 2.0, 2.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0, 0.0])
    """
    if disparity.ndim != 2 or not disparity.size:
        raise ShapeError(f"disparities must be a map (height, width), not of shape {disparity.shape}")
    height, width = disparity.shape
    rows, columns = np.nonzero(np.isfinite(disparity))
    near = disparity[rows, columns].astype(np.float64)
    nearest = np.full((height, width), -np.inf)
    places = columns - near
    for place in (np.floor(places), np.ceil(places)):  # a pixel between two belongs to both
        inside = (place >= 0) & (place < width)
        np.maximum.at(nearest, (rows[inside], place[inside].astype(int)), near[inside])
    trusted = np.isfinite(nearest)
    nearest[~trusted] = 0
    return Motion(_to_flow(nearest), trusted.astype(np.float32))


def _match(left: Bytes, right: Bytes, low: int, high: int) -> Motion:
    """Return the match of views within a range of whole disparities, either end included."""
    count = -(-(high + 1 - low) // _STEP) * _STEP
    there = _search(left, right, low, count)  # of the left view
    back = _search(right[:, ::-1], left[:, ::-1], low, count)[:, ::-1]
    flow = _to_flow(back)
    missed = np.abs(warp(there, flow, smooth=False) - back)
    columns = np.arange(back.shape[1]) + back
    inside = (columns > -0.5) & (columns < back.shape[1] - 0.5)
    trusted = inside & (missed <= ASTRAY)
    return Motion(np.where(trusted[..., None], flow, 0), trusted.astype(np.float32))


def _search(view: Bytes, other: Bytes, low: int, count: int) -> Floats:
    """Return the disparities of a view, (H, W), by semi-global matching; what is not found is far away."""
    cv2 = load_opencv()
    rim = max(abs(low), abs(low + count))  # beyond the sides, so that pixels there are looked for too
    wide = [
        cv2.copyMakeBorder(np.ascontiguousarray(each), 0, 0, rim, rim, cv2.BORDER_REPLICATE)
        for each in (view, other)
    ]
    smoothness = 3 * _WINDOW**2
    search = cv2.StereoSGBM.create(
        minDisparity=low,
        numDisparities=count,
        blockSize=_WINDOW,
        P1=8 * smoothness,
        P2=32 * smoothness,
        disp12MaxDiff=-1,  # the two views are compared with each other by ourselves
        mode=cv2.STEREO_SGBM_MODE_HH,
    )
    found = search.compute(*wide)[:, rim:-rim]
    disparity: Floats = found.astype(np.float32) / _STEP
    disparity[disparity < low] = _NOWHERE
    return disparity


def _resize(view: Bytes, size: tuple[int, int]) -> Bytes:
    """Return a view of a size (columns, rows)."""
    if view.shape[1::-1] == size:
        return view
    cv2 = load_opencv()
    resized: Bytes = cv2.resize(view, size, interpolation=cv2.INTER_AREA)
    return resized


def _enlarge(match: Motion, size: tuple[int, int]) -> Motion:
    """Return a match at a size (rows, columns); flows are in pixels of that size already."""
    if match.trusted.shape == size:
        return match
    cv2 = load_opencv()
    flow = cv2.resize(match.flow, size[::-1])
    trusted = cv2.resize(match.trusted, size[::-1])
    return Motion(flow, (trusted == 1).astype(np.float32))  # no flow is mixed with one that is not known


def _to_flow(disparity: NDArray[np.floating]) -> Floats:
    """Return disparities (H, W) as what to add to columns and rows, (H, W, 2)."""
    flow = np.zeros((*disparity.shape, 2), np.float32)
    flow[..., 0] = disparity
    return flow
