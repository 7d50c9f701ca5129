"""WCT on complex features: the result is a complex spectrogram, so that there are no phases to estimate.

Features are patches of the compressed complex spectrum (:mod:`.complex_features`).  Their covariance E[f fᴴ]
is Hermitian; it says how strong a band is and how values that are next to each other in frequency and time
go together: tones, noises, attacks, rates of tremolo.  Whitening and coloring, and optimal transport, carry
over with Hermitian square roots; they are in :mod:`audiostyle.style.covariance`.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from audiostyle.checks import check_levels
from audiostyle.errors import AudiostyleError
from audiostyle.progress import Progress
from audiostyle.spectrogram.band_statistics import BandStatistics
from audiostyle.spectrogram.bands import RowMaps, compute_row_maps
from audiostyle.spectrogram.complex_features import (
    KNOWN_LEVELS,
    SPECTRUM_FRAMES,
    ComplexFeatures,
    compute_power,
    compute_reach,
)
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.levels import (
    FEATURE_RMS,
    FOLLOWED_FRAMES,
    compute_loudness_gain,
    compute_rms,
    follow_levels,
)
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.spectrogram.profile import StyleProfile
from audiostyle.style import optimal_transport

LEVELS = (2, 1)
"""First the values of a patch are 2 bins and frames apart, then 1.  A third level takes time, adds little."""


def complex_wct(
    inputs: TransferInputs,
    *,
    levels: Sequence[int] = LEVELS,
    alpha: float = 1.0,
    pseudo: bool = False,
) -> "ComplexWctStylizer":
    """Prepare a transfer by WCT on complex features.

    Args:
        inputs: content and styles.
        levels: in the order in which they are worked through; at level N the values of a patch are 2ᴺ⁻¹ bins
            and frames apart.
        alpha: interpolation between the content's features, 0, and the mapped ones, 1, at every level.
        pseudo: whether features get the style's pseudo-covariance E[f fᵀ] too, which says how phases depend
            on each other (Schreier & Scharf 2010, "widely linear").

    Raises:
        AudiostyleError: a level is not 1, 2 or 3, or a style is a profile and ``pseudo`` is set.
    """
    return ComplexWctStylizer(inputs, check_levels(levels, KNOWN_LEVELS), alpha, pseudo)


class ComplexWctStylizer:
    """A prepared transfer by :func:`complex_wct`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    def __init__(self, inputs: TransferInputs, levels: Sequence[int], alpha: float, pseudo: bool) -> None:
        self.device, self.levels, self.alpha = inputs.device, levels, alpha
        self.features = ComplexFeatures(LogSpectrogram.for_rate(inputs.sample_rate), pseudo)
        self.hop = self.features.transform.hop
        self.context = self.hop * (1 + FOLLOWED_FRAMES + sum(map(compute_reach, levels)))
        self.segment = self.hop * SPECTRUM_FRAMES
        self.gain = FEATURE_RMS / inputs.content_spectrum.rms
        statistics = [self._measure_style(style) for style in inputs.styles]
        style = BandStatistics.pool(statistics, inputs.weights)
        self.maps, self.loudness = self._fit([wave.to(self.device) for wave in inputs.excerpts], style)

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""
        return self.features.transform.inverse(self.compute_spectrum(wave, progress), len(wave))

    @torch.no_grad()
    def compute_spectrum(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Compute the complex spectrum (bins, frames) that the result is to have."""
        z = self.features.compute_spectrum(wave, self.gain)
        content, silent = self.features.restore_spectrum(z, self.gain), (z == 0).all(dim=0)
        for number, (level, maps) in enumerate(zip(self.levels, self.maps, strict=True), start=1):
            z = self.features.apply(z, level, maps)
            if progress:
                progress(number / (len(self.levels) + 1), 1.0)
        result = self.features.restore_spectrum(z * ~silent, self.gain * self.loudness)
        return follow_levels(result, content, FEATURE_RMS / self.gain)

    def _measure_style(self, style: Tensor | StyleProfile) -> BandStatistics:
        if isinstance(style, Tensor):
            gain = FEATURE_RMS / compute_rms(style)
            return self.features.measure_statistics([style], gain, self.device)
        if self.features.pseudo:
            raise AudiostyleError(f"{style.name}: a style profile has no pseudo-covariances; use recordings")
        return style.get_statistics("complex-wct", dict.fromkeys(self.levels, self.features.channels))

    @torch.no_grad()
    def _fit(self, excerpts: Sequence[Tensor], style: BandStatistics) -> tuple[list[RowMaps], float]:
        """Work through the levels on the content's excerpts.

        Returns:
            The maps of every level's features, and the factor by which the excerpts became louder.
        """
        content = spectra = [self.features.compute_spectrum(wave, self.gain) for wave in excerpts]
        weights, fitted = self.features.band_weights, list[RowMaps]()
        for level in self.levels:
            rows = [self.features.measure_moments(z, level) for z in spectra]
            bands = sum(rows[1:], start=rows[0]).pool_bands(weights)
            maps = compute_row_maps(bands, style.levels[level], weights, self.alpha, optimal_transport)
            fitted.append(maps.to(self.device))
            spectra = [self.features.apply(z, level, fitted[-1]) for z in spectra]
        return fitted, compute_loudness_gain(compute_power(content), compute_power(spectra))
