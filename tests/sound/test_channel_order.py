"""Orders are permutations, there and back; ffmpeg, which knows the speakers of each format, is the oracle."""

import numpy as np
import pytest

from audiostyle.sound.channel_order import find_stored_order, find_wave_order


@pytest.mark.parametrize("channels", range(1, 9))
def test_there_and_back(channels: int):
    there, back = find_wave_order("OGG", channels), find_stored_order("OGG", channels)
    if there is None or back is None:
        assert there is back is None and channels in (1, 2, 4)
        return
    assert np.arange(channels)[back][there].tolist() == list(range(channels))
    assert find_wave_order("FLAC", channels) is None
