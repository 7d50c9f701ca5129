"""Results that keep, along the motion, to what they were a frame ago, in time that is linear in pixels.

What is kept is the *change* that a method made, result minus content, and not the result: the content's
detail comes from the frame itself, so that warping over and over blurs nothing that the film shows.  How much
of the earlier change is kept depends on whether the flow can be relied on, and on how alike the two frames
are there: where light changed, or something came into view, the method's own result counts.

Changes are kept as a running mean keeps them: the share of the earlier change is c / (c + 1), where c counts
the frames in which a pixel has been seen, up to a limit.  What just came into view is settled quickly, and
what rests is kept far longer, so that a still background stays the same while something moves before it.

Some results show only a part of the content's finest detail, as those of the guided filter leave out grain.
To them the detail of the next frame is given back in that part alone (:mod:`audiostyle.video.detail`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.video.camera import follow_camera
from audiostyle.video.detail import find_share
from audiostyle.video.flow import Motion, estimate_motion, find_largest, load_opencv, warp

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

KEPT = 0.9
"""Of the earlier change, where frames agree."""

TOLERANCE = 12 / 255
"""By how much two frames may differ along the flow and still agree to six tenths."""

PATIENCE = 40
"""How many times longer what rests is kept."""

SLOWNESS = 4
"""Frames that count one more, beyond the limit of what moves.

