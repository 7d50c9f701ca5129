"""Long recordings in stretches: a few at once, in order, and shorter ones where memory runs out."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from audiostyle.errors import AudiostyleError
from audiostyle.models.device import get_device
from audiostyle.models.frontend import FRAME_RATE

SECONDS = 12.0
"""Length of a stretch unless something else is asked for."""

_SHORTEST = 64  # frames; the context that every stretch needs on both sides is longer already
_AT_ONCE = 4  # stretches, which bounds the memory on machines with many cores

_log = logging.getLogger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")


class SegmentLength:
    """How many ``frames`` a network works on at once: memory depends on it, results do not.

    Raises:
        AudiostyleError: ``seconds`` is shorter than a second.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        if not seconds >= 1:
            raise AudiostyleError(f"a segment of {seconds:g} s is too short; ask for one second or more")
        self.frames = round(seconds * FRAME_RATE)

    def fitted(
        self, network: nn.Module, work: Callable[[int, int], np.ndarray], first: int, frames: int
    ) -> np.ndarray:
        """Return ``work(first, frames)``, in parts (joined on the first axis) if the whole does not fit.

        Where the network's device runs out of memory, segments are halved, and in the end the network moves
        to the CPU; so it stays for what follows.
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
            # Not in the handler: the exception holds on to the frames whose tensors fill the memory.
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
    """Yield ``work(item)`` of all items in their order, on a CPU a few of them at a time.

    On a CPU, one thread a stretch is much faster than all threads on one, which would wait for each other
    after every layer; and the caller reads and writes files meanwhile. Items are taken only as they are
    needed.
    """
    threads = torch.get_num_threads() if get_device(network).type == "cpu" else 1
    workers = min(threads, _AT_ONCE)
    if workers == 1:
        yield from map(work, items)
        return
    torch.set_num_threads(threads // workers)  # threads begun from now on inherit it
    pool = ThreadPoolExecutor(workers)
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
        torch.set_num_threads(threads)
