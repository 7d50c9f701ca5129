"""What goes into the spool comes out, however it is cut; and it has no name to leave behind."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.spool import Spool


@given(st.integers(1, 8), st.lists(st.integers(0, 50), max_size=6), st.integers(1, 70))
def test_blocks_out_are_blocks_in(tmp_path_factory, noise, channels: int, sizes: list[int], frames: int):
    wave = noise(channels, sum(sizes))
    spool = Spool(tmp_path_factory.getbasetemp(), channels)
    for block in np.split(wave, np.cumsum(sizes), axis=1):
        spool.append(block)
    for _ in range(2):
        blocks = [np.zeros((channels, 0)), *spool.blocks(frames)]
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), wave)
    spool.close()


def test_nothing_is_left(tmp_path: Path, noise):
    spool = Spool(tmp_path, 2)
    spool.append(noise(2, 1000))
    spool.close()
    assert not list(tmp_path.iterdir())
