"""The C library is told how to keep memory, where it is glibc."""

import ctypes

import pytest

from audiostyle.cli.batch import memory


@pytest.fixture
def calls(monkeypatch):
    """What ``mallopt`` was called with; nothing is set."""
    asked = []

    class Library:
        def mallopt(self, parameter, value):
            asked.append((parameter, value))

    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library())
    return asked


def test_flat_memory_maps_blocks_of_four_megabytes_by_themselves(calls):
    memory.keep_memory_flat()
    assert calls == [(-8, 1), (-3, 4 << 20), (-1, 256 << 20)]


def test_memory_to_reuse_stays_in_the_heap(calls):
    memory.reuse_memory()
    assert calls == [(-8, 1), (-3, 32 << 20), (-1, 1024 << 20)]


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError])
def test_another_c_library_is_left_as_it_is(monkeypatch, error):
    def fail(name):
        raise error

    monkeypatch.setattr(ctypes, "CDLL", fail)
    memory.keep_memory_flat()
    memory.reuse_memory()
