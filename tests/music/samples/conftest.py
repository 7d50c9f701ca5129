"""Small sampled instruments: decaying or sustained tones, written as files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE = 22050


def make_tone(pitch: float, seconds: float = 1.0, decay: float = 0.2, level: float = 0.5) -> np.ndarray:
    """A tone of three harmonics that falls by 1/e in ``decay`` seconds, with its attack after 50 ms."""
    time = np.arange(round(seconds * RATE)) / RATE
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    wave = sum(np.sin(2 * np.pi * n * hertz * time) / n for n in (1, 2, 3)) * np.exp(-time / decay)
    return np.concatenate([np.zeros(RATE // 20), level * wave / 2]).astype(np.float32)


@pytest.fixture
def write_tone(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, pitch: float = 60, **how: float) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, make_tone(pitch, **how), RATE)
        return path

    return write
