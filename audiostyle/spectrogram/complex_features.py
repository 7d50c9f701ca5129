"""The features of complex WCT: patches of the compressed complex spectrum, a few frames at a time."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from audiostyle.sound.blocks import Segment, plan_segments
from audiostyle.spectrogram.band_statistics import BandStatistics, compute_frames
from audiostyle.spectrogram.bands import RowMaps, RowMoments, compute_band_weights
from audiostyle.spectrogram.log_spectrogram import CHANNELS, LogSpectrogram
from audiostyle.spectrogram.patches import POWER, SPAN, compress, fold, unfold

KNOWN_LEVELS = (3, 2, 1)
"""At level N the values of a patch are 2ᴺ⁻¹ bins and frames apart."""

SPECTRUM_FRAMES = 512
"""Frames that are transformed at a time."""

_FAINT = 1e-6  # of a full-scale sine: what is 120 dB softer is not compressed, or rounding would be style
_PATCH_FRAMES = 128  # frames whose patches are held at a time; they take 15 times as much memory


class ComplexFeatures:
    """Turns waves into compressed spectra and back, and transforms patches of these.

    Args:
        log_spectrogram: whose short-time Fourier transform is taken.
        pseudo: whether patches are real numbers, first all real parts and then all imaginary ones, instead of
            complex numbers.  Their covariances then hold pseudo-covariances E[f fᵀ] as well.

    Attributes:
        band_weights: (bands, bins), how much every bin belongs to each band.
    """

    def __init__(self, log_spectrogram: LogSpectrogram, pseudo: bool = False) -> None:
        self.log_spectrogram, self.pseudo = log_spectrogram, pseudo
        self.transform = log_spectrogram.transform
        self.band_weights = compute_band_weights(
            torch.arange(self.transform.bins) * (log_spectrogram.row_hertz / CHANNELS)
        )

    def compute_spectrum(self, wave: Tensor, gain: float) -> Tensor:
        """Compute the compressed spectrum (bins, frames) of a wave (samples,); a full-scale sine is 1."""
        return self._compress(self.transform(wave), gain)

    def restore_spectrum(self, z: Tensor, gain: float) -> Tensor:
        """Undo the compression of :meth:`compute_spectrum`; the inverse transform is left to do."""
        return compress(z, 1 / POWER) / (gain * self.log_spectrogram.full_scale)

    @torch.no_grad()
    def measure_statistics(
        self, waves: Sequence[Tensor], gain: float, device: torch.device
    ) -> BandStatistics:
        """Gather the moments of recordings together, of every level and band.

        Args:
            waves: (n,) each, on the CPU.
            gain: amplification of the waves.
            device: where to compute.
        """
        sums = {level: RowMoments.empty(self.transform.bins, *self._channels) for level in KNOWN_LEVELS}
        halo = max(map(compute_reach, KNOWN_LEVELS))
        for wave in waves:
            for segment in plan_segments(self.transform.count_frames(len(wave)), SPECTRUM_FRAMES, halo):
                spectrum = compute_frames(wave, self.transform, segment.begin, segment.end, device)
                z = self._compress(spectrum, gain)
                sums = {
                    level: rows + self.measure_moments(z, level, segment.core) for level, rows in sums.items()
                }
        return BandStatistics({level: rows.pool_bands(self.band_weights) for level, rows in sums.items()})

    def measure_moments(self, z: Tensor, level: int, core: slice = slice(None)) -> RowMoments:
        """Gather the moments of patches around frames that are not silent.

        Args:
            z: compressed spectrum (bins, frames).
            core: the frames that count.
        """
        total = RowMoments.empty(len(z), *self._channels)
        sounding = (z != 0).any(dim=0)
        for piece, segment in _cut_spectrum(z, level, core):
            patches = self._unfold(piece, level)[..., segment.core]
            total = total + RowMoments.from_features(patches, sounding[segment.start : segment.stop])
        return total

    def apply(self, z: Tensor, level: int, maps: RowMaps) -> Tensor:
        """Map all patches of a compressed spectrum (bins, frames), and fold them into a spectrum again."""
        result = torch.empty_like(z)
        for piece, segment in _cut_spectrum(z, level, slice(None)):
            mapped = self._join_parts(maps(self._unfold(piece, level)))
            folded = fold(mapped, self._advance, 2 ** (level - 1))
            result[:, segment.start : segment.stop] = folded[:, segment.core]
        return result

    @property
    def _advance(self) -> float:
        return self.transform.hop / self.transform.n_fft

    @property
    def channels(self) -> int:
        """The number of channels of the features."""
        return self._channels[0]

    @property
    def _channels(self) -> tuple[int, torch.dtype]:
        size = (2 * SPAN[0] + 1) * (2 * SPAN[1] + 1)
        return (2 * size, torch.float32) if self.pseudo else (size, torch.complex64)

    def _compress(self, spectrum: Tensor, gain: float) -> Tensor:
        scaled = spectrum * (gain * self.log_spectrogram.full_scale)
        size = scaled.real.square() + scaled.imag.square() + _FAINT**2
        return scaled * size ** ((POWER - 1) / 2)

    def _unfold(self, z: Tensor, level: int) -> Tensor:
        patches = unfold(z, self._advance, 2 ** (level - 1))
        return torch.cat([patches.real, patches.imag], dim=1) if self.pseudo else patches

    def _join_parts(self, features: Tensor) -> Tensor:
        return torch.complex(*features.contiguous().chunk(2, dim=1)) if self.pseudo else features


def compute_power(spectra: Sequence[Tensor]) -> float:
    """Return the power that compressed spectra have after their compression is undone."""
    return sum(float((z.abs() ** (2 / POWER)).sum()) for z in spectra)


def compute_reach(level: int) -> int:
    """Return how many frames apart two values can be that affect each other, by unfolding and folding."""
    return 2 * SPAN[1] * 2 ** (level - 1)


def _cut_spectrum(z: Tensor, level: int, core: slice) -> Iterator[tuple[Tensor, Segment]]:
    """Yield the segments of the frames ``core``, with their context."""
    first, last, _ = core.indices(z.shape[1])
    for segment in plan_segments(z.shape[1], _PATCH_FRAMES, compute_reach(level), first=first, last=last):
        yield z[:, segment.begin : segment.end], segment
