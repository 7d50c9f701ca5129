"""Rows shared out among threads: the kernels release the interpreter's lock, so plain threads do.

Chunks have a fixed height, whatever the number of cores: sums of parts come out the same on every machine.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")
CHUNK = 32  # rows: fine enough to balance two cores, and three channels of one stay in the cache


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="rows")


def chunks(rows: int, height: int = CHUNK) -> list[tuple[int, int]]:
    """Ranges (first, past the last) that cover 0 … rows."""
    return [(first, min(first + height, rows)) for first in range(0, rows, height)]


def each(function: Callable[[int, int], T], ranges: Iterable[tuple[int, int]]) -> list[T]:
    """``function(first, last)`` of every range, results in order."""
    return list(_pool().map(lambda bounds: function(*bounds), ranges))
