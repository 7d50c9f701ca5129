"""WCT on complex features: the result is a complex spectrogram, and so a wave, with no phases to find.

Features are :mod:`.patches` of the compressed complex spectrum.  Their covariance E[f fᴴ] is Hermitian, and
whitening and colouring carry over with Hermitian square roots.  Such a covariance says how strong a band is
and how values next to each other in frequency and time go together: tones, noises, attacks and rates of
trembling.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.spectrogram.band_statistics import BandStatistics, check_levels, compute_frames, compute_gain
from audiostyle.spectrogram.bands import RowMaps, RowMoments, compute_band_weights, compute_row_maps
from audiostyle.spectrogram.inputs import LEVEL, Progress, Style, TransferInputs, compute_rms
from audiostyle.spectrogram.log_spectrogram import CHANNELS, LogSpectrogram
from audiostyle.spectrogram.patches import POWER, SPAN, compress, fold, unfold
from audiostyle.style import optimal_transport

LEVELS = (2, 1)
"""Values of a patch are 2 bins and frames apart, then 1; a third level adds time and little else."""

_KNOWN = (3, 2, 1)
_STRETCH, _PIECE = 512, 128  # frames worked on at a time, and in patches at a time


def complex_wct(
    scene: TransferInputs, *, levels: Sequence[int] = LEVELS, alpha: float = 1.0, pseudo: bool = False
) -> "ComplexWctStylizer":
    """Prepare the method.

    Args:
        levels: in this order; at level N the values of a patch are 2ᴺ⁻¹ bins and frames apart.
        alpha: how far features go from the content's, 0, to the transformed, 1, at every level.
        pseudo: give features the style's pseudo-covariance E[f fᵀ] too, so that how phases lean on each
            other is copied (Schreier & Scharf 2010, "widely linear").

    Raises:
        AudiostyleError: levels are not among 3, 2 and 1.
    """
    return ComplexWctStylizer(scene, check_levels(levels, _KNOWN), alpha, pseudo)


class ComplexWctStylizer:
    """See :func:`complex_wct`; a :class:`~audiostyle.spectrogram.inputs.Stylist`."""

    def __init__(self, scene: TransferInputs, levels: Sequence[int], alpha: float, pseudo: bool) -> None:
        self.levels, self.alpha = levels, alpha
        self.features = ComplexFeatures(LogSpectrogram.at(scene.sample_rate), pseudo)
        self.hop = self.features.drawing.transform.hop
        self.context = self.hop * (1 + sum(map(compute_reach, levels)))
        self.stretch: int | None = self.hop * _STRETCH
        self.gain = LEVEL / scene.content.rms
        textures = [self._texture(style) for style in scene.styles]
        self.maps, self.loudness = self._fitted(scene.excerpts, BandStatistics.pooled(textures, scene.shares))

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        return self.features.drawing.transform.inverse(self.spectrum(wave, progress), len(wave))

    @torch.inference_mode()
    def spectrum(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → what the result's transform is to be, complex (bins, frames)."""
        z = self.features.of(wave, self.gain)
        silent = (z == 0).all(dim=0)
        for number, (level, maps) in enumerate(zip(self.levels, self.maps, strict=True), start=1):
            z = self.features.changed(z, level, maps)
            progress(number / (len(self.levels) + 1))
        return self.features.spectrum(z * ~silent, self.gain * self.loudness)

    def _texture(self, style: Style) -> BandStatistics:
        if isinstance(style, Tensor):
            return self.features.texture([style], LEVEL / compute_rms(style))
        if self.features.pseudo:
            raise AudiostyleError(f"{style.name}: a style profile has no pseudo-covariances; use recordings")
        return style.texture("complex-wct")

    @torch.inference_mode()
    def _fitted(self, excerpts: Sequence[Tensor], style: BandStatistics) -> tuple[list[RowMaps], float]:
        """Work through the levels on the excerpts.

        Return what was done to the features at each, and by what factor the excerpts became louder.
        """
        content = spectra = [self.features.of(wave, self.gain) for wave in excerpts]
        shares, found = self.features.shares, list[RowMaps]()
        for level in self.levels:
            rows = [self.features.moments(z, level) for z in spectra]
            own = sum(rows[1:], start=rows[0]).banded(shares)
            found.append(compute_row_maps(own, style.levels[level], shares, self.alpha, optimal_transport))
            spectra = [self.features.changed(z, level, found[-1]) for z in spectra]
        return found, compute_gain(_power(content), _power(spectra))


