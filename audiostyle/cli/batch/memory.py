"""How the C library handles memory while inputs are processed; without effect where it is not glibc."""

import ctypes
from contextlib import suppress

# The parameters' numbers in glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MEGABYTE = 1 << 20


def keep_memory_flat() -> None:
    """Let threads share one heap, and keep large blocks out of it.

    By default glibc gives each thread a heap of its own, and none of them returns what it once held.  It also
    takes ever larger blocks from the heap, where smaller ones in between keep the room from being used again.
    With a segment of sound in every thread, memory would grow for as long as a recording lasts.
    """
    _set_thresholds(mapped=4 * _MEGABYTE, kept=256 * _MEGABYTE)


def reuse_memory() -> None:
    """Let the one thread that computes take even large blocks from the heap and put them back there.

    Where one segment is like another, blocks fit again, and the system need not clear new pages each time.
    """
    _set_thresholds(mapped=32 * _MEGABYTE, kept=1024 * _MEGABYTE)  # 32 MB is the largest that glibc takes


def _set_thresholds(mapped: int, kept: int) -> None:
    """Set from how many bytes a block is mapped by itself, and how many free bytes the heap keeps."""
    with suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, mapped)
        libc.mallopt(_M_TRIM_THRESHOLD, kept)
