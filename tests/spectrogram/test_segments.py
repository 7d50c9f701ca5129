"""Segments: together they are the whole, whatever the blocks."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from audiostyle.spectrogram.segments import process_segments

CPU = torch.device("cpu")


class Smoother:
    """A running mean: depends on `context` samples on both sides."""

    device, hop, context = CPU, 8, 16

    def __init__(self, segment: int | None) -> None:
        self.segment, self.longest = segment, 0

    def __call__(self, wave: torch.Tensor, progress=None) -> torch.Tensor:
        if progress:
            progress(0.5, 1.0)
        self.longest = max(self.longest, len(wave))
        kernel = torch.ones(1, 1, 33) / 33
        return torch.nn.functional.conv1d(wave[None, None], kernel, padding=16)[0, 0]


def cut(wave: np.ndarray, size: int):
    return (wave[start : start + size] for start in range(0, len(wave), size))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 700), st.sampled_from([64, 160]), st.integers(1, 300))
def test_what_depends_on_its_context_alone_is_the_same_in_segments(samples, segment, block):
    wave = np.random.default_rng(0).standard_normal(samples).astype(np.float32)
    whole = np.concatenate(list(process_segments(Smoother(None), cut(wave, block), samples, 100)))
    parts = np.concatenate(list(process_segments(Smoother(segment), cut(wave, block), samples, 100)))
    np.testing.assert_allclose(parts, whole, atol=1e-5)


def test_no_more_than_a_segment_is_processed_at_once():
    stylizer, wave = Smoother(160), np.zeros(5000, np.float32)
    assert sum(len(part) for part in process_segments(stylizer, cut(wave, 50), 5000, 100)) == 5000
    assert stylizer.longest <= 240 + 2 * 16 + 5  # a last segment may have half of another


def test_where_results_differ_one_is_crossfaded_into_the_next():
    class Steps:
        device, hop, context, segment, calls = CPU, 1, 0, 100, 0

        def __call__(self, wave, progress=None):
            self.calls += 1
            return torch.full_like(wave, self.calls)

    made = np.concatenate(list(process_segments(Steps(), cut(np.zeros(200, np.float32), 30), 200, 400)))
    assert made[99] == 1 and made[120] == 2
    assert (np.diff(made) >= 0).all() and np.diff(made).max() < 0.1


def test_progress_rises_to_the_end_in_seconds():
    told: list[tuple[float, float | None]] = []
    blocks = cut(np.zeros(300, np.float32), 100)
    list(process_segments(Smoother(64), blocks, 300, 100, lambda *values: told.append(values)))
    done = [seconds for seconds, _ in told]
    assert done == sorted(done) and done[-1] == pytest.approx(3.0) and {total for _, total in told} == {3.0}
