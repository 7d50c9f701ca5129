"""Fixtures: untrained networks, whose laws hold for any weights, and MPO files of two views."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from audiostyle.image.backbone import PictureAutoencoder

DISPARITY, UNDEFINED = 0x020002, 0x000000  # kinds of an MPO's pictures


@pytest.fixture(scope="session")
def untrained(model_folder) -> PictureAutoencoder:
    return PictureAutoencoder.from_pretrained(model_folder, device="cpu")


@pytest.fixture
def write_mpo() -> Callable[..., Path]:
    """Write pictures as an MPO; Pillow writes their kinds as "baseline" and "undefined", which is changed."""

    def write(path: Path, pictures: list[np.ndarray], kind: int = DISPARITY) -> Path:
        first, *others = (Image.fromarray(picture) for picture in pictures)
        buffer = io.BytesIO()
        first.save(buffer, "MPO", save_all=True, append_images=others, quality=98, subsampling=0)
        data = bytearray(buffer.getvalue())
        with Image.open(io.BytesIO(bytes(data))) as image:
            sizes = [entry["Size"] for entry in image.mpinfo[0xB002]]
        for size in sizes:  # an entry is its kind, its size and its offset
            at = data.index(size.to_bytes(4, "little")) - 4
            data[at : at + 4] = kind.to_bytes(4, "little")
        path.write_bytes(bytes(data))
        return path

    return write
