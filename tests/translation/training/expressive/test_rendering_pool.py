"""Tests of :mod:`audiostyle.translation.training.expressive.rendering_pool`."""

import numpy as np
from translation.training.expressive.packed import prepare, render_noise

from audiostyle.translation.training.expressive.rendering_pool import RenderingPool


def test_recordings_are_those_of_their_seeds() -> None:
    pool = RenderingPool(prepare, 1, seed=4)
    try:
        waves = []
        while len(waves) < 2:
            for recording in pool.take(timeout=120):
                waves.append(recording.wave.copy())
    finally:
        pool.close()
    for number, wave in enumerate(waves[:2]):
        assert np.array_equal(wave, render_noise((4, 0, 0, number)).wave.astype(np.float16))
