"""Recordings and folders that the tests of this folder share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile


@pytest.fixture(scope="session")
def noise() -> Callable[..., np.ndarray]:
    """``noise(channels, samples)`` is white noise at about -20 dB, float32 ``(channels, samples)``."""

    def make(channels: int, samples: int, seed: int = 0) -> np.ndarray:
        return (0.1 * np.random.default_rng(seed).standard_normal((channels, samples))).astype(np.float32)

    return make


@pytest.fixture
def recording(tmp_path: Path) -> Callable[..., Path]:
    """``recording("a.flac", wave, rate, subtype=…)`` writes a file with libsndfile alone."""

    def write(name: str, wave: np.ndarray, sample_rate: int = 44100, subtype: str | None = None) -> Path:
        soundfile.write(tmp_path / name, wave.T, sample_rate, subtype=subtype)
        return tmp_path / name

    return write


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """A folder, while this process may not do more than any user (root may write and read everything)."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        if root:
            os.chown(name, 65534, -1)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)
            os.chmod(name, 0o777)
