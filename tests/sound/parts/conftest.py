"""What the tests of this folder share."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
import soundfile


@pytest.fixture
def decode() -> Callable[..., np.ndarray]:
    """``decode(data)`` is everything that the parts of a file give, put together."""
    from audiostyle.sound.parts.finding import survey_file

    def read(data: bytes) -> np.ndarray:
        file = io.BytesIO(data)
        parts = survey_file(file).parts
        return np.concatenate([soundfile.read(part.open(file), always_2d=True)[0] for part in parts])

    return read
