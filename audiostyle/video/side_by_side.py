"""Several frames of a film at a time, with the results of one frame after the other, bit for bit.

What a frame needs of the one before is little: its pixels, which are there from the beginning; the moments
that the method has gathered, place after place; and in the end its result, for steadiness.  So a frame can
set out while the one before is still under way: it waits for the moments of that one at each place, and runs
behind it by a layer or two, not by a frame.  Steadiness takes the results in their order.

Threads rather than processes: what takes time is done by torch, OpenCV and NumPy outside of the interpreter's
lock, networks are in memory once, and no frame is copied.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.torch_settings import own_settings
from audiostyle.style.memory import MomentMemory
from audiostyle.style.moments import Moments
from audiostyle.video.frame_stylizer import FrameStylizer
from audiostyle.video.steady import Passage, find_passage

Bytes = NDArray[np.uint8]
T = TypeVar("T")


def stylize_frames(stylizer: FrameStylizer, frames: Iterable[Bytes], jobs: int) -> Iterator[Bytes]:
    """Yield the frames of a film, stylized, in their order.

    Args:
        stylizer: of the film; between two frames it is as if it had stylized one after the other.
        frames: (H, W, 3); no more are taken than are worked on, and one.
        jobs: how many are worked on side by side.  Films by optimization go frame by frame.

    Example:
        >>> def make():
        ...     return FrameStylizer([np.full((8, 8, 3), 0.5)], method="reinhard")
        >>> frames = list(np.random.default_rng(0).integers(0, 256, (4, 32, 48, 3), np.uint8))
        >>> one, other = (list(stylize_frames(make(), frames, jobs)) for jobs in (1, 3))
        >>> np.array_equal(one, other)
        True
    """
    if jobs == 1 or stylizer.descent:
        yield from map(stylizer, frames)
        return
    before, link = stylizer.steadiness.frame, _Link.of(stylizer.memory)
    under_way: deque[_Frame] = deque()
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="frame")
    try:
        for pixels in frames:
            link = link.follow()
            future = pool.submit(_work, stylizer, before, pixels, link)
            under_way.append(_Frame(pixels, link, future))
            before = pixels
            if (
                len(under_way) > jobs
            ):  # one more than can be worked on, so that no thread waits for the caller
                yield under_way.popleft().finish(stylizer)
        while under_way:
            yield under_way.popleft().finish(stylizer)
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Frame:
    """A frame that is under way."""

    pixels: Bytes
    link: "_Link"
    made: Future[tuple[Passage, NDArray[np.float32]]]

    def finish(self, stylizer: FrameStylizer) -> Bytes:
        """Wait for the frame's result and return it, steadied."""
        passage, result = self.made.result()
        stylizer.memory.kept = self.link.kept
        return stylizer.settle(self.pixels, passage, result)


@own_settings()
def _work(
    stylizer: FrameStylizer, before: Bytes | None, frame: Bytes, link: "_Link"
) -> tuple[Passage, NDArray[np.float32]]:
    try:
        passage = find_passage(before, frame)
        if passage.begins_scene:
            link.forget()
        result = stylizer.stylize(frame, link)
        link.close()
    finally:
        link.leave()
    return passage, result


class _Link(MomentMemory):
    """The memory of one frame, which takes up that of the frame before, place by place."""

    def __init__(self, decay: float, before: "_Link | None", shared: "_Shared") -> None:
        super().__init__()
        self.decay, self.before, self.shared = decay, before, shared
        self.known, self.left = shared.known, False

    @classmethod
    def of(cls, memory: MomentMemory) -> "_Link":
        """Return the link of what came before."""
        link = cls(memory.decay, None, _Shared(memory.known))
        link.kept, link.left = list(memory.kept), True
        return link

    def follow(self) -> "_Link":
        """Return the link of the next frame."""
        return _Link(self.decay, self, self.shared)

    def __call__(self, moments: Moments) -> Moments:
        """Return the moments of all frames so far, given those of this one at the next place."""
        earlier = self.before.wait_for(self.asked) if self.before else None
        if earlier is not None and earlier.channels == moments.channels:
            moments = earlier.scale(self.decay) + moments
        else:
            self.before = None  # what comes after is new as well
        self.asked += 1
        with self.shared.change:
            self.kept.append(moments)
            self.shared.change.notify_all()
        return moments

    def recall(self, what: str, compute: Callable[[], T]) -> T:
        """Return what depends on the styles alone, computed by the first frame that asks."""
        with self.shared.styles:
            return super().recall(what, compute)

    def wait_for(self, place: int) -> Moments | None:
        """Return the moments at a place once they are there; None if the frame is done without them."""
        with self.shared.change:
            self.shared.change.wait_for(lambda: len(self.kept) > place or self.left)
            return self.kept[place] if len(self.kept) > place else None

    def forget(self) -> None:
        """Begin a new scene."""
        self.before = None

    def close(self) -> None:
        """Keep what the frame before knew at places where this one did not ask."""
        if before := self.before:
            with self.shared.change:
                self.shared.change.wait_for(lambda: before.left)
                self.kept += before.kept[len(self.kept) :]

    def leave(self) -> None:
        """Let nobody wait any more for this frame, which is done or has failed."""
        with self.shared.change:
            self.before, self.left = None, True
            self.shared.change.notify_all()


class _Shared:
    """What all frames of a film share: what is known of the styles, and how they wait for each other."""

    def __init__(self, known: dict[str, object]) -> None:
        self.known, self.styles, self.change = known, threading.RLock(), threading.Condition()
