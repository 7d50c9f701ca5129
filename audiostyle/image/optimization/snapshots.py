"""Snapshots of an optimization: a folder from which the same command goes on exactly where it stopped.

``last.safetensors`` holds the state after the last round; pictures beside it show what became of the result.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from audiostyle.atomic import write_atomically
from audiostyle.errors import PictureReadError, PictureWriteError
from audiostyle.image.io.files import PictureFile, write_picture
from audiostyle.style.descent import DescentState

_LAST = "last.safetensors"


class SnapshotFolder:
    """The snapshots of one optimization.

    Args:
        folder: made if need be.
        fingerprint: of pictures and settings, :func:`compute_fingerprint`.
        every: rounds between two pictures.

    Raises:
        PictureWriteError: the folder cannot be written to, when the first snapshot is taken.
    """

    def __init__(self, folder: str | Path, fingerprint: str, every: int = 1) -> None:
        self.folder, self.fingerprint, self.every = Path(folder), fingerprint, every
        self.taken = 0

    def load(self) -> tuple[int, DescentState] | None:
        """Return the stage and the state of the last snapshot; None where there is none.

        Raises:
            PictureReadError: it is of other pictures or settings, or damaged.
        """
        path = self.folder / _LAST
        if not path.exists():
            return None
        try:
            with safe_open(path, framework="pt") as file:
                about = file.metadata() or {}
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            stage, iteration = int(about["stage"]), int(about["iteration"])
            value, point = float(about["value"]), tensors.pop("point")
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise PictureReadError(
                f"{path}: no snapshot that can be read ({type(error).__name__}); delete it to begin anew"
            ) from None
        if about.get("fingerprint") != self.fingerprint:
            raise PictureReadError(
                f"{path}: is a snapshot of other pictures or settings; name another folder, or delete it"
            )
        return stage, DescentState(point, iteration, value, tensors)

    def save(self, stage: int, state: DescentState, picture: Tensor) -> None:
        """Take a snapshot, which replaces the last one, and now and then one of the picture (1, 3, H, W)."""
        about = {
            "fingerprint": self.fingerprint,
            "stage": str(stage),
            "iteration": str(state.iteration),
            "value": repr(state.value),
        }
        tensors = {"point": state.point, **state.extra}
        data = save({name: value.detach().cpu().contiguous() for name, value in tensors.items()}, about)
        with write_atomically(self.folder / _LAST, PictureWriteError) as temporary:
            temporary.write_bytes(data)
        if self.taken % self.every == 0:
            name = f"{stage + 1}-{state.iteration:05d}.png"
            write_picture(self.folder / name, PictureFile(to_pixels(picture)))
        self.taken += 1


def to_pixels(picture: Tensor) -> np.ndarray:
    """Return a picture (1, 3, H, W) as an array (H, W, 3) in [0, 1]."""
    return np.ascontiguousarray(picture[0].detach().clamp(0, 1).movedim(0, 2).cpu().float().numpy())


def compute_fingerprint(pictures: list[Tensor], settings: Mapping[str, object]) -> str:
    """Return a digest of pictures and settings: what has the same digest has the same result.

    Example:
        >>> import torch
        >>> one = compute_fingerprint([torch.zeros(3, 2, 2)], {"rate": 1})
        >>> one == compute_fingerprint([torch.zeros(3, 2, 2)], {"rate": 2})
        False
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for picture in pictures:
        digest.update(str(tuple(picture.shape)).encode())
        digest.update(np.ascontiguousarray(picture.cpu().float().numpy()).tobytes())
    return digest.hexdigest()
