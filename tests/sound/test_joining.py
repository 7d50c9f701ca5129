"""Joined recordings have one shape, and nothing of them is lost."""

import numpy as np
import pytest

from audiostyle.sound.joining import fit_channels, fit_stream


@pytest.mark.parametrize("have", [1, 2, 3, 6])
@pytest.mark.parametrize("want", [1, 2, 6])
def test_any_channels_become_any_others(have: int, want: int):
    block = np.eye(have, 50, dtype=np.float32)
    fitted = fit_channels(block, want)
    assert fitted.shape == (want, 50)
    assert all(fitted[:, k].any() for k in range(have))  # each channel is still heard


@pytest.mark.parametrize("rate, target", [(44100, 44100), (22050, 44100), (48000, 44100)])
def test_lengths_in_seconds_stay(rate: int, target: int):
    blocks = iter(np.split(np.ones((2, rate), np.float32), 5, axis=1))
    lengths = [block.shape[1] for block in fit_stream(blocks, rate, target, 2)]
    assert sum(lengths) == target
