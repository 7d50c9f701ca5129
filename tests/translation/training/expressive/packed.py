"""Recordings for tests of what is trained: no soundfont is needed, and every frame can be recognized."""

from collections.abc import Sequence

import numpy as np

from audiostyle.translation.training.expressive import targets
from audiostyle.translation.training.expressive.material import FRAMES, SAMPLES
from audiostyle.translation.training.expressive.recordings import RenderedRecording
from audiostyle.translation.training.expressive.rendering_pool import PackedRecording, Render


def pack(key: int) -> PackedRecording:
    """Return a recording in which one key is held; wave and loudness count the frames."""
    wave = (np.arange(SAMPLES) // 256).astype(np.float16)
    grids = np.zeros((4, FRAMES, 88), np.uint8)
    grids[0, :, key] = targets.SOUNDING
    grids[0, ::7, key] |= targets.ONSET
    grids[1, :, key] = (np.arange(FRAMES) % 256).astype(np.uint8)
    grids[2], grids[3, :, key] = 128, 200
    return PackedRecording(wave, grids)


def render_noise(seed: Sequence[int]) -> RenderedRecording:
    """Return noise in which one key is held."""
    rng = np.random.default_rng(list(seed))
    wave = rng.normal(0, 0.1, SAMPLES).astype(np.float32)
    return RenderedRecording(wave, targets.QuantizedTargets(*pack(int(rng.integers(88))).targets))


def prepare() -> Render:
    """Return what a pool's workers do."""
    return render_noise
