"""A folder of eight small photographs, painted here."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="session")
def photo_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("photographs")
    rows, columns = np.mgrid[:400, :480] / 400
    for number in range(8):
        rng = np.random.default_rng(number)
        waves = [np.sin(rng.uniform(2, 30) * rows + rng.uniform(2, 30) * columns + n) for n in range(3)]
        pixels = np.clip(np.stack(waves, axis=2) * 100 + 128 + rng.normal(0, 5, (400, 480, 3)), 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"photo-{number}.png")
    return folder
