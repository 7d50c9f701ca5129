"""Finished stretches of a film on the disk, from which an interrupted work goes on.

A stretch is a film of its own without loss (H.264 of red, green and blue), beside it what the next frame
needs to know of the last one.  Both appear whole or not at all, the latter last: it is what makes a stretch
count.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from audiostyle.atomic import explain_errors, write_atomically
from audiostyle.errors import VideoWriteError
from audiostyle.style import Moments
from audiostyle.style.memory import MomentMemory
from audiostyle.temporaries import hold_folder, release_folder
from audiostyle.video.descent import FrameDescent
from audiostyle.video.reading import Frame, load_av
from audiostyle.video.steady import Steadiness

LENGTH = 48
"""Frames of a stretch."""

_REMEMBERED = ("frame", "change", "counts")  # of a Steadiness


class Stretches:
    """The stretches of one work, in a folder that this process holds until the block ends.

    Args:
        folder: made if it is missing; emptied if it holds the stretches of another work.
        work: describes the work: film, styles, method, settings.  Only an equal one is gone on with.

    Raises:
        VideoWriteError: the folder cannot be written, or another process works in it.
    """

    def __init__(self, folder: Path, work: Mapping[str, object]) -> None:
        self.folder = folder
        self.digest = hashlib.sha256(json.dumps(work, sort_keys=True, default=str).encode()).hexdigest()
        label = folder / "work.txt"
        with explain_errors(str(folder), VideoWriteError):
            folder.mkdir(parents=True, exist_ok=True)
            self._hold = _hold(folder)
        if not (label.is_file() and label.read_text("utf-8") == self.digest):
            self._empty()
        with write_atomically(label, VideoWriteError) as temporary:
            temporary.write_text(self.digest, "utf-8")

    def __enter__(self) -> "Stretches":
        return self

    def __exit__(self, *exception: object) -> None:
        release_folder(self._hold)

    def count(self) -> int:
        """Return how many stretches are finished, one after the other from the first."""
        number = 0
        while self._state(number).is_file() and self._film(number).is_file():
            number += 1
        return number

    def save(
        self,
        number: int,
        frames: list[Frame],
        steadiness: Steadiness,
        memory: MomentMemory,
        descent: FrameDescent | None = None,
    ) -> None:
        """Write a stretch, and what is remembered at its end.

        Raises:
            VideoWriteError: the folder cannot be written.
        """
        with write_atomically(self._film(number), VideoWriteError) as temporary:
            _write_lossless(temporary, frames)
        state = {f"moments.{n}.{name}": value for n, m in enumerate(memory.kept) for name, value in _pack(m)}
        state["scenes"] = torch.tensor(steadiness.scenes)
        for name in _REMEMBERED:
            if (part := getattr(steadiness, name)) is not None:
                state[name] = torch.from_numpy(np.ascontiguousarray(part))
        for n, (frame, result) in enumerate(descent.earlier if descent else []):
            state[f"earlier.{n}.frame"] = torch.tensor(frame)  # a copy: files hold no shared memory
            state[f"earlier.{n}.result"] = torch.tensor(result)
        with write_atomically(self._state(number), VideoWriteError) as temporary:
            temporary.write_bytes(save(state))

    def recall(
        self,
        number: int,
        steadiness: Steadiness,
        memory: MomentMemory,
        descent: FrameDescent | None = None,
    ) -> None:
        """Give back what was remembered at the end of a stretch."""
        try:
            state = load_file(self._state(number))
            steadiness.scenes = int(state["scenes"])
        except (OSError, SafetensorError, KeyError):
            raise VideoWriteError(f"{self.folder}: is damaged; delete it and begin again") from None
        for name in _REMEMBERED:
            if name in state:
                setattr(steadiness, name, state[name].numpy())
        count = sum(name.endswith(".mean") for name in state)
        memory.kept = [_unpack(state, n) for n in range(count)]
        if descent:
            count = sum(name.startswith("earlier.") for name in state) // 2
            pairs = [(state[f"earlier.{n}.frame"], state[f"earlier.{n}.result"]) for n in range(count)]
            descent.earlier = [(frame.numpy(), result.numpy()) for frame, result in pairs]

    def read(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the frames (H, W, 3) of all finished stretches."""
        av = load_av()
        for number in range(self.count()):
            with av.open(str(self._film(number))) as container:
                for frame in container.decode(video=0):
                    yield frame.to_ndarray(format="rgb24")

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _empty(self) -> None:
        """Delete what another work left."""
        for path in self.folder.iterdir():
            if path.is_file():
                path.unlink(missing_ok=True)

    def _film(self, number: int) -> Path:
        return self.folder / f"{number:06d}.mkv"

    def _state(self, number: int) -> Path:
        return self.folder / f"{number:06d}.safetensors"


def _hold(folder: Path) -> int | None:
    try:
        return hold_folder(folder)
    except BlockingIOError:
        raise VideoWriteError(
            f"{folder}: another process makes this film; wait for it, or choose another --out"
        ) from None


def _write_lossless(path: Path, frames: list[Frame]) -> None:
    av = load_av()
    with av.open(str(path), "w", format="matroska") as output:
        stream = output.add_stream("libx264rgb", rate=25)
        stream.height, stream.width = frames[0].pixels.shape[:2]
        stream.pix_fmt = "rgb24"
        stream.options = {"qp": "0", "preset": "ultrafast"}
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgb24")
            picture.pts = number
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))


def _pack(moments: Moments) -> list[tuple[str, Tensor]]:
    count = torch.tensor(moments.count, dtype=torch.float64)
    return [("count", count), ("mean", moments.mean.contiguous()), ("scatter", moments.scatter.contiguous())]


def _unpack(state: Mapping[str, Tensor], number: int) -> Moments:
    count, mean, scatter = (state[f"moments.{number}.{name}"] for name in ("count", "mean", "scatter"))
    return Moments(float(count), mean, scatter)
