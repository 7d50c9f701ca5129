"""Long recordings in segments: a few side by side, in order, and shorter ones where memory runs out.

:mod:`audiostyle.sound.blocks` cuts recordings into segments; this module runs networks on these.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController
from torch import nn

from audiostyle.checks import check_number
from audiostyle.models.device import get_device
from audiostyle.models.frontend import FRAME_RATE

SEGMENT_SECONDS = 12.0
"""Length of a segment, in seconds, unless something else is asked for."""

_SHORTEST = 64  # frames; the context that every segment needs on both sides is longer already
_AT_ONCE = 4  # segments side by side, which bounds the memory on machines with many cores

_log = logging.getLogger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")
Frames = NDArray[np.float32]


class SegmentLength:
    """How many ``frames`` a network computes at a time: memory depends on it, results do not.

    The length shrinks, and stays shorter, when a device runs out of memory.

    Args:
        seconds: at least 1; a frame is 1 / 86.13 s.

    Raises:
        AudiostyleError: ``seconds`` is shorter than a second.

    Example:
        >>> SegmentLength(10).frames
        861
    """

    def __init__(self, seconds: float = SEGMENT_SECONDS) -> None:
        self.frames = round(check_number("segment", seconds, 1) * FRAME_RATE)

    def compute(
        self, network: nn.Module, work: Callable[[int, int], Frames], first: int, frames: int
    ) -> Frames:
        """Return ``work(first, frames)``, computed in parts where the whole does not fit into memory.

        Where the network's device runs out of memory, the segment is halved; where a short one does not fit
        either, the network moves to the CPU and stays there.

        Args:
            network: what ``work`` computes with.
            work: takes the first frame and how many, and returns one row a frame.
            first: the first frame.
            frames: how many.

        Raises:
            torch.OutOfMemoryError: not even the CPU has enough memory.
        """
        while True:
            starts = range(first, first + frames, self.frames)
            try:
                parts = [work(start, min(self.frames, first + frames - start)) for start in starts]
                return parts[0] if len(parts) == 1 else np.concatenate(parts)
            except torch.OutOfMemoryError:
                device = get_device(network)
                if device.type == "cpu":
                    raise
            # Not in the handler: the exception keeps the tensors alive that fill the memory.
            self._shrink(network, device)

    def _shrink(self, network: nn.Module, device: torch.device) -> None:
        if self.frames >= 2 * _SHORTEST:
            self.frames //= 2
            _log.warning(
                "%s is out of memory: going on with segments of %.1f s", device, self.frames / FRAME_RATE
            )
        else:
            network.to("cpu")
            _log.warning("%s is out of memory: going on with the CPU", device)


def map_segments(
    work: Callable[[Item], Result], items: Iterable[Item], network: nn.Module
) -> Iterator[Result]:
    """Yield ``work(item)`` for all items in their order; on a CPU a few items are worked on side by side.

    On a CPU, one thread a segment is much faster than all threads on one segment, which would wait for each
    other after every layer; and the caller reads and writes files meanwhile.

    Args:
        work: what to do with an item; it runs in another thread.
        items: taken only as they are needed.
        network: what ``work`` computes with; only its device matters.

    Example:
        >>> list(map_segments(lambda n: n * n, [1, 2, 3], nn.Linear(1, 1)))
        [1, 4, 9]
    """
    threads = torch.get_num_threads() if get_device(network).type == "cpu" else 1
    workers = min(threads, _AT_ONCE)
    if workers == 1:
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(workers, initializer=_limit_threads, initargs=(threads // workers,))
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > workers:  # one more than can run, so that none waits for the caller
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _limit_threads(count: int) -> None:
    """Let torch compute with so many threads for the calling thread, and for no other.

    ``torch.set_num_threads`` sets the number for all threads that start later, the caller's own too, and two
    translations at a time would each restore what the other has set.  OpenMP has a number for each thread.
    """
    torch.get_num_threads()  # in a new thread torch sets OpenMP's number when first used, which is now
    _find_openmp().limit(limits=count)


@cache
def _find_openmp() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="openmp")
