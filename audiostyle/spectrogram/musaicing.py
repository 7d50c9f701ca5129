"""Musaicing: the content laid out anew in frames of the style.

Driedger, Prätzlich & Müller's "Let it bee" (ISMIR 2015): :mod:`.activations` says which of the style's frames
(:mod:`.templates`) sound when; their complex spectra, scaled and added, are the result, and a few rounds of
Griffin–Lim are enough for its phases, because most frames are followed by their own successors.  What is new
here is the way from the content to the mosaic (:mod:`.filtering`).
"""

import torch
from torch import Tensor

from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.activations import Constraints, find_activations
from audiostyle.spectrogram.inputs import Progress, TransferInputs, equalize
from audiostyle.spectrogram.mosaic_filters import filter_towards_mosaic
from audiostyle.spectrogram.templates import Templates, compute_band_matrix

ROUNDS = 8  # of Griffin–Lim, from the style's own phases
_STRETCH = 20  # seconds


def musaicing(
    scene: TransferInputs,
    *,
    match: float = 0.5,
    repetition: int = Constraints.repetition,
    polyphony: int = Constraints.polyphony,
    continuity: int = Constraints.continuity,
    iterations: int = Constraints.iterations,
    seed: int = 0,
) -> "MusaicingStylizer":
    """Prepare the method.

    Args:
        match: from the content under the styles' average spectrum, 0, to the mosaic, 1; see
            :func:`audiostyle.spectrogram.mosaic_filters.filter_towards_mosaic`.
        repetition, polyphony, continuity, iterations: r, p, c and L of the paper, see
            :class:`audiostyle.spectrogram.activations.Constraints`; frames follow each other by 46 ms.
        seed: of the activations to begin with, which decide between frames that fit equally well.
    """
    return MusaicingStylizer(scene, match, Constraints(repetition, polyphony, continuity, iterations), seed)


class MusaicingStylizer:
    """See :func:`musaicing`; a :class:`~audiostyle.spectrogram.inputs.Stylist`."""

    def __init__(self, scene: TransferInputs, match: float, constraints: Constraints, seed: int) -> None:
        self.scene, self.match, self.constraints, self.seed = scene, match, constraints, seed
        self.transform = Stft.at(scene.sample_rate, overlap=2)
        self.hop = self.transform.hop
        self.context = self.hop * (constraints.reach + 2)
        self.stretch: int | None = self.hop * max(1, round(_STRETCH * scene.sample_rate / self.hop))
        self.templates = Templates.of(scene.waves, scene.shares, self.transform)

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        fine = self.scene.content.transform
        if self.match == 0:
            return equalize(wave, self.scene.equalizer, fine)
        return filter_towards_mosaic(wave, self.mosaic(wave), self.scene.equalizer, self.match, fine)

    def mosaic(self, wave: Tensor) -> Tensor:
        """Return the mosaic (samples,) alone."""
        magnitude = compute_band_matrix(self.transform.n_fft) @ self.transform(wave).abs()
        templates = self.templates
        size = templates.bands.shape[1], magnitude.shape[1]
        start = 1 + 0.1 * torch.rand(size, generator=torch.Generator().manual_seed(self.seed))
        found = find_activations(
            magnitude, templates.bands, templates.runs, self.constraints, start, templates.preference
        )
        used = torch.nonzero(found.any(dim=1))[:, 0]
        frames, found = templates.frames[:, used], found[used]
        # Frames that do not follow each other cancel out in part: added as they are, half the level is lost.
        spectrum, magnitude = frames @ found.to(frames.dtype), frames.abs() @ found
        return griffin_lim(magnitude, self.transform, len(wave), start=spectrum, iterations=ROUNDS).wave
