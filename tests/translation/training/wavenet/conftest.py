"""Linear prediction of the domain "sine"."""

import pytest

from audiostyle.translation.wavenet.loading import load_predictor
from audiostyle.translation.wavenet.lpc import LinearPredictor


@pytest.fixture(scope="session")
def prediction(tiny) -> LinearPredictor:
    return load_predictor(tiny.manifest.domain("sine"))
