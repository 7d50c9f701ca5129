"""Fixtures: a pair of pictures, and untrained networks, whose laws hold for any weights."""

import numpy as np
import pytest

from audiostyle.image.backbone import PictureAutoencoder


@pytest.fixture(scope="session")
def untrained(model_folder) -> PictureAutoencoder:
    return PictureAutoencoder.from_pretrained(model_folder, device="cpu")


@pytest.fixture
def picture_pair() -> tuple[np.ndarray, np.ndarray]:
    """A content (61, 83, 3) and a style (50, 41, 3) with structure and different colors."""
    rows, columns = np.mgrid[:61, :83]
    content = np.stack([0.5 + 0.4 * np.sin(columns / 7), rows / 61, 0.3 + 0.2 * np.cos(rows / 5)], axis=2)
    rng = np.random.default_rng(0)
    style = rng.random((50, 41, 3)) ** 2 * [0.9, 0.5, 0.2] + [0.1, 0.3, 0.0]
    return content.astype(np.float32), style.astype(np.float32)
