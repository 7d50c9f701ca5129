"""Log spectrograms of recordings, and random crops: a batch depends on the seed and the step alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import AudioReadError, TrainingError
from audiostyle.sound.recording import read_mono
from audiostyle.spectrogram.levels import FEATURE_RMS
from audiostyle.spectrogram.log_spectrogram import FLOOR, LogSpectrogram
from audiostyle.training.sampling import CropBatches

RATE = 44_100
"""Sample rate in hertz of the recordings that are trained on."""

_PIECE = 20.0  # seconds of a recording that become one log spectrogram
_LEVEL_DEVIATION = 10.0  # dB: standard deviation of a crop's level from that of FEATURE_RMS


def load_log_spectrograms(files: Sequence[Path]) -> list[Tensor]:
    """Return the log spectrograms (CHANNELS, rows, frames) of recordings, 20 s each, in half precision.

    They are at the level at which transfers compute features.

    Args:
        files: of recordings, of any sample rates.

    Raises:
        TrainingError: one cannot be read.

    Example:
        >>> import tempfile, soundfile
        >>> file = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(file, np.random.default_rng(0).uniform(-0.1, 0.1, RATE), RATE)
        >>> spectrogram = load_log_spectrograms([file])[0]
        >>> spectrogram.ndim, spectrogram.dtype
        (3, torch.float16)
    """
    spectrograms, at_rate = [], LogSpectrogram.for_rate(RATE)
    for piece in _read_pieces(files):
        gain = FEATURE_RMS / max(float(piece.square().mean().sqrt()), 1e-4)
        spectrograms.append(at_rate(at_rate.transform(piece).abs(), gain)[0].half())
    return spectrograms


class SpectrogramCrops(CropBatches):
    """Crops of log spectrograms at random levels.

    Half of them start in the lowest eighth of all frequencies, where most of music is.

    Args:
        spectrograms: (CHANNELS, rows, frames) each; those shorter than a crop are left out.
        size: rows and frames of a crop.
        count: crops in a batch.
        seed: of all batches.

    Raises:
        TrainingError: no spectrogram is as long as a crop.

    Example:
        >>> crops = SpectrogramCrops([torch.zeros(4, 64, 200).half()], size=(16, 32), count=2, seed=0)
        >>> crops(0).shape
        torch.Size([2, 4, 16, 32])
    """

    def __init__(self, spectrograms: Sequence[Tensor], size: tuple[int, int], count: int, seed: int) -> None:
        super().__init__(count, seed)
        self.spectrograms = [one for one in spectrograms if one.shape[-1] >= size[1]]
        if not self.spectrograms:
            raise TrainingError(f"no recording is {size[1]} frames long; give longer ones")
        self.size = size

    def draw(self, rng: np.random.Generator) -> Tensor:
        """Draw one crop (CHANNELS, rows, frames)."""
        spectrogram = self.spectrograms[rng.integers(len(self.spectrograms))]
        rows, frames = self.size
        highest = spectrogram.shape[-2] - rows
        top = int(rng.integers(highest + 1)) if rng.random() < 0.5 else int(highest * rng.random() / 8)
        left = int(rng.integers(spectrogram.shape[-1] - frames + 1))
        crop = spectrogram[:, top : top + rows, left : left + frames].float()
        return (crop + rng.normal(0, _LEVEL_DEVIATION) / -FLOOR).clamp_(min=0) * (crop > 0)


def _read_pieces(files: Sequence[Path]) -> Iterator[Tensor]:
    """Yield recordings in pieces (n,) of 20 s, the last of each shorter."""
    for file in files:
        try:
            wave = read_mono(file, RATE)
        except AudioReadError as error:
            raise TrainingError(f"{error}; remove it") from None
        yield from torch.from_numpy(wave).split(round(_PIECE * RATE))
