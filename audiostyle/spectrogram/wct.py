"""WCT on spectrograms: the style's means and covariances in the features of an autoencoder, in closed form.

PhotoWCT (Li et al. 2018) carried over to log-spectrograms (:mod:`.log_spectrogram`).  At every level features
get the style's mean and covariance, band by band (:mod:`.bands`), and a decoder that knows where the maxima
were makes a log-spectrogram of them.  At the end the whole is smoothed along the content
(:mod:`.guided_filter`).  Three things differ from PhotoWCT:

- Of the affine maps with that effect, optimal transport is used, which moves features least
  (:func:`audiostyle.style.optimal_transport`).
- A level adds the difference between decoding the mapped features and decoding the content's, so that the
  decoder's own errors cancel out, and an ``alpha`` of 0 gives back the content.
- The maps are fitted on excerpts of the content and then applied to all of it, segment by segment.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from audiostyle.checks import check_levels
from audiostyle.models.vgg import Pooling
from audiostyle.progress import Progress
from audiostyle.sound.griffin_lim import normalize_phases
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import (
    POOLED_FRAMES,
    BandStatistics,
    compute_feature_band_weights,
    count_rows,
    find_sounding,
    to_channels_last,
)
from audiostyle.spectrogram.bands import RowMaps, RowMoments, compute_row_maps
from audiostyle.spectrogram.guided_filter import FRAMES, guided_filter
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

LEVELS = (1, 2)
"""Fine to coarse.  In the other order the finest level, which flutters most, would have the last word.
Coarser levels bring the result a little nearer to the style and take time."""

KNOWN_LEVELS = (1, 2, 3, 4)

_SEGMENT_FRAMES = 384


def wct(
    inputs: TransferInputs,
    *,
    levels: Sequence[int] = LEVELS,
    alpha: float = 1.0,
    backbone: SpectrogramAutoencoder | str | Path | None = None,
) -> "WctStylizer":
    """Prepare a transfer by WCT.

    Args:
        inputs: content and styles.
        levels: levels N, as in reluN_1, in the order in which they are worked through.
        alpha: interpolation between the content's features, 0, and the mapped ones, 1, at every level.
        backbone: an autoencoder of spectrograms: loaded, or its name, folder or manifest file; None is the
            shipped one.

    Raises:
        AudiostyleError: a level is not 1, 2, 3 or 4, or a profile was made with another model.
        ModelNotFound: there is no such backbone.
    """
    levels = check_levels(levels, KNOWN_LEVELS)
    chosen = backbone or SpectrogramAutoencoder.default
    return WctStylizer(inputs, SpectrogramAutoencoder.of(chosen, str(inputs.device)), levels, alpha)


class WctStylizer:
    """A prepared transfer by :func:`wct`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    def __init__(
        self,
        inputs: TransferInputs,
        autoencoder: SpectrogramAutoencoder,
        levels: Sequence[int],
        alpha: float,
    ) -> None:
        self.autoencoder, self.levels, self.alpha = autoencoder, levels, alpha
        self.device = autoencoder.device
        self.log_spectrogram = LogSpectrogram.for_rate(inputs.sample_rate)
        self.hop = POOLED_FRAMES * self.log_spectrogram.transform.hop
        reach = (
            1
            + 2 * FRAMES
            + FOLLOWED_FRAMES
            + sum(autoencoder.encoder.config.reach(level) for level in levels)
        )
        self.context = self.hop * -(-reach // POOLED_FRAMES)
        self.segment = self.hop * (_SEGMENT_FRAMES // POOLED_FRAMES)
        self.gain = FEATURE_RMS / inputs.content_spectrum.rms
        statistics = [self._measure_style(style) for style in inputs.styles]
        style = BandStatistics.pool(statistics, inputs.weights)
        self.maps, self.loudness = self._fit([wave.to(self.device) for wave in inputs.excerpts], style)

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""
        return self.log_spectrogram.transform.inverse(self.compute_spectrum(wave, progress), len(wave))

    @torch.no_grad()
    def compute_spectrum(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Compute the complex spectrum (bins, frames) that the result is to have.

        Its phases are the content's: rounds of Griffin–Lim (:mod:`audiostyle.sound.griffin_lim`) brought no
        improvement that could be measured (``benchmarks/phases.py``).
        """
        spectrum = self.log_spectrogram.transform(wave)
        content = self.log_spectrogram(spectrum.abs(), self.gain)
        log_spec = content.clone()
        for number, (level, maps) in enumerate(zip(self.levels, self.maps, strict=True), start=1):
            below = log_spec[:, :, : count_rows(self.log_spectrogram, level)]
            below += self._compute_change(self._encode(below, level), level, maps)
            if progress:
                progress(number / (len(self.levels) + 1), 1.0)
        merge = self.log_spectrogram.merge_channels
        smooth = guided_filter(merge(content), merge(log_spec))
        magnitude = self.log_spectrogram.to_magnitude(smooth, self.gain * self.loudness)
        magnitude = magnitude * find_sounding(content, 1)
        result = normalize_phases(spectrum) * magnitude
        return follow_levels(result, spectrum, FEATURE_RMS / self.gain)

    def _measure_style(self, style: Tensor | StyleProfile) -> BandStatistics:
        encoder = self.autoencoder.encoder
        if isinstance(style, StyleProfile):
            widths = {level: encoder.config.widths[level - 1] for level in self.levels}
            return style.get_statistics("wct", widths, self.autoencoder.manifest.encoder.sha256)
        gain = FEATURE_RMS / compute_rms(style)
        return BandStatistics.from_waves([style], self.log_spectrogram, gain, encoder, self.device)

    @torch.no_grad()
    def _fit(self, excerpts: Sequence[Tensor], style: BandStatistics) -> tuple[list[RowMaps], float]:
        """Work through the levels on the content's excerpts.

        Returns:
            The maps of every level's features, and the factor by which the excerpts became louder.
        """
        transform = self.log_spectrogram.transform
        content = [self.log_spectrogram(transform(wave).abs(), self.gain) for wave in excerpts]
        log_specs = [one.clone() for one in content]
        sounding = {level: [find_sounding(one, level) for one in content] for level in self.levels}
        fitted: list[RowMaps] = []
        for level in self.levels:
            below = [one[:, :, : count_rows(self.log_spectrogram, level)] for one in log_specs]
            encoded = [self._encode(one, level) for one in below]
            pieces = zip(encoded, sounding[level], strict=True)
            first, *others = [RowMoments.from_features(features, frames) for (features, _), frames in pieces]
            weights = compute_feature_band_weights(self.log_spectrogram, level)
            bands = sum(others, start=first).pool_bands(weights)
            maps = compute_row_maps(bands, style.levels[level], weights, self.alpha, optimal_transport)
            fitted.append(maps.to(self.device))
            for one, features in zip(below, encoded, strict=True):
                one += self._compute_change(features, level, fitted[-1])
        return fitted, compute_loudness_gain(self._compute_power(content), self._compute_power(log_specs))

    def _compute_power(self, log_specs: Sequence[Tensor]) -> float:
        to_magnitude, merge = self.log_spectrogram.to_magnitude, self.log_spectrogram.merge_channels
        return sum(float(to_magnitude(merge(one)).square().sum()) for one in log_specs)

    def _encode(self, log_spec: Tensor, level: int) -> tuple[Tensor, list[Pooling]]:
        return self.autoencoder.encoder(to_channels_last(log_spec), level)

    def _compute_change(self, encoded: tuple[Tensor, list[Pooling]], level: int, maps: RowMaps) -> Tensor:
        """Compute what a level adds to a log-spectrogram, (1, CHANNELS, rows, frames)."""
        decoder, (features, poolings) = self.autoencoder.decoder(level, "max"), encoded
        return decoder(maps(features), poolings) - decoder(features, poolings)
