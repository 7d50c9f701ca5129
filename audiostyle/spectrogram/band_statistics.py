"""The statistics that WCT copies from a style: moments of an encoder's features, by level and band."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.models.vgg import VGGEncoder
from audiostyle.sound.blocks import plan_segments
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.bands import RowMoments, compute_band_weights
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.style import Moments

POOLED_FRAMES = 8
"""Frames that a position of the coarsest level (relu4_1) pools; spectrograms are cut at multiples of it."""

MAX_COARSE_HERTZ = 8_000.0
"""Hz.  Higher frequencies are left to level 1: music has few events of its own up there."""

_PIECE = 512  # frames that are encoded at a time


@dataclass(frozen=True)
class BandStatistics:
    """Moments of features, by level and band.

    Attributes:
        levels: level → the moments of its bands, from low frequencies to high ones.
    """

    levels: Mapping[int, Sequence[Moments]]

    @classmethod
    @torch.no_grad()
    def from_waves(
        cls,
        waves: Sequence[Tensor],
        log_spectrogram: LogSpectrogram,
        gain: float,
        encoder: VGGEncoder,
        device: torch.device,
    ) -> "BandStatistics":
        """Gather the statistics of recordings together, as if they followed each other.

        Args:
            waves: (n,) each, on the CPU.
            gain: amplification of the waves.
            encoder: whose features are taken, of all its levels.
            device: where the encoder is.
        """
        levels = range(1, encoder.level + 1)
        sums = {
            level: RowMoments.empty(
                count_feature_rows(log_spectrogram, level), encoder.config.widths[level - 1]
            )
            for level in levels
        }
        for wave in waves:
            for log_spec, core in _cut_log_spec(wave, log_spectrogram, gain, encoder, device):
                features, _ = encoder.trace(log_spec)
                for level, before in sums.items():
                    own = slice(core.start // 2 ** (level - 1), -(-core.stop // 2 ** (level - 1)))
                    sounding = find_sounding(log_spec, level)[own]
                    below = features[level - 1][:, :, : count_feature_rows(log_spectrogram, level)]
                    sums[level] = before + RowMoments.from_features(below[..., own], sounding)
        return cls(
            {
                level: found.pool_bands(compute_feature_band_weights(log_spectrogram, level))
                for level, found in sums.items()
            }
        )

    @classmethod
    def pool(
        cls, statistics: Sequence["BandStatistics"], weights: Sequence[float] | None = None
    ) -> "BandStatistics":
        """Pool the statistics of several recordings.

        Args:
            weights: how much each counts, whatever its length; None: each counts by its length.
        """
        return cls(
            {
                level: [
                    Moments.pool(parts, weights)
                    for parts in zip(*(one.levels[level] for one in statistics), strict=True)
                ]
                for level in statistics[0].levels
            }
        )


def count_rows(log_spectrogram: LogSpectrogram, level: int) -> int:
    """Return how many rows of a log-spectrogram, from the lowest, a level changes."""
    below = POOLED_FRAMES * math.ceil(MAX_COARSE_HERTZ / (POOLED_FRAMES * log_spectrogram.row_hertz))
    return log_spectrogram.rows if level == 1 else min(below, log_spectrogram.rows)


def count_feature_rows(log_spectrogram: LogSpectrogram, level: int) -> int:
    """Return how many rows the features of these rows have."""
    return -(-count_rows(log_spectrogram, level) // 2 ** (level - 1))


def compute_feature_band_weights(log_spectrogram: LogSpectrogram, level: int) -> Tensor:
    """Return how much every row of a level's features belongs to each band, (bands, rows)."""
    step = 2 ** (level - 1)
    return compute_band_weights(
        (step * torch.arange(count_feature_rows(log_spectrogram, level)) + step / 2)
        * log_spectrogram.row_hertz
    )


def find_sounding(log_spec: Tensor, level: int) -> Tensor:
    """Find the frames of a level's features that hold any sound.

    Args:
        log_spec: (1, CHANNELS, rows, frames).

    Returns:
        Booleans (frames of the level,).
    """
    sounding = (log_spec > 0).any(dim=1).any(dim=1).float()
    if level > 1:
        sounding = torch.nn.functional.max_pool1d(sounding, 2 ** (level - 1), ceil_mode=True)
    return sounding[0] > 0


def compute_frames(
    wave: Tensor, transform: Stft, start: int, stop: int, device: torch.device | None = None
) -> Tensor:
    """Compute some frames of a wave's short-time Fourier transform, without the others.

    Args:
        wave: (samples,).
        transform: with frames that are as long as two hops.
        start, stop: the first frame, and the one after the last.
        device: where to compute; None: where the wave is.

    Returns:
        Complex (bins, stop − start).
    """
    before = max(0, start - 1)
    piece = wave[before * transform.hop : stop * transform.hop].to(device or wave.device)
    return transform(piece)[:, start - before : stop - before]


def to_channels_last(log_spec: Tensor) -> Tensor:
    """Return a log-spectrogram in the memory layout in which convolutions are fast on a CPU."""
    return log_spec.contiguous(memory_format=torch.channels_last)


def _cut_log_spec(
    wave: Tensor, log_spectrogram: LogSpectrogram, gain: float, encoder: VGGEncoder, device: torch.device
) -> Iterator[tuple[Tensor, slice]]:
    """Yield log-spectrograms of segments with all that the encoder sees around them, and their own frames."""
    halo = -(-encoder.config.reach(encoder.level) // POOLED_FRAMES) * POOLED_FRAMES
    frames = log_spectrogram.transform.count_frames(len(wave))
    for segment in plan_segments(frames, _PIECE, halo):
        spectrum = compute_frames(wave, log_spectrogram.transform, segment.begin, segment.end, device)
        yield to_channels_last(log_spectrogram(spectrum.abs(), gain)), segment.core
