"""Excerpts: all of what is short, evenly spread runs of what is long, whatever the blocks."""

from itertools import pairwise

import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.spectrogram.excerpts import MAX_RUNS, RUN_SECONDS, ContentExcerpts

RATE = 2  # a run has 8 samples
RUN = round(RUN_SECONDS * RATE)


def collect_runs(samples: int, block: int) -> list[torch.Tensor]:
    excerpts = ContentExcerpts(RATE)
    wave = torch.arange(float(samples))
    passed = list(excerpts.collect(wave.split(block)))
    assert torch.equal(torch.cat(passed), wave)
    return excerpts.waves


@given(st.integers(1, MAX_RUNS * RUN), st.integers(1, 50))
def test_what_is_short_is_kept_whole_and_in_one(samples, block):
    (whole,) = collect_runs(samples, block)
    assert torch.equal(whole, torch.arange(float(samples)))


@given(st.integers(MAX_RUNS * RUN + 1, 4000), st.integers(1, 300))
def test_of_what_is_long_there_are_even_runs_however_it_comes(samples, block):
    runs = collect_runs(samples, block)
    starts = [int(run[0]) for run in runs]
    assert MAX_RUNS // 2 <= len(runs) <= MAX_RUNS and starts[0] == 0
    assert len({after - before for before, after in pairwise(starts)}) == 1
    assert samples - starts[-1] <= 2 * (starts[1] - starts[0])
    for run in runs:
        assert torch.equal(run, run[0] + torch.arange(float(len(run))))
    assert all(torch.equal(a, b) for a, b in zip(runs, collect_runs(samples, samples), strict=True))
