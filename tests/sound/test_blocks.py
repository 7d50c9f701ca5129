"""However a stream is cut into blocks and segments, nothing is lost, doubled or moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.blocks import SlidingWindow, cut_segments, mark_last, plan_segments

SIZES = st.lists(st.integers(0, 30), max_size=8)


def make_blocks(sizes: list[int], channels: int | None = None) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return a counting wave and the blocks of ``sizes`` that it consists of."""
    wave = np.arange(1, sum(sizes) + 1, dtype=np.float32)
    if channels:
        wave = wave + 1000 * np.arange(channels, dtype=np.float32)[:, None]
    return wave, np.split(wave, np.cumsum(sizes), axis=-1)


@given(
    st.integers(0, 200), st.integers(1, 50), st.integers(0, 30), st.booleans(), st.integers(0, 60), st.data()
)
def test_segments_cover_their_range_once_with_the_context_that_exists(
    total, length, context, merge, first, data
):
    first = min(first, total)
    last = data.draw(st.integers(first, total))
    segments = list(plan_segments(total, length, context, first=first, last=last, merge=merge))
    covered = [n for segment in segments for n in range(segment.start, segment.stop)]
    assert covered == list(range(first, last))
    for segment in segments:
        assert segment.begin == max(0, segment.start - context)
        assert segment.end == min(total, segment.stop + context)
        assert (
            np.arange(segment.begin, segment.end)[segment.core].tolist()
            == covered[: len(covered)][segment.start - first : segment.stop - first]
        )
    lengths = [segment.stop - segment.start for segment in segments]
    assert all(size == length for size in lengths[:-1])
    if len(lengths) > 1:
        assert (length // 2 < lengths[-1] <= length + length // 2) if merge else (0 < lengths[-1] <= length)


@given(SIZES, st.sampled_from([None, 1, 3]), st.data())
def test_a_window_shows_any_part_from_left_to_right(sizes, channels, data):
    wave, blocks = make_blocks(sizes, channels)
    window, begin = SlidingWindow(blocks), 0
    for _ in range(6):
        begin = data.draw(st.integers(begin, wave.shape[-1]))
        end = data.draw(st.integers(begin, wave.shape[-1] + 10))
        part = window.read(begin, end)
        assert part.dtype == np.float32
        assert part.ravel().tolist() == wave[..., begin:end].ravel().tolist()
        part[...] = 0  # a copy: the next read is not disturbed


def test_a_window_takes_blocks_only_as_they_are_needed_and_forgets_what_is_behind():
    taken = []

    def stream():
        for n in range(10):
            taken.append(n)
            yield np.full(10, n, np.float32)

    window = SlidingWindow(stream())
    window.read(5, 25)
    assert taken == [0, 1, 2]
    window.read(25, 30)
    assert taken == [0, 1, 2]
    with pytest.raises(ValueError, match="samples before 25 are forgotten; 24 was asked for"):
        window.read(24, 30)


@given(SIZES, st.integers(0, 4), st.integers(1, 5), st.integers(1, 7))
def test_segments_of_a_stream_are_parts_of_the_wave_in_silence(sizes, context, length, hop):
    wave, blocks = make_blocks(sizes)
    silence = np.zeros((context + length + 1) * hop, np.float32)
    whole = np.concatenate([silence[: context * hop], wave, silence])
    first = 0
    for part, frames in cut_segments(blocks, context, length, hop):
        assert 0 < frames <= length
        stop = (first + frames + 2 * context) * hop
        expected = np.pad(whole, (0, max(0, stop - len(whole))))[first * hop : stop]
        assert part.dtype == np.float32 and np.array_equal(part, expected)
        first += frames
    assert first == len(wave) // hop + 1


@given(st.lists(st.integers(), max_size=5))
def test_only_the_last_item_is_marked(items):
    assert list(mark_last(items)) == [(item, n == len(items) - 1) for n, item in enumerate(items)]
