"""WCT on spectrograms: the style's means and covariances in the features of an autoencoder, in closed form.

PhotoWCT (Li et al. 2018) carried over to decibel maps (:mod:`.decibels`): at every level features get the
style's mean and covariance, band by band (:mod:`.bands`), a decoder that knows where the maxima were makes
a map of them, and at the end the whole is smoothed along the content (:mod:`.smoothing`).  Three things
differ. Of the affine maps that do it, optimal transport is taken, which moves features least.  What a level
adds is the difference between decoding the changed features and decoding the content's, so that a decoder's
own errors cancel out and ``alpha`` 0 gives back the content.  And the maps are found on excerpts of the
content and then applied to all of it, stretch by stretch.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from audiostyle.models.vgg import Pooling
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import (
    GRID,
    BandStatistics,
    check_levels,
    compute_gain,
    compute_level_bands,
    count_rows,
    find_sounding,
    to_channels_last,
)
from audiostyle.spectrogram.bands import RowMaps, RowMoments, compute_row_maps
from audiostyle.spectrogram.inputs import LEVEL, Progress, Style, TransferInputs, compute_rms
from audiostyle.spectrogram.log_spectrogram import LogSpectrogram
from audiostyle.spectrogram.smoothing import FRAMES, guided_filter
from audiostyle.style import optimal_transport

LEVELS = (1, 2)
"""Fine to coarse: the other way round the last word is the finest level's, which flutters most.  Coarser
levels bring the style a little nearer and take time."""

_STRETCH = 384  # frames worked on at a time


def wct(
    scene: TransferInputs,
    *,
    levels: Sequence[int] = LEVELS,
    alpha: float = 1.0,
    networks: SpectrogramAutoencoder | None = None,
) -> "WctStylizer":
    """Prepare the method.

    Args:
        levels: the reluN_1 to work through, in this order.
        alpha: how far features go from the content's, 0, to the transformed, 1, at every level.
        networks: an autoencoder of decibel maps; unless told, the shipped one.

    Raises:
        AudiostyleError: levels are not among 4, 3, 2 and 1, or a profile is of another model.
    """
    return WctStylizer(
        scene, networks or SpectrogramAutoencoder.from_pretrained(), check_levels(levels, (1, 2, 3, 4)), alpha
    )


class WctStylizer:
    """See :func:`wct`; a :class:`~audiostyle.spectrogram.inputs.Stylist`."""

    def __init__(
        self, scene: TransferInputs, networks: SpectrogramAutoencoder, levels: Sequence[int], alpha: float
    ) -> None:
        self.networks, self.levels, self.alpha = networks, levels, alpha
        self.drawing = LogSpectrogram.at(scene.sample_rate)
        self.hop = GRID * self.drawing.transform.hop
        reach = 1 + 2 * FRAMES + sum(networks.encoder.plan.reach(level) for level in levels)
        self.context = self.hop * -(-reach // GRID)
        self.stretch: int | None = self.hop * (_STRETCH // GRID)
        self.gain = LEVEL / scene.content.rms
        textures = [self._texture(style) for style in scene.styles]
        self.maps, self.loudness = self._fitted(scene.excerpts, BandStatistics.pooled(textures, scene.shares))

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        return self.drawing.transform.inverse(self.spectrum(wave, progress), len(wave))

    @torch.inference_mode()
    def spectrum(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → what the result's transform is to be, (bins, frames), with the content's phases.

        They stay as they are: rounds of Griffin–Lim bring nothing that was measured (`benchmarks/phases.py`).
        """
        spectrum = self.drawing.transform(wave)
        content = self.drawing(spectrum.abs(), self.gain)
        drawn = content.clone()
        for number, (level, maps) in enumerate(zip(self.levels, self.maps, strict=True), start=1):
            below = drawn[:, :, : count_rows(self.drawing, level)]
            below += self._change(self.networks.encoder(to_channels_last(below), level), level, maps)
            progress(number / (len(self.levels) + 1))
        smooth = guided_filter(self.drawing.flat(content), self.drawing.flat(drawn))
        magnitude = self.drawing.magnitude(smooth, self.gain * self.loudness) * find_sounding(content, 1)
        return spectrum * (magnitude / spectrum.abs().clamp(min=torch.finfo(magnitude.dtype).tiny))

    def _texture(self, style: Style) -> BandStatistics:
        if isinstance(style, Tensor):
            return BandStatistics.of([style], self.drawing, LEVEL / compute_rms(style), self.networks.encoder)
        return style.texture("wct", self.networks.manifest.encoder.sha256)

    @torch.inference_mode()
    def _fitted(self, excerpts: Sequence[Tensor], style: BandStatistics) -> tuple[list[RowMaps], float]:
        """Work through the levels on the excerpts.

        Return what was done to the features at each, and by what factor the excerpts became louder.
        """
        content = [self.drawing(self.drawing.transform(wave).abs(), self.gain) for wave in excerpts]
        drawn = [one.clone() for one in content]
        sounds = {level: [find_sounding(one, level) for one in drawn] for level in self.levels}
        found: list[RowMaps] = []
        for level in self.levels:
            below = [one[:, :, : count_rows(self.drawing, level)] for one in drawn]
            encoded = [self.networks.encoder(to_channels_last(one), level) for one in below]
            pieces = zip(encoded, sounds[level], strict=True)
            first, *others = [RowMoments.of(features, heard) for (features, _), heard in pieces]
            own = sum(others, start=first)
            belonging = compute_level_bands(self.drawing, level)
            bands = own.banded(belonging)
            found.append(
                compute_row_maps(bands, style.levels[level], belonging, self.alpha, optimal_transport)
            )
            for one, features in zip(below, encoded, strict=True):
                one += self._change(features, level, found[-1])
        return found, compute_gain(self._power(content), self._power(drawn))

    def _power(self, drawn: Sequence[Tensor]) -> float:
        return sum(float(self.drawing.magnitude(self.drawing.flat(one)).square().sum()) for one in drawn)

    def _change(self, encoded: tuple[Tensor, list[Pooling]], level: int, maps: RowMaps) -> Tensor:
        """Return what a level adds to a map, (1, COLOURS, rows, frames)."""
        decoder, (features, poolings) = self.networks.decoder(level, "max"), encoded
        return decoder(maps(features), poolings) - decoder(features, poolings)
