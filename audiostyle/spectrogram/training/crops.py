"""Seeded crops of recordings' decibel maps: the batch of a step depends on the seed and the step alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import AudioReadError, TrainingError
from audiostyle.sound.recording import read_mono
from audiostyle.spectrogram.inputs import LEVEL
from audiostyle.spectrogram.log_spectrogram import FLOOR, LogSpectrogram

RATE = 44_100  # Hz
_PIECE = 20.0  # seconds of a recording that become one map
_LOUDER = 10.0  # dB: deviation of a crop's level from LEVEL


def load_maps(files: Sequence[Path]) -> list[Tensor]:
    """Return the maps (COLOURS, rows, frames) of recordings at the level of transfers, in half precision.

    Raises:
        TrainingError: one cannot be read.
    """
    drawn, at = [], LogSpectrogram.at(RATE)
    for piece in _pieces(files):
        gain = LEVEL / max(float(piece.square().mean().sqrt()), 1e-4)
        drawn.append(at(at.transform(piece).abs(), gain)[0].half())
    return drawn


class SpectrogramCrops:
    """Crops of ``size`` rows and frames, ``count`` of them a batch, at random levels.

    Half of them lie in the lowest eighth of all frequencies, where most of music is.
    """

    def __init__(self, drawn: Sequence[Tensor], size: tuple[int, int], count: int, seed: int) -> None:
        self.drawn = [one for one in drawn if one.shape[-1] >= size[1]]
        if not self.drawn:
            raise TrainingError(f"no recording is {size[1]} frames long; give longer ones")
        self.size, self.count, self.seed = size, count, seed

    def __call__(self, step: int) -> Tensor:
        """Return the batch (count, COLOURS, *size) of ``step``."""
        rng = np.random.default_rng([self.seed, step])
        batch = torch.stack([self._crop(rng) for _ in range(self.count)])
        return batch.contiguous(memory_format=torch.channels_last)

    def _crop(self, rng: np.random.Generator) -> Tensor:
        drawn = self.drawn[rng.integers(len(self.drawn))]
        rows, frames = self.size
        highest = drawn.shape[-2] - rows
        top = int(rng.integers(highest + 1)) if rng.random() < 0.5 else int(highest * rng.random() / 8)
        left = int(rng.integers(drawn.shape[-1] - frames + 1))
        crop = drawn[:, top : top + rows, left : left + frames].float()
        return (crop + rng.normal(0, _LOUDER) / -FLOOR).clamp_(min=0) * (crop > 0)


def _pieces(files: Sequence[Path]) -> Iterator[Tensor]:
    for file in files:
        try:
            wave = read_mono(file, RATE)
        except AudioReadError as error:
            raise TrainingError(f"{error}; remove it") from None
        yield from torch.from_numpy(wave).split(round(_PIECE * RATE))
