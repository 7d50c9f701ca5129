"""Progress over several passes: it never falls, and ends at the length of the recording."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.translation.passes import PassProgress


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.floats(0.1, 1000))
def test_passes_add_up_to_the_whole(steps, seconds):
    told = []
    passes = PassProgress(len(steps), seconds, lambda *numbers: told.append(numbers))
    for count in steps:
        tell = passes.begin()
        for step in range(count):
            tell(seconds * (step + 1) / count, seconds)
    done = [numbers[0] for numbers in told]
    assert np.all(np.diff(done) > -1e-9 * seconds)
    np.testing.assert_allclose(done[-1], seconds)
    assert {total for _, total in told} == {seconds}


def test_watched_blocks_come_out_as_they_are_and_are_counted():
    told, blocks = [], [np.zeros(400), np.zeros(0), np.zeros(800)]
    passes = PassProgress(2, None, lambda *numbers: told.append(numbers))
    assert [block is out for block, out in zip(blocks, passes.watch(blocks, 8000), strict=True)] == [True] * 3
    assert told == [(0.025, None), (0.025, None), (0.075, None)]


def test_nobody_need_be_told():
    PassProgress(1, 2.0, None).begin()(1.0, None)
