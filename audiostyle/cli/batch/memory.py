"""How the C library handles memory while recordings are worked on, where it is glibc."""

import ctypes
from contextlib import suppress

# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MEGABYTE = 1 << 20


def keep_memory_flat() -> None:
    """Let threads share one heap, and keep large blocks out of it.

    glibc gives each thread a heap of its own, and none returns what it once held; and it takes larger and
    larger blocks from the heap, where smaller ones in between keep the room from being used again.  With a
    stretch of sound in every thread, memory would grow for as long as a recording lasts.
    """
    _set(large=4 * _MEGABYTE, kept=256 * _MEGABYTE)


def use_memory_again() -> None:
    """Let one thread take even large blocks from the heap and put them back there.

    Where one stretch is like another, they fit again, and the system need not clear new pages each time.
    """
    _set(large=32 * _MEGABYTE, kept=1024 * _MEGABYTE)  # glibc takes no larger threshold than 32 MB


def _set(large: int, kept: int) -> None:
    with suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, large)
        libc.mallopt(_M_TRIM_THRESHOLD, kept)