A method sees what is near.  What is uncovered looks as it does beside the thing that covered it, until that
is away; so the first frames have to be outweighed soon.
"""

DRIFT = 0.5
"""Levels of 255 from frame to frame, on average around, by which light changes and nothing rests."""

CUT = 0.25
"""Share of pixels that are alike along the flow, below which a new scene begins."""

_ALIKE = 24 / 255  # in the largest channel, smoothed a little
_BLUR = 5  # pixels a side of that
_AROUND = 31  # pixels a side of where light is compared
_SAME = 6 / 255  # by which what rests may differ


@dataclass(frozen=True)
class Passage:
    """How a frame follows from the one before, which depends on these two alone.

    Attributes:
        motion: from the frame back to the one before; None where a new scene begins.
        difference: of the two along that motion, (H, W); None where a new scene begins.
        rest: (H, W), from 1 where nothing moved and light is the same to 0; None where a new scene begins.
    """

    motion: Motion | None = None
    difference: Floats | None = None
    rest: Floats | None = None

    @property
    def begins_scene(self) -> bool:
        """Whether the frame goes on from nothing that was seen."""
        return self.motion is None


def find_passage(before: Bytes | None, frame: Bytes) -> Passage:
    """Return how a frame follows from the one before.

    Args:
        before: (H, W, 3), or None.
        frame: (H, W, 3).

    Example:
        >>> gray = np.full((32, 32, 3), 100, np.uint8)
        >>> find_passage(None, gray).begins_scene, find_passage(gray, gray).begins_scene
        (True, False)
    """
    if before is None or before.shape != frame.shape:
        return Passage()
    motion = follow_camera(before, frame, estimate_motion(before, frame))
    difference = _compare(before, frame, motion)
    if (difference < _ALIKE).mean() < CUT:
        return Passage()
    return Passage(motion, difference, _find_rest(before, frame, motion, difference))


@dataclass
class Steadiness:
    """What is remembered from frame to frame.

    Attributes:
        kept: share of the earlier change that stays where frames agree; 0 leaves results as they are.
        partial: whether results show only a part of the content's finest detail.
        frame: the last frame (H, W, 3), or None before the first.
        change: what was done to it, (H, W, 3).
        counts: for how many frames what a pixel shows has been seen, (H, W).
        scenes: in how many the frames so far were cut.

    Example:
        >>> steadiness = Steadiness()
        >>> gray = np.full((32, 32, 3), 100, np.uint8)
        >>> first = steadiness.settle(gray, np.full((32, 32, 3), 0.5, np.float32))
        >>> second = steadiness.settle(gray, np.full((32, 32, 3), 0.6, np.float32))
        >>> round(float(first[0, 0, 0]), 3), round(float(second[0, 0, 0]), 3)
        (0.5, 0.5)
    """

    kept: float = KEPT
    partial: bool = False
    frame: Bytes | None = None
    change: Floats | None = None
    counts: Floats | None = None
    scenes: int = 0

    def settle(self, frame: Bytes, result: Floats, passage: Passage | None = None) -> Floats:
        """Return a frame's result, steadied, and remember it.

        Args:
            frame: the content (H, W, 3).
            result: of a method, (H, W, 3) in [0, 1].
            passage: from the frame that was settled last; None finds it.

        Returns:
            (H, W, 3) in [0, 1].
        """
        passage = passage or find_passage(self.frame, frame)
        self.scenes += passage.begins_scene
        content: Floats = np.divide(frame, 255, dtype=np.float32)
        steadied: Floats = result.astype(np.float32)
        if passage.motion is None or self.change is None:
            self.counts = np.full(frame.shape[:2], PATIENCE * self._limit, np.float32)
        elif self.kept:
            earlier = warp(self.change, passage.motion.flow)
            earlier += content
            earlier -= steadied
            if self.partial and self.frame is not None:
                before: Floats = np.divide(self.frame, 255, dtype=np.float32)
                detail = content - warp(before, passage.motion.flow)
                earlier -= (1 - find_share(content, steadied)[..., None]) * detail
            earlier *= self._weigh(passage)[..., None]
            steadied += earlier
        np.clip(steadied, 0, 1, out=steadied)
        self.frame = frame
        self.change = steadied - content
        return steadied

    @property
    def _limit(self) -> np.float32:
        """Up to how many frames of what moves are counted."""
        return np.float32(self.kept / (1 - self.kept))

    def _weigh(self, passage: Passage) -> Floats:
        """Return how much of the earlier change stays, (H, W), and count on."""
        assert passage.motion is not None and passage.difference is not None and passage.rest is not None
        assert self.counts is not None
        agreement = np.exp(-0.5 * (passage.difference / np.float32(TOLERANCE)) ** 2)
        alike: Floats = passage.motion.trusted * agreement
        counts: Floats = warp(self.counts, passage.motion.flow, smooth=False)
        counts += np.where(counts < self._limit, np.float32(1), np.float32(1 / SLOWNESS))
        limits: Floats = self._limit * (1 + np.float32(PATIENCE - 1) * passage.rest)
        self.counts = np.minimum(counts * alike, limits)
        share: Floats = alike * (self.counts / (self.counts + 1))
        return share


def _find_rest(before: Bytes, frame: Bytes, motion: Motion, difference: Floats) -> Floats:
    """Return where nothing moved and light is the same, (H, W), from 1 to 0.

    Noise changes every pixel and not what they are on average; when light fades, that changes a little.
    """
    cv2 = load_opencv()
    still = ((motion.flow == 0).all(axis=2) & (difference < _SAME)).astype(np.float32)
    one, other = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float32) for each in (before, frame))
    window = (_AROUND, _AROUND)
    drift = np.abs(cv2.blur((other - one) * still, window)) / np.maximum(cv2.blur(still, window), 1e-3)
    rest: Floats = still * (1 - np.minimum(1, drift / np.float32(DRIFT)))
    return rest


def _compare(before: Bytes, frame: Bytes, motion: Motion) -> Floats:
    """Return by how much a frame differs from the one before along the motion, (H, W).

    Of all windows that hold a pixel the most alike counts: what came into view beside it is not its concern.
    """
    cv2 = load_opencv()
    apart = find_largest(cv2.absdiff(frame, warp(before, motion.flow, smooth=False))).astype(np.float32)
    alike = cv2.erode(cv2.blur(apart, (_BLUR, _BLUR)), np.ones((_BLUR, _BLUR), np.uint8))
    difference: Floats = alike / np.float32(255)
    return difference