class ComplexFeatures:
    """Waves to compressed spectra and back, and patches of them, a few frames at a time.

    Args:
        drawing: whose transform is taken.
        pseudo: patches as real numbers, real parts and then imaginary ones, instead of complex ones.
    """

    def __init__(self, drawing: LogSpectrogram, pseudo: bool = False) -> None:
        self.drawing, self.pseudo = drawing, pseudo
        self.shares = compute_band_weights(torch.arange(drawing.transform.bins) * (drawing.hertz / CHANNELS))

    def of(self, wave: Tensor, gain: float) -> Tensor:
        """(samples,) → (bins, frames), compressed; a full-scale sine is 1."""
        return self._compressed(self.drawing.transform(wave), gain)

    def spectrum(self, z: Tensor, gain: float) -> Tensor:
        """Undo :meth:`of`, but for the inverse transform."""
        return compress(z, 1 / POWER) / (gain * self.drawing.full_scale)

    @torch.inference_mode()
    def texture(self, waves: Sequence[Tensor], gain: float) -> BandStatistics:
        """Return the moments of waves together, of every level and band."""
        sums = {level: RowMoments.empty(self.drawing.transform.bins, *self._channels) for level in _KNOWN}
        halo = max(map(compute_reach, _KNOWN))
        for wave in waves:
            frames = self.drawing.transform.frames(len(wave))
            for start in range(0, frames, _STRETCH):
                stop = min(start + _STRETCH, frames)
                begin, end = max(0, start - halo), min(frames, stop + halo)
                spectrum = compute_frames(wave, self.drawing.transform, begin, end)
                z = self._compressed(spectrum, gain)
                core = slice(start - begin, stop - begin)
                sums = {level: rows + self.moments(z, level, core) for level, rows in sums.items()}
        return BandStatistics({level: rows.banded(self.shares) for level, rows in sums.items()})

    def moments(self, z: Tensor, level: int, core: slice = slice(None)) -> RowMoments:
        """Return the moments of a level's patches around frames that are not silent; of ``core`` only."""
        total = RowMoments.empty(len(z), *self._channels)
        heard = (z != 0).any(dim=0)
        for piece, inside, place in _cut_pieces(z, level, core):
            total = total + RowMoments.of(self._patches(piece, level)[..., inside], heard[place])
        return total

    def changed(self, z: Tensor, level: int, maps: RowMaps) -> Tensor:
        """Return the spectrum made of a level's patches after their maps."""
        result = torch.empty_like(z)
        for piece, inside, place in _cut_pieces(z, level, slice(None)):
            made = self._together(maps(self._patches(piece, level)))
            result[:, place] = fold(made, self._advance, 2 ** (level - 1))[:, inside]
        return result

    @property
    def _advance(self) -> float:
        return self.drawing.transform.hop / self.drawing.transform.n_fft

    @property
    def _channels(self) -> tuple[int, torch.dtype]:
        size = (2 * SPAN[0] + 1) * (2 * SPAN[1] + 1)
        return (2 * size, torch.float32) if self.pseudo else (size, torch.complex64)

    def _compressed(self, spectrum: Tensor, gain: float) -> Tensor:
        return compress(spectrum * (gain * self.drawing.full_scale))

    def _patches(self, z: Tensor, level: int) -> Tensor:
        patches = unfold(z, self._advance, 2 ** (level - 1))
        return torch.cat([patches.real, patches.imag], dim=1) if self.pseudo else patches

    def _together(self, features: Tensor) -> Tensor:
        return torch.complex(*features.contiguous().chunk(2, dim=1)) if self.pseudo else features


def _power(spectra: Sequence[Tensor]) -> float:
    """Return the power of compressed spectra before they were compressed."""
    return sum(float((z.abs() ** (2 / POWER)).sum()) for z in spectra)


def compute_reach(level: int) -> int:
    """Return how many frames away a value can be that has a say in another, by patches there and back."""
    return 2 * SPAN[1] * 2 ** (level - 1)


def _cut_pieces(z: Tensor, level: int, core: slice) -> Iterator[tuple[Tensor, slice, slice]]:
    """Yield pieces of ``z`` with what lies around them, where in a piece its own frames are, and in ``z``."""
    first, last, _ = core.indices(z.shape[1])
    for start in range(first, last, _PIECE):
        stop = min(start + _PIECE, last)
        begin, end = max(0, start - compute_reach(level)), min(z.shape[1], stop + compute_reach(level))
        yield z[:, begin:end], slice(start - begin, stop - begin), slice(start, stop)
