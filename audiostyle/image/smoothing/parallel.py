"""Ranges of rows, computed by several threads.

Compiled kernels release the interpreter's lock, so threads run them at the same time.  Ranges have a fixed
height, whatever the number of cores, so that sums over ranges come out the same on every machine.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")
CHUNK = 32  # rows: fine enough to balance two cores, and three channels of one stay in the cache


@cache
def _get_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="rows")


def split_rows(rows: int, height: int = CHUNK) -> list[tuple[int, int]]:
    """Return ranges (first, past the last) of at most ``height`` rows that cover 0 … ``rows``.

    Example:
        >>> split_rows(70)
        [(0, 32), (32, 64), (64, 70)]
    """
    return [(first, min(first + height, rows)) for first in range(0, rows, height)]


def map_ranges(function: Callable[[int, int], T], ranges: Iterable[tuple[int, int]]) -> list[T]:
    """Call ``function(first, last)`` for every range, in parallel, and return the results in order."""
    return list(_get_pool().map(lambda bounds: function(*bounds), ranges))
