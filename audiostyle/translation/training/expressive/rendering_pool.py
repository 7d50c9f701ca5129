"""Processes that render recordings without end, and the shared memory through which they hand them over.

One process loads the material and forks the workers, which share it.  A worker that dies is replaced, and
nothing waits for it.
"""

import gc
import mmap
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import PITCHES
from audiostyle.translation.training.expressive.material import FRAMES, SAMPLES
from audiostyle.translation.training.expressive.recordings import RenderedRecording

Render = Callable[[Sequence[int]], RenderedRecording]
"""What a worker does: from a seed to a recording."""

_SLOTS = 3  # recordings that a worker may have ready
_WAVE_BYTES = 2 * SAMPLES
_TARGET_BYTES = 4 * FRAMES * PITCHES
_BYTES = _WAVE_BYTES + _TARGET_BYTES
_NICENESS = 5  # of workers, so that training goes first
_LARGEST_SAMPLE = 60000  # below the largest number in half precision
_RESTART_SECONDS = 0.2  # after a worker has died


class PackedRecording(NamedTuple):
    """A recording as it is stored.

    Attributes:
        wave: (SAMPLES,) float16 at 22,050 Hz.
        targets: (4, FRAMES, 88) uint8, the grids of :class:`.targets.QuantizedTargets`.
    """

    wave: NDArray[np.float16]
    targets: NDArray[np.uint8]


class RenderingPool:
    """Workers that render recordings.

    Start it before the GPU is used and before the material is loaded: a process that uses a GPU or has
    threads of its own cannot be forked safely.

    Args:
        prepare: loads the material and returns what renders a seed.  It is called once, in the process that
            the workers are forked from.
        workers: number of processes.
        seed: recording ``n`` of worker ``m`` has the seed (seed, m, restarts, n).

    Attributes:
        rendered: how many recordings have been handed over.

    Example:
        >>> pool = RenderingPool(load_renderer, workers=14, seed=0)  # doctest: +SKIP
        >>> recordings = [recording.wave.copy() for recording in pool.take(timeout=60)]  # doctest: +SKIP
        >>> pool.close()  # doctest: +SKIP
    """

    def __init__(self, prepare: Callable[[], Render], workers: int, seed: int) -> None:
        self.rendered = 0
        self._memory = mmap.mmap(-1, workers * _SLOTS * _BYTES)
        self._pipes: list[Connection] = []
        ends = []
        for _ in range(workers):
            here, there = multiprocessing.Pipe()
            self._pipes.append(here)
            ends.append(there)
        self._supervisor = os.fork()
        if self._supervisor == 0:
            _supervise(prepare, self._memory, ends, seed)
        for number, pipe in enumerate(self._pipes):
            ends[number].close()
            for slot in range(_SLOTS):
                pipe.send(slot)

    def take(self, timeout: float = 0.0) -> Iterator[PackedRecording]:
        """Yield the recordings that are ready; each is valid until the next one is asked for.

        Args:
            timeout: seconds to wait for a first one.
        """
        for pipe in wait(self._pipes, timeout):
            assert isinstance(pipe, Connection)
            while pipe.poll():
                slot = pipe.recv()
                yield _map_slot(self._memory, self._pipes.index(pipe), slot)
                self.rendered += 1
                pipe.send(slot)

    def close(self) -> None:
        """End all workers."""
        try:
            os.kill(self._supervisor, signal.SIGTERM)
            os.waitpid(self._supervisor, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def _map_slot(memory: mmap.mmap, worker: int, slot: int) -> PackedRecording:
    """Return the recording of a slot in the shared memory."""
    offset = (worker * _SLOTS + slot) * _BYTES
    wave = np.frombuffer(memory, np.float16, SAMPLES, offset)
    targets = np.frombuffer(memory, np.uint8, _TARGET_BYTES, offset + _WAVE_BYTES)
    return PackedRecording(wave, targets.reshape(4, FRAMES, PITCHES))


def _supervise(prepare: Callable[[], Render], memory: mmap.mmap, ends: list[Connection], seed: int) -> None:
    """Fork the workers and replace those that die, until told to end.  Does not return."""
    children: dict[int, int] = {}  # process → number of the worker

    def end(*_: object) -> None:
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    try:
        render = prepare()
        gc.freeze()  # so that collecting garbage does not copy the pages that the workers share
        for number in range(len(ends)):
            children[_fork_worker(render, memory, ends, number, (seed, number, 0))] = number
        restarts = 0
        while True:
            child, _ = os.waitpid(-1, 0)
            number = children.pop(child)
            restarts += 1
            time.sleep(_RESTART_SECONDS)
            children[_fork_worker(render, memory, ends, number, (seed, number, restarts))] = number
    except BaseException:
        traceback.print_exc()
    end()


def _fork_worker(
    render: Render, memory: mmap.mmap, ends: list[Connection], number: int, seed: tuple[int, ...]
) -> int:
    """Fork a worker; returns its process."""
    child = os.fork()
    if child:
        return child
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.nice(_NICENESS)
        _work(render, memory, ends[number], number, seed)
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def _work(render: Render, memory: mmap.mmap, pipe: Connection, number: int, seed: tuple[int, ...]) -> None:
    """Fill slots with recordings as they become free, without end."""
    count = 0
    while True:
        slot = pipe.recv()
        while True:
            try:
                recording = render((*seed, count))
                break
            except Exception:  # a score that cannot be played must not end the worker
                traceback.print_exc()
                count += 1
        count += 1
        wave, targets = _map_slot(memory, number, slot)
        wave[:] = np.clip(recording.wave, -_LARGEST_SAMPLE, _LARGEST_SAMPLE)
        targets[:] = recording.targets.stack()
        pipe.send(slot)
