"""Motion between two frames: where each pixel was, and where that can be relied on.

Flow is estimated by dense inverse search (Kroeger, Timofte, Dai & Van Gool 2016, "Fast optical flow using
dense inverse search"), as OpenCV has it.  It is relied on where the way there and the way back lead home, and
away from edges of motion (Sundaram, Brox & Keutzer 2010; Ruder, Dosovitskiy & Brox 2016, eq. 5 and 6).
"""

from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

AnyPixels = TypeVar("AnyPixels", NDArray[np.float32], NDArray[np.uint8])

RELATIVE, ABSOLUTE = 0.01, 0.5
"""Of the squared lengths of both flows, and in squared pixels: how far from home is astray."""

GRADIENT, EDGE = 0.01, 0.002
"""Of the squared length of the flow, and absolute: how much it may change from pixel to pixel."""

STILL = 1.5
"""Levels of 255 by which, on average around, a pixel may differ at the same place and count as still."""

LONGER_SIDE = 640
"""Pixels of the pictures in which motion is looked for: it is smooth, and larger ones take longer."""

_NEIGHBORHOOD = 7  # pixels a side of what "around" is


@dataclass(frozen=True)
class Motion:
    """Where the pixels of a frame were in the frame before.

    Attributes:
        flow: (H, W, 2), what to add to columns and rows of a pixel, in pixels.
        trusted: (H, W), 1 where the flow can be relied on, else 0.
    """

    flow: Floats
    trusted: Floats


def load_opencv() -> ModuleType:
    """Return OpenCV.

    Raises:
        AudiostyleError: it is not installed.
    """
    try:
        import cv2
    except ImportError:
        raise AudiostyleError("films and two views need OpenCV; pip install 'audiostyle[video]'") from None
    module: ModuleType = cv2
    return module


def estimate_motion(before: Bytes, after: Bytes) -> Motion:
    """Estimate where every pixel of a frame was in the frame before.

    Args:
        before, after: two frames, (H, W, 3).

    Returns:
        The motion from ``after`` back to ``before``.  What has not changed at its place has not moved.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> frame = np.kron(rng.integers(0, 256, (12, 16, 3)), np.ones((8, 8, 1))).astype(np.uint8)
        >>> motion = estimate_motion(frame, frame)
        >>> float(np.abs(motion.flow).max()), float(motion.trusted.min())
        (0.0, 1.0)
    """
    cv2 = load_opencv()
    height, width = before.shape[:2]
    factor = min(1.0, LONGER_SIDE / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    one, other = (
        cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
        for frame in (before, after)
    )
    if min(size) < 16:  # too small for patches of eight pixels at two sizes
        flow = back = np.zeros((*one.shape, 2), np.float32)
    else:
        # A new one each time: a search that has seen a smaller picture finds other motion in the next.
        search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        flow, back = search.calc(other, one, None), search.calc(one, other, None)
    trusted = check_flows(flow, back)
    if factor < 1:
        flow = cv2.resize(flow, (width, height))
        flow *= np.array([width / size[0], height / size[1]], np.float32)
        trusted = cv2.resize(trusted, (width, height), interpolation=cv2.INTER_NEAREST)
    change = find_largest(cv2.absdiff(before, after)).astype(np.float32)
    still = cv2.blur(change, (_NEIGHBORHOOD, _NEIGHBORHOOD)) < STILL
    flow[still] = 0
    trusted[still] = 1
    return Motion(flow, trusted)


def find_largest(picture: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return the largest of the three channels of every pixel, (H, W, 3) → (H, W)."""
    return np.maximum(np.maximum(picture[..., 0], picture[..., 1]), picture[..., 2])


def check_flows(forward: Floats, backward: Floats) -> Floats:
    """Return where a flow can be relied on: (H, W), 1 or 0.

    Args:
        forward: (H, W, 2), from the frame to the one before.
        backward: (H, W, 2), from the one before to the frame.

    Example:
        >>> still = np.zeros((20, 20, 2), np.float32)
        >>> float(check_flows(still, still).min()), float(check_flows(still, still + 3).max())
        (1.0, 0.0)
    """
    home = warp(backward, forward, smooth=False)
    there, back = (_square(part) for part in (forward, home))
    astray = _square(forward + home) > RELATIVE * (there + back) + ABSOLUTE
    steps = np.zeros_like(there)
    steps[:, :-1] += _square(np.diff(forward, axis=1))
    steps[:-1] += _square(np.diff(forward, axis=0))
    at_edge = steps > GRADIENT * there + EDGE + ABSOLUTE
    trusted: Floats = (~(astray | at_edge | find_outside(forward))).astype(np.float32)
    return trusted


def find_outside(flow: Floats) -> NDArray[np.bool_]:
    """Return which pixels (H, W) a flow (H, W, 2) brings out of the picture.

    Example:
        >>> find_outside(np.full((1, 3, 2), (1, 0), np.float32)).tolist()
        [[False, False, True]]
    """
    x, y = find_places(flow)
    outside: NDArray[np.bool_] = (x < -0.5) | (y < -0.5) | (x > x.shape[1] - 0.5) | (y > y.shape[0] - 0.5)
    return outside


def warp(picture: AnyPixels, flow: Floats, *, smooth: bool = True) -> AnyPixels:
    """Return a picture looked up where its pixels were, and at its rim beyond its ends.

    Args:
        picture: (H, W) or (H, W, channels).
        flow: (H, W, 2), see :class:`Motion`.
        smooth: whether to interpolate by cubics, which blur least, and not linearly.

    Example:
        >>> picture = np.arange(12, dtype=np.float32).reshape(3, 4)
        >>> flow = np.zeros((3, 4, 2), np.float32)
        >>> flow[..., 0] = 1  # every pixel was one column to the right
        >>> warp(picture, flow)[0].tolist()
        [1.0, 2.0, 3.0, 3.0]
    """
    cv2 = load_opencv()
    kind = cv2.INTER_CUBIC if smooth else cv2.INTER_LINEAR
    moved: AnyPixels = cv2.remap(picture, *find_places(flow), kind, borderMode=cv2.BORDER_REPLICATE)
    return moved


def find_places(flow: Floats) -> tuple[Floats, Floats]:
    """Return in which columns and rows, (H, W) each, pixels were.

    Example:
        >>> x, y = find_places(np.full((1, 3, 2), (1, 0), np.float32))
        >>> x.tolist(), y.tolist()
        ([[1.0, 2.0, 3.0]], [[0.0, 0.0, 0.0]])
    """
    height, width = flow.shape[:2]
    columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    return flow[..., 0] + columns, flow[..., 1] + rows[:, None]


def _square(flow: Floats) -> Floats:
    """Return squared lengths (H, W) of a flow (H, W, 2)."""
    squared: Floats = flow[..., 0] ** 2 + flow[..., 1] ** 2
    return squared
