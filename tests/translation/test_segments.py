"""Segments: the same results however many at once, and a way out when a device's memory runs out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError
from audiostyle.models.device import get_device
from audiostyle.translation.segments import SegmentLength, map_segments


class Network(torch.nn.Linear):
    """On a pretended device with room for ``room`` frames; the CPU has room for any number."""

    def __init__(self, room: int) -> None:
        super().__init__(1, 1, device="meta" if room else "cpu")
        self.room, self.asked = room, []

    def to(self, device):
        assert device == "cpu"
        self.weight = self.bias = torch.nn.Parameter(torch.zeros(1))
        return self

    def numbers(self, first: int, frames: int) -> np.ndarray:
        """What is computed of each frame: its number."""
        self.asked.append(frames)
        if get_device(self).type != "cpu" and frames > self.room:
            raise torch.OutOfMemoryError("out of memory")
        return np.arange(first, first + frames)


def test_a_segment_is_as_long_as_it_is_asked_to_be():
    assert SegmentLength(10).frames == 861
    assert SegmentLength().frames == SegmentLength(12).frames
    for seconds in (0.5, 0, -3, float("nan")):
        with pytest.raises(AudiostyleError, match="segment must be 1 or more"):
            SegmentLength(seconds)


@pytest.mark.parametrize("room", [1034, 900, 300, 129])
def test_what_does_not_fit_is_done_in_halves_from_then_on(room, caplog):
    network, segment = Network(room), SegmentLength()
    for first in (0, 5000):
        assert segment.compute(network, network.numbers, first, 1034).tolist() == [
            *range(first, first + 1034)
        ]
    assert get_device(network).type == "meta"
    halvings = sum(1034 // 2**n > room for n in range(5))
    assert segment.frames == 1034 // 2**halvings
    assert [record.levelname for record in caplog.records] == ["WARNING"] * halvings
    assert all("out of memory: going on with segments of" in text for text in caplog.messages)
    assert network.asked[-2] <= room and sum(asked > room for asked in network.asked) == halvings


def test_where_nothing_fits_the_cpu_does_it(caplog):
    network, segment = Network(1), SegmentLength()
    assert segment.compute(network, network.numbers, 3, 1034).tolist() == list(range(3, 1037))
    assert get_device(network).type == "cpu"
    assert caplog.messages[-1] == "meta is out of memory: going on with the CPU"


def test_a_cpu_without_memory_is_an_error():
    def work(first: int, frames: int) -> np.ndarray:
        raise torch.OutOfMemoryError("out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        SegmentLength().compute(Network(0), work, 0, 10)


@pytest.fixture(params=[1, 2, 7])
def threads(request):
    """As many as torch is told to use."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_results_come_in_order_and_threads_are_given_back(threads):
    assert list(map_segments(lambda n: n * n, range(50), Network(0))) == [n * n for n in range(50)]
    assert torch.get_num_threads() == threads


def test_items_are_taken_only_as_they_are_needed(threads):
    taken = []

    def items():
        for n in range(100):
            taken.append(n)
            yield n

    results = map_segments(lambda n: n, items(), Network(0))
    assert next(results) == 0 and len(taken) <= min(threads, 4) + 1
    results.close()
    assert len(taken) <= min(threads, 4) + 1 and torch.get_num_threads() == threads


def test_an_error_in_the_work_or_in_the_items_comes_out(threads):
    def items():
        yield 1
        raise ValueError("items")

    with pytest.raises(ZeroDivisionError):
        list(map_segments(lambda n: n // 0, [1, 2, 3], Network(0)))
    with pytest.raises(ValueError, match="items"):
        list(map_segments(lambda n: n, items(), Network(0)))
    assert torch.get_num_threads() == threads


def test_two_threads_work_at_once_each_on_a_segment_of_its_own():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    meeting = threading.Barrier(2)

    def work(n: int) -> int:
        meeting.wait(timeout=120)  # only somebody else's coming ends it
        return torch.get_num_threads()

    try:
        assert list(map_segments(work, range(4), Network(0))) == [1] * 4
    finally:
        torch.set_num_threads(before)


def test_threads_that_start_later_have_what_the_program_set(threads):
    """Two translations at once, each in a thread of its own, and one that is left in the middle."""

    def count_in_new_thread() -> int:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(torch.get_num_threads).result()

    def work(n: int) -> int:
        return torch.get_num_threads()

    results = map_segments(work, range(50), Network(0))
    assert next(results) == max(1, threads // min(threads, 4))
    assert torch.get_num_threads() == count_in_new_thread() == threads
    with ThreadPoolExecutor(2) as pool:
        for both in pool.map(lambda _: list(map_segments(work, range(20), Network(0))), range(2)):
            assert both == [max(1, threads // min(threads, 4))] * 20
    assert torch.get_num_threads() == count_in_new_thread() == threads
    results.close()
    assert torch.get_num_threads() == count_in_new_thread() == threads


@given(st.integers(1, 3000), st.integers(64, 5000))
def test_a_segment_covers_every_frame_once(frames, length):
    segment = SegmentLength()
    segment.frames = length
    assert segment.compute(Network(0), Network(0).numbers, 7, frames).tolist() == list(range(7, 7 + frames))
