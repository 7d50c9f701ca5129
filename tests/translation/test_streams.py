"""A stream is the same whatever the sizes in which it comes and is read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.translation.streams import BlockReader


@given(st.lists(st.integers(0, 9), max_size=8), st.lists(st.integers(0, 9), max_size=8))
def test_sizes_do_not_matter(lengths, reads):
    whole = np.arange(1, sum(lengths) + 1, dtype=np.float32)
    reader = BlockReader(iter(np.split(whole, np.cumsum(lengths))))
    read = np.concatenate([np.zeros(0, np.float32), *(reader.read(count) for count in reads)])
    np.testing.assert_array_equal(read, np.pad(whole, (0, 99))[: sum(reads)])
