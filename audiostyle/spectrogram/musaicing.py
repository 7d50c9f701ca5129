"""Musaicing: the content rebuilt from frames of the style.

Driedger, Prätzlich & Müller's "Let it bee" (ISMIR 2015).  :mod:`.activations` says which frames of the style
(:mod:`.templates`) sound when; the sum of their scaled complex spectra is the mosaic.  A few rounds of
Griffin–Lim (:mod:`audiostyle.sound.griffin_lim`) are enough for its phases, because most frames are followed
by their own successors.  The way from the content to the mosaic (:mod:`.cross_synthesis`) is new here.
"""

import torch
from torch import Tensor

from audiostyle.progress import Progress
from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.activations import Constraints, find_activations
from audiostyle.spectrogram.cross_synthesis import cross_synthesize
from audiostyle.spectrogram.equalizer import equalize
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.templates import Templates, compute_band_matrix

ROUNDS = 8
"""Rounds of Griffin–Lim, which start from the style's own phases."""

_SEGMENT_SECONDS = 20


def musaicing(
    inputs: TransferInputs,
    *,
    match: float = 0.5,
    repetition: int = Constraints.repetition,
    polyphony: int = Constraints.polyphony,
    continuity: int = Constraints.continuity,
    iterations: int = Constraints.iterations,
    seed: int = 0,
) -> "MusaicingStylizer":
    """Prepare a transfer by musaicing.

    Args:
        inputs: content and styles; recordings, not profiles.
        match: from the content with the styles' long-term average spectrum, 0, to the mosaic, 1; see
            :func:`audiostyle.spectrogram.cross_synthesis.cross_synthesize`.
        repetition, polyphony, continuity, iterations: r, p, c and L of the paper, see
            :class:`audiostyle.spectrogram.activations.Constraints`; frames are 46 ms apart.
        seed: of the first activations, which decide between frames that fit equally well.

    Raises:
        AudiostyleError: a style is a profile.
    """
    return MusaicingStylizer(inputs, match, Constraints(repetition, polyphony, continuity, iterations), seed)


class MusaicingStylizer:
    """A prepared transfer by :func:`musaicing`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    def __init__(self, inputs: TransferInputs, match: float, constraints: Constraints, seed: int) -> None:
        self.inputs, self.match, self.constraints, self.seed = inputs, match, constraints, seed
        self.device = inputs.device
        self.transform = Stft.for_rate(inputs.sample_rate, overlap=2)
        self.hop = self.transform.hop
        self.context = self.hop * (constraints.reach + 2)
        self.segment = self.hop * max(1, round(_SEGMENT_SECONDS * inputs.sample_rate / self.hop))
        templates = Templates.from_styles(inputs.style_waves, inputs.weights, self.transform)
        self.templates = templates.to(self.device)

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""
        fine = self.inputs.content_spectrum.transform
        if self.match == 0:
            return equalize(wave, self.inputs.equalizer, fine)
        return cross_synthesize(wave, self.make_mosaic(wave), self.inputs.equalizer, self.match, fine)

    def make_mosaic(self, wave: Tensor) -> Tensor:
        """Make the mosaic (samples,) of a mono wave (samples,)."""
        templates, bands = self.templates, compute_band_matrix(self.transform.n_fft).to(self.device)
        magnitude = bands @ self.transform(wave).abs()
        activations = find_activations(
            magnitude,
            templates.bands,
            templates.runs,
            self.constraints,
            self._draw_start(magnitude.shape[1]),
            templates.preference,
        )
        used = torch.nonzero(activations.any(dim=1))[:, 0]
        frames, activations = templates.frames[:, used], activations[used]
        # Frames that do not follow each other cancel out in part, and half of the level would be lost.  So
        # their magnitudes are summed, and only phases are taken from the sum of complex spectra.
        spectrum, magnitude = frames @ activations.to(frames.dtype), frames.abs() @ activations
        return griffin_lim(magnitude, self.transform, len(wave), start=spectrum, iterations=ROUNDS).wave

    def _draw_start(self, frames: int) -> Tensor:
        """Draw the first activations on the CPU, so that they are the same on every device."""
        size = self.templates.bands.shape[1], frames
        start = 1 + 0.1 * torch.rand(size, generator=torch.Generator().manual_seed(self.seed))
        return start.to(self.device)
