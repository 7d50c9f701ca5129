"""What cannot be told apart goes with the camera: motion at the rims of things, and where nothing is seen.

Flow is found by patches, which are as wide as many pixels.  Around a thing that moves, the still background
then seems to move along, and where it is flat that looks right: but what a method painted there is dragged
off.  Most of a picture moves as the camera does, by one shift, turn and zoom (found by RANSAC, Fischler &
Bolles 1981).  So near what moves with the camera, a pixel does as well unless its own flow fits better.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.video.flow import (
    LONGER_SIDE,
    Bytes,
    Floats,
    Motion,
    find_largest,
    find_outside,
    load_opencv,
    warp,
)

SHARE = 0.4
"""Of the pixels whose motion is known, that have to agree on what the camera does."""

EXACT = 0.5
"""Pixels by which a pixel's flow may differ from the camera's and still be that."""

STILL = 0.25
"""Pixels below which the camera does not move at all."""

REACH = 24
"""Pixels around what moves with the camera in which flow may be wrong by the width of patches."""

BETTER, SLACK = 1.3, 0.5
"""By which factor, and how many levels of 255, a pixel's own flow must fit better to be kept."""

_STEP = 8  # pixels between those that are asked what the camera does
_FEWEST = 12  # of them
_AROUND = 3  # pixels a side of the windows in which frames are compared


def follow_camera(before: Bytes, after: Bytes, motion: Motion) -> Motion:
    """Return a motion whose rims and flat parts go with the camera.

    Args:
        before, after: two frames, (H, W, 3).
        motion: from ``after`` back to ``before``.

    Returns:
        The motion, corrected; as it is where no camera can be made out.

    Example:
        >>> flat = np.full((48, 64, 3), 90, np.uint8)
        >>> flow = np.zeros((48, 64, 2), np.float32)
        >>> flow[20:24, 20:24] = 3  # nothing that anybody could see
        >>> motion = Motion(flow, np.ones((48, 64), np.float32))
        >>> float(np.abs(follow_camera(flat, flat, motion).flow).max())
        0.0
    """
    cv2 = load_opencv()
    height, width = motion.trusted.shape
    factor = min(1.0, LONGER_SIDE / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    one, other = (cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in (before, after))
    scale = np.array(size, np.float32) / np.array((width, height), np.float32)
    trusted = cv2.resize(motion.trusted, size, interpolation=cv2.INTER_NEAREST)
    small = Motion(cv2.resize(motion.flow, size) * scale, trusted)
    camera = find_camera(small)
    if camera is None:
        return motion
    taken = _find_taken(one, other, small.flow, camera).astype(np.uint8)
    taken = cv2.resize(taken, (width, height), interpolation=cv2.INTER_NEAREST)
    flow = cv2.copyTo(cv2.resize(camera / scale, (width, height)), taken, motion.flow.copy())
    return Motion(flow, np.maximum(motion.trusted, taken, dtype=np.float32))


def find_camera(motion: Motion) -> Floats | None:
    """Return the flow (H, W, 2) of a camera before a still scene; None where too few pixels agree on one.

    Example:
        >>> pan = Motion(np.full((48, 64, 2), 2, np.float32), np.ones((48, 64), np.float32))
        >>> np.allclose(find_camera(pan), 2, atol=1e-3)
        True
    """
    height, width = motion.trusted.shape
    rows, columns = np.mgrid[_STEP // 2 : height : _STEP, _STEP // 2 : width : _STEP]
    known = motion.trusted[rows, columns] > 0
    rows, columns = rows[known], columns[known]
    if len(rows) < _FEWEST:
        return None
    places = np.stack([columns, rows], axis=1).astype(np.float32)
    matrix, agreeing = load_opencv().estimateAffinePartial2D(
        places, places + motion.flow[rows, columns], ransacReprojThreshold=EXACT
    )
    if matrix is None or not np.isfinite(matrix).all() or agreeing.mean() < SHARE:
        return None
    x, y = np.arange(width), np.arange(height)[:, None]
    parts = [a * x + b * y + c - own for (a, b, c), own in zip(matrix, (x, y), strict=True)]
    flow = np.stack(np.broadcast_arrays(*parts), axis=2).astype(np.float32)
    return flow if np.abs(flow).max() >= STILL else np.zeros_like(flow)


def _find_taken(before: Bytes, after: Bytes, flow: Floats, camera: Floats) -> NDArray[np.bool_]:
    """Return which pixels (H, W) are to move as the camera does."""
    own, shared = (find_misfit(before, after, each) for each in (flow, camera))
    x, y = (np.abs(flow[..., axis] - camera[..., axis]) < EXACT for axis in (0, 1))
    near = load_opencv().dilate((x & y).astype(np.uint8), np.ones((2 * REACH + 1,) * 2, np.uint8)) > 0
    taken: NDArray[np.bool_] = near & (shared < BETTER * own + SLACK) & ~find_outside(camera)
    return taken


def find_misfit(before: Bytes, after: Bytes, flow: Floats) -> NDArray[np.float32]:
    """Return by how many levels frames differ along a flow, (H, W), in the window that fits best.

    Of all windows that hold a pixel the best counts, so that the rim of a thing has no part in what lies
    beside it.

    Example:
        >>> frame = np.zeros((9, 9, 3), np.uint8)
        >>> other = frame.copy()
        >>> other[:, 5:] = 90
        >>> find_misfit(frame, other, np.zeros((9, 9, 2), np.float32))[4].tolist()
        [0.0, 0.0, 0.0, 0.0, 0.0, 30.0, 60.0, 90.0, 90.0]
    """
    cv2 = load_opencv()
    apart = find_largest(cv2.absdiff(after, warp(before, flow, smooth=False))).astype(np.float32)
    misfit: NDArray[np.float32] = cv2.erode(
        cv2.blur(apart, (_AROUND, _AROUND)), np.ones((_AROUND, _AROUND), np.uint8)
    )
    return misfit
