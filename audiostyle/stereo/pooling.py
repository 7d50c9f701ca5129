"""One map for two views: both are stylized at once, and whatever statistics one asks for are those of both.

A method that maps moments to moments (:mod:`audiostyle.style.memory`) asks for those of its content, level
after level, and those of a level depend on the maps of the levels before.  So the two views go side by side,
each in a thread of its own, and wait for each other wherever moments are asked for.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from audiostyle.style.memory import MomentMemory
from audiostyle.style.moments import Moments

T = TypeVar("T")


class PooledMemory(MomentMemory):
    """The memory of one of two pictures whose moments are pooled.

    Args:
        meeting: where the two meet.
        number: 0 or 1.
    """

    def __init__(self, meeting: "Meeting", number: int) -> None:
        super().__init__()
        self.meeting, self.number = meeting, number

    def __call__(self, moments: Moments) -> Moments:
        """Return the moments of both pictures at this place, given those of this one."""
        self.asked += 1
        return self.meeting.pool(self.number, self.asked, moments)

    def recall(self, what: str, compute: Callable[[], T]) -> T:
        """Return what depends on the styles alone, computed by the first that asks."""
        with self.meeting.styles:
            return self.meeting.known.recall(what, compute)


class Meeting:
    """Where two pictures exchange their moments.

    Attributes:
        known: what depends on the styles alone.
        styles: is held by the one that computes that.
    """

    def __init__(self) -> None:
        self.known, self.styles = MomentMemory(), threading.RLock()
        self._change = threading.Condition()
        self._brought: dict[tuple[int, int], Moments] = {}
        self._gone = [False, False]

    def pool(self, number: int, place: int, moments: Moments) -> Moments:
        """Return the sum of both pictures' moments at a place, once both have brought theirs.

        Raises:
            OtherGone: the other picture is done without having asked here.
        """
        other = place, 1 - number
        with self._change:
            self._brought[place, number] = moments
            self._change.notify_all()
            self._change.wait_for(lambda: other in self._brought or self._gone[1 - number])
            if other not in self._brought:
                raise OtherGone
            return self._brought[place, 0] + self._brought[place, 1]

    def leave(self, number: int) -> None:
        """Let nobody wait any more for a picture that is done, or has failed."""
        with self._change:
            self._gone[number] = True
            self._change.notify_all()


class OtherGone(Exception):
    """The other picture failed: its error is the one to tell."""


def run_together(work: Callable[[int, MomentMemory], T]) -> tuple[T, T]:
    """Return what work gives on picture 0 and on picture 1, with moments pooled.

    Args:
        work: is called with the picture's number and its memory; with 0 in this thread, so that what its
            progress raises ends both.

    Example:
        >>> import torch
        >>> features = torch.tensor([[[1.0, 3.0]]]), torch.tensor([[[5.0, 7.0]]])
        >>> run_together(lambda n, memory: memory(Moments.from_features(features[n])).mean.item())
        (4.0, 4.0)
    """
    meeting = Meeting()

    def attend(number: int) -> T:
        try:
            return work(number, PooledMemory(meeting, number))
        finally:
            meeting.leave(number)

    with ThreadPoolExecutor(1) as pool:
        right = pool.submit(attend, 1)
        try:
            left = attend(0)
        except OtherGone:
            right.result()
            raise
        return left, right.result()
