"""Fixtures: pictures, untrained networks, whose laws hold for any weights, and the shipped networks."""

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


def landscape(seed: int, sky: tuple[float, ...], ground: tuple[float, ...], size=(144, 176)) -> np.ndarray:
    """A painted photograph (H, W, 3): a sky that brightens, hills, a sun, and grain."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[0], : size[1]]
    hills = size[0] * (0.55 + 0.1 * np.sin(columns / 23 + seed) + 0.05 * np.sin(columns / 7))
    light = (0.6 + 0.4 * rows / size[0])[..., None]
    picture = np.where(
        (rows > hills)[..., None], np.array(ground) * (0.5 + 0.5 * light), np.array(sky) * light
    )
    sun = (rows - size[0] / 4) ** 2 + (columns - size[1] / 3) ** 2 < 200
    picture[sun] = (1.0, 0.95, 0.8)
    furrows = np.where(rows > hills, 0.08 * np.sin(columns / 2 + rows / 3), 0.0)
    return np.clip(picture + furrows[..., None] + rng.normal(0, 0.01, picture.shape), 0, 1).astype(np.float32)


@pytest.fixture(scope="session")
def landscape_pair() -> tuple[np.ndarray, np.ndarray]:
    """A content (144, 176, 3) by day and a style (120, 200, 3) at dusk."""
    content = landscape(0, (0.5, 0.7, 0.95), (0.3, 0.5, 0.2))
    return content, landscape(5, (0.9, 0.45, 0.25), (0.25, 0.1, 0.2), (120, 200))


@pytest.fixture(scope="session")
def photo() -> PictureAutoencoder:
    """The backbone that comes with the package, with its decoders."""
    return PictureAutoencoder.from_pretrained("photo", device="cpu")
