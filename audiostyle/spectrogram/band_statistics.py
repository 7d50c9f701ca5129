"""A style as WCT sees it: the moments of every level of an encoder, by frequency band."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.models.vgg import VGGEncoder
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.bands import RowMoments, compute_band_weights
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.style import Moments

GRID = 8
"""Frames that the coarsest level pools together; what is cut is cut between them."""

HIGHEST = 8_000.0
"""Hz.  What is above is for level 1 alone: there, music has few events of its own."""

_PIECE = 512  # frames encoded at a time


@dataclass(frozen=True)
class BandStatistics:
    """The moments of every band, by level."""

    levels: Mapping[int, Sequence[Moments]]

    @classmethod
    @torch.inference_mode()
    def of(
        cls, waves: Sequence[Tensor], drawing: LogSpectrogram, gain: float, encoder: VGGEncoder
    ) -> "BandStatistics":
        """Return that of waves (n,) together, as if they followed each other, amplified by ``gain``."""
        levels = range(1, encoder.level + 1)
        sums = {
            level: RowMoments.empty(count_level_rows(drawing, level), encoder.plan.widths[level - 1])
            for level in levels
        }
        for wave in waves:
            for drawn, core in _cut_pieces(wave, drawing, gain, encoder):
                features, _ = encoder.trace(drawn)
                for level, before in sums.items():
                    own = slice(core.start // 2 ** (level - 1), -(-core.stop // 2 ** (level - 1)))
                    sounds = find_sounding(drawn, level)[own]
                    below = features[level - 1][:, :, : count_level_rows(drawing, level)]
                    sums[level] = before + RowMoments.of(below[..., own], sounds)
        return cls(
            {level: found.banded(compute_level_bands(drawing, level)) for level, found in sums.items()}
        )

    @classmethod
    def pooled(
        cls, textures: Sequence["BandStatistics"], weights: Sequence[float] | None = None
    ) -> "BandStatistics":
        """Pool several: each counting by its weight, or without weights by its length."""
        return cls(
            {
                level: [
                    Moments.pooled(parts, weights)
                    for parts in zip(*(texture.levels[level] for texture in textures), strict=True)
                ]
                for level in textures[0].levels
            }
        )


def count_rows(drawing: LogSpectrogram, level: int) -> int:
    """Return on how many rows of a map, from the lowest, a level works."""
    below = GRID * math.ceil(HIGHEST / (GRID * drawing.hertz))
    return drawing.rows if level == 1 else min(below, drawing.rows)


def count_level_rows(drawing: LogSpectrogram, level: int) -> int:
    """Return how many rows a level has."""
    return -(-count_rows(drawing, level) // 2 ** (level - 1))


def compute_level_bands(drawing: LogSpectrogram, level: int) -> Tensor:
    """Return how much every row of a level belongs to each band, (bands, rows)."""
    step = 2 ** (level - 1)
    return compute_band_weights(
        (step * torch.arange(count_level_rows(drawing, level)) + step / 2) * drawing.hertz
    )


def find_sounding(drawn: Tensor, level: int) -> Tensor:
    """Return which frames of a level hold any sound, (frames,) booleans, for a map (1, C, rows, frames)."""
    heard = (drawn > 0).any(dim=1).any(dim=1).float()
    pooled = heard if level == 1 else torch.nn.functional.max_pool1d(heard, 2 ** (level - 1), ceil_mode=True)
    return pooled[0] > 0


def compute_frames(wave: Tensor, transform: Stft, start: int, stop: int) -> Tensor:
    """Return frames ``start`` to ``stop`` (bins, n) of a wave's transform, without the others.

    A frame must be as long as two hops.
    """
    before = max(0, start - 1)
    piece = wave[before * transform.hop : stop * transform.hop]
    return transform(piece)[:, start - before : stop - before]


def _cut_pieces(
    wave: Tensor, drawing: LogSpectrogram, gain: float, encoder: VGGEncoder
) -> Iterator[tuple[Tensor, slice]]:
    """Yield maps that overlap by what the encoder sees, and which of a map's frames are its own."""
    halo = -(-encoder.plan.reach(encoder.level) // GRID) * GRID
    frames = drawing.transform.frames(len(wave))
    for start in range(0, frames, _PIECE):
        stop = min(start + _PIECE, frames)
        begin, end = max(0, start - halo), min(frames, stop + halo)
        magnitude = compute_frames(wave, drawing.transform, begin, end).abs()
        yield to_channels_last(drawing(magnitude, gain)), slice(start - begin, stop - begin)


def compute_gain(before: float, after: float) -> float:
    """Return by what factor amplitudes grew with a power; 1 where there was, or is, no sound to compare."""
    return (after / before) ** 0.5 if before and after else 1.0


def to_channels_last(drawn: Tensor) -> Tensor:
    """Return a map as convolutions like it: channels last."""
    return drawn.contiguous(memory_format=torch.channels_last)


def check_levels(levels: Sequence[int], known: Sequence[int]) -> Sequence[int]:
    """Return ``levels``; raises AudiostyleError where there are none, or others than are ``known``."""
    if not levels or not set(levels) <= set(known):
        raise AudiostyleError(f"levels must be among {', '.join(map(str, known))}, not {list(levels)}")
    return levels
