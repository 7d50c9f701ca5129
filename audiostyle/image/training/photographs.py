"""Seeded crops of a folder of photographs: the batch of a step depends on the seed and the step alone."""

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import TrainingError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})

_SHORT_SIDE = 1024  # pixels kept of a photograph; crops are at most as large, so finer detail is seldom seen
_SMALLEST = 400  # pictures with a shorter side are thumbnails
_HELD_OUT = 0.25
_VALIDATION = 8  # batches of held-out crops


def find_photographs(folders: Sequence[str | Path]) -> list[Path]:
    """Return the pictures in ``folders`` and below, sorted; of several sizes of one picture the largest.

    Raises:
        TrainingError: there are none.
    """
    found: dict[Path, tuple[int, Path]] = {}
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() not in SUFFIXES or path.is_symlink():
                continue
            width, height = _size(path)
            if min(width, height) >= _SMALLEST:
                family = path.parent if path.stem == f"{width}x{height}" else path
                found[family] = max(found.get(family, (0, path)), (width * height, path))
    if not found:
        raise TrainingError(f"{', '.join(map(str, folders))}: no photographs; give a folder of pictures")
    return sorted(path for _, path in found.values())


def hold_out(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return (to train on, held out): about one in four is held out, by the hash of its name."""
    held_out = [path for path in files if _draw(path) < _HELD_OUT]
    return [path for path in files if path not in held_out], held_out


class PhotographCrops:
    """Square crops of photographs at random places and scales, mirrored half of the time.

    Args:
        size: side of a crop in pixels, at most 1024.
    """

    def __init__(self, files: Sequence[Path], size: int, count: int, seed: int) -> None:
        self.files, self.size, self.count, self.seed = list(files), size, count, seed
        self._picture = functools.lru_cache(maxsize=256)(load_reduced)

    def __call__(self, step: int) -> Tensor:
        """Return the batch (count, 3, size, size) of ``step``, RGB in [0, 1]."""
        rng = np.random.default_rng([self.seed, step])
        batch = [self._crop(rng) for _ in range(self.count)]
        return torch.stack(batch).contiguous(memory_format=torch.channels_last)

    def _crop(self, rng: np.random.Generator) -> Tensor:
        picture = self._picture(self.files[rng.integers(len(self.files))])
        height, width = picture.shape[:2]
        side = min(height, width)
        if side > self.size:
            side = int(self.size * (side / self.size) ** rng.random())
        top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
        crop = torch.from_numpy(picture[top : top + side, left : left + side].copy()).permute(2, 0, 1)[None]
        size = self.size, self.size
        resized = F.interpolate(crop.float() / 255, size=size, mode="bilinear", antialias=True)[0]
        return resized.flip(2) if rng.random() < 0.5 else resized


def cut_validation_crops(files: Sequence[Path], size: int, count: int) -> list[Tensor]:
    """Return the batches (count, 3, size, size) to validate with."""
    crops = PhotographCrops(files, size, count, seed=1)
    return [crops(number) for number in range(_VALIDATION)]


def load_reduced(path: Path, short_side: int = _SHORT_SIDE) -> np.ndarray:
    """Read a photograph as uint8 (H, W, 3), its short side at most ``short_side`` pixels."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (short_side, short_side))  # lets JPEGs be decoded at a half or a quarter
            factor = short_side / min(picture.size)
            rgb = picture.convert("RGB")
            if factor < 1:
                size = round(rgb.width * factor), round(rgb.height * factor)
                rgb = rgb.resize(size, Image.Resampling.LANCZOS)
            return np.asarray(rgb)
    except (OSError, SyntaxError, ValueError) as error:
        raise TrainingError(f"{path}: cannot be read as a picture ({error}); remove it") from None


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, SyntaxError, ValueError):
        return (0, 0)


def _draw(path: Path) -> float:
    name = "/".join(path.parts[-4:])  # a file's own name may be no more than "2560x1600.jpg"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
