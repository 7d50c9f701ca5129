"""Photographs in folders, and random crops of them: a batch depends on the seed and the step alone."""

import functools
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import TrainingError
from audiostyle.training.sampling import CropBatches

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"})
"""What files of photographs end in."""

_log = logging.getLogger(__name__)

_SHORT_SIDE = 1024  # pixels; a photograph is reduced to it, for crops show finer detail only seldom
_SMALLEST = 400  # pixels; pictures with a shorter side are taken for thumbnails
_HELD_OUT = 0.25  # share of the photographs
_VALIDATION = 8  # batches of held-out crops


def find_photographs(folders: Sequence[str | Path]) -> list[Path]:
    """Return the photographs in folders and below them, sorted; of several sizes of one picture the largest.

    Sizes of one picture are files like ``2560x1600.jpg`` that lie in one folder.  Pictures whose shorter side
    is below 400 pixels are left out.

    Args:
        folders: searched through; links in them are not followed.

    Raises:
        TrainingError: there are none.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> Image.new("RGB", (480, 400)).save(folder / "meadow.png")
        >>> Image.new("RGB", (64, 64)).save(folder / "thumbnail.png")
        >>> [path.name for path in find_photographs([folder])]
        ['meadow.png']
    """
    found: dict[Path, tuple[int, Path]] = {}
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() not in SUFFIXES or path.is_symlink():
                continue
            width, height = _read_size(path)
            if not width:
                _log.warning("left out: %s: cannot be read as a picture", path)
            if min(width, height) >= _SMALLEST:
                family = path.parent if path.stem == f"{width}x{height}" else path
                found[family] = max(found.get(family, (0, path)), (width * height, path))
    if not found:
        raise TrainingError(f"{', '.join(map(str, folders))}: no photographs; give a folder of pictures")
    return sorted(path for _, path in found.values())


def hold_out(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Split photographs into those to train on and held-out ones, about one in four, by hashes of names.

    Args:
        files: paths of photographs; only their last four parts decide.

    Returns:
        Those to train on and the held-out ones, each in the order of ``files``.

    Example:
        >>> training, held_out = hold_out([Path(f"{number}.jpg") for number in range(100)])
        >>> len(training) + len(held_out)
        100
    """
    held_out = [path for path in files if _hash(path) < _HELD_OUT]
    return [path for path in files if path not in held_out], held_out


class PhotographCrops(CropBatches):
    """Square crops of photographs at random places and scales, mirrored half of the time, RGB in [0, 1].

    Args:
        files: photographs.
        size: side of a crop in pixels, at most 1024.
        count: crops in a batch.
        seed: of all batches.
        device: where photographs are kept and crops are resized; None is the CPU.

    Raises:
        TrainingError: when a batch is drawn, no file can be read as a picture.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "meadow.png")
        >>> Image.new("RGB", (480, 400), "green").save(path)
        >>> PhotographCrops([path], size=64, count=2, seed=0)(0).shape
        torch.Size([2, 3, 64, 64])
    """

    def __init__(
        self, files: Sequence[Path], size: int, count: int, seed: int, device: torch.device | None = None
    ) -> None:
        super().__init__(count, seed)
        self.files, self.size, self.device = list(files), size, device
        self._load = functools.lru_cache(maxsize=256)(self._load_pixels)
        self._bad: set[Path] = set()

    def draw(self, rng: np.random.Generator) -> Tensor:
        """Draw one crop (3, size, size)."""
        picture = self._load_one(int(rng.integers(len(self.files))))
        height, width = picture.shape[1:]
        side = min(height, width)
        if side > self.size:
            side = int(self.size * (side / self.size) ** rng.random())
        top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
        crop = picture[None, :, top : top + side, left : left + side]
        size = self.size, self.size
        resized = F.interpolate(crop.float() / 255, size=size, mode="bilinear", antialias=True)[0]
        return resized.flip(2) if rng.random() < 0.5 else resized

    def _load_pixels(self, path: Path) -> Tensor:
        """Read a photograph as bytes (3, H, W)."""
        return torch.from_numpy(load_reduced(path).copy()).movedim(2, 0).to(self.device)

    def _load_one(self, index: int) -> Tensor:
        """Read a photograph, or the next one that can be read; the others are named in the log, once."""
        for following in range(len(self.files)):
            file = self.files[(index + following) % len(self.files)]
            try:
                if file not in self._bad:
                    return self._load(file)
            except TrainingError as error:
                self._bad.add(file)
                _log.warning("left out: %s", error)
        raise TrainingError(f"{self.files[0].parent}: none of the photographs can be read")


def cut_validation_crops(files: Sequence[Path], size: int, count: int) -> list[Tensor]:
    """Return the batches (count, 3, size, size) to validate with, RGB in [0, 1].

    Args:
        files: held-out photographs.
        size: side of a crop in pixels, at most 1024.
        count: crops in a batch.
    """
    crops = PhotographCrops(files, size, count, seed=1)
    return [crops(number) for number in range(_VALIDATION)]


def load_reduced(path: Path, short_side: int = _SHORT_SIDE) -> np.ndarray:
    """Read a photograph as uint8 (H, W, 3), its short side at most ``short_side`` pixels.

    Raises:
        TrainingError: the file cannot be read as a picture.
    """
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


def _read_size(path: Path) -> tuple[int, int]:
    """Return width and height in pixels; zeros where the file is no picture."""
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, SyntaxError, ValueError):
        return (0, 0)


def _hash(path: Path) -> float:
    """Return a number in [0, 1) that depends on the last parts of the path."""
    name = "/".join(path.parts[-4:])  # a file's own name may be no more than "2560x1600.jpg"
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
