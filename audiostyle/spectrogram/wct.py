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
from audiostyle.spectrogram.bands import RowMaps, RowMoments, banded_maps
from audiostyle.spectrogram.decibels import DecibelMap
from audiostyle.spectrogram.networks import Networks
from audiostyle.spectrogram.scene import LEVEL, Progress, Scene, Style, rms
from audiostyle.spectrogram.smoothing import FRAMES, guided
from audiostyle.spectrogram.texture import (
    GRID,
    Texture,
    checked_levels,
    laid_out,
    louder,
    rows,
    shares,
    sounding,
)
from audiostyle.style import optimal_transport

LEVELS = (1, 2)
"""Fine to coarse: the other way round the last word is the finest level's, which flutters most.  Coarser
levels bring the style a little nearer and take time."""

_STRETCH = 384  # frames worked on at a time


def wct(
    scene: Scene,
    *,
    levels: Sequence[int] = LEVELS,
    alpha: float = 1.0,
    networks: Networks | None = None,
) -> "WctStylist":
    """Prepare the method.

    Args:
        levels: the reluN_1 to work through, in this order.
        alpha: how far features go from the content's, 0, to the transformed, 1, at every level.
        networks: an autoencoder of decibel maps; unless told, the shipped one.

    Raises:
        AudiostyleError: levels are not among 4, 3, 2 and 1, or a profile is of another model.
    """
    return WctStylist(
        scene, networks or Networks.from_pretrained(), checked_levels(levels, (1, 2, 3, 4)), alpha
    )


class WctStylist:
    """See :func:`wct`; a :class:`~audiostyle.spectrogram.scene.Stylist`."""

    def __init__(self, scene: Scene, networks: Networks, levels: Sequence[int], alpha: float) -> None:
        self.networks, self.levels, self.alpha = networks, levels, alpha
        self.drawing = DecibelMap.at(scene.sample_rate)
        self.hop = GRID * self.drawing.transform.hop
        reach = 1 + 2 * FRAMES + sum(networks.encoder.plan.reach(level) for level in levels)
        self.context = self.hop * -(-reach // GRID)
        self.stretch: int | None = self.hop * (_STRETCH // GRID)
        self.gain = LEVEL / scene.content.rms
        textures = [self._texture(style) for style in scene.styles]
        self.maps, self.loudness = self._fitted(scene.excerpts, Texture.pooled(textures, scene.shares))

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
            below = drawn[:, :, : rows(self.drawing, level)]
            below += self._change(self.networks.encoder(laid_out(below), level), level, maps)
            progress(number / (len(self.levels) + 1))
        smooth = guided(self.drawing.flat(content), self.drawing.flat(drawn))
        magnitude = self.drawing.magnitude(smooth, self.gain * self.loudness) * sounding(content, 1)
        return spectrum * (magnitude / spectrum.abs().clamp(min=torch.finfo(magnitude.dtype).tiny))

    def _texture(self, style: Style) -> Texture:
        if isinstance(style, Tensor):
            return Texture.of([style], self.drawing, LEVEL / rms(style), self.networks.encoder)
        return style.texture("wct", self.networks.manifest.encoder.sha256)

    @torch.inference_mode()
    def _fitted(self, excerpts: Sequence[Tensor], style: Texture) -> tuple[list[RowMaps], float]:
        """Work through the levels on the excerpts.

        Return what was done to the features at each, and by what factor the excerpts became louder.
        """
        content = [self.drawing(self.drawing.transform(wave).abs(), self.gain) for wave in excerpts]
        drawn = [one.clone() for one in content]
        sounds = {level: [sounding(one, level) for one in drawn] for level in self.levels}
        found: list[RowMaps] = []
        for level in self.levels:
            below = [one[:, :, : rows(self.drawing, level)] for one in drawn]
            encoded = [self.networks.encoder(laid_out(one), level) for one in below]
            pieces = zip(encoded, sounds[level], strict=True)
            first, *others = [RowMoments.of(features, heard) for (features, _), heard in pieces]
            own = sum(others, start=first)
            belonging = shares(self.drawing, level)
            bands = own.banded(belonging)
            found.append(banded_maps(bands, style.levels[level], belonging, self.alpha, optimal_transport))
            for one, features in zip(below, encoded, strict=True):
                one += self._change(features, level, found[-1])
        return found, louder(self._power(content), self._power(drawn))

    def _power(self, drawn: Sequence[Tensor]) -> float:
        return sum(float(self.drawing.magnitude(self.drawing.flat(one)).square().sum()) for one in drawn)

    def _change(self, encoded: tuple[Tensor, list[Pooling]], level: int, maps: RowMaps) -> Tensor:
        """Return what a level adds to a map, (1, COLOURS, rows, frames)."""
        decoder, (features, poolings) = self.networks.decoder(level, "max"), encoded
        return decoder(maps(features), poolings) - decoder(features, poolings)
