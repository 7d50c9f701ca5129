"""Gram optimization: a sound near the content whose features vary together as the style's do.

The method of Gatys et al. on spectrograms, with frequencies as channels (Ulyanov & Lebedev 2016).  Their own
version is in :mod:`.ulyanov`; this one differs in three ways:

- the network, unless another is asked for, is the limit of infinitely many filters, in closed form
  (:mod:`.gram_features`);
- the start is the content after an equalizer has given it the style's long-term average spectrum, and this
  equalized content is also what the result is kept near to;
- phase retrieval (:mod:`audiostyle.sound.griffin_lim`) starts from the content's phases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.progress import Progress
from audiostyle.spectrogram.equalizer import equalize
from audiostyle.spectrogram.gram_features import KERNEL
from audiostyle.spectrogram.gram_objective import GramObjective
from audiostyle.spectrogram.gram_representations import Features, get_representation
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.levels import FEATURE_RMS, compute_rms
from audiostyle.spectrogram.wct import wct
from audiostyle.style.optimizer import minimize

ITERATIONS = 60

CONTENT_WEIGHT = 1.0
"""Weight of the content's term against the style's at a ``match`` of ½; both are relative to their sizes."""

Start = Literal["content", "noise", "wct"]
"""What the optimization starts from."""

Variable = Literal["spectrogram", "wave"]
"""What the optimization changes."""

_SEGMENT_SECONDS = 15  # long enough to have statistics, short enough for products of all pairs of frames
_RUN_FRAMES, _RUNS = 64, 16  # of a long style: runs of 1.5 s, evenly spread


@dataclass(frozen=True)
class GramOptions:
    """The options of :func:`gram`, which explains them."""

    match: float
    iterations: int
    features: Features
    start: Start
    optimize: Variable
    lags: Sequence[float]
    centered: bool
    seed: int


def gram(
    inputs: TransferInputs,
    *,
    match: float = 0.5,
    iterations: int = ITERATIONS,
    features: Features = "wide",
    start: Start = "content",
    optimize: Variable = "spectrogram",
    lags: Sequence[float] = (),
    centered: bool = False,
    seed: int = 0,
) -> "GramStylizer":
    """Prepare a transfer by Gram optimization.

    Args:
        inputs: content and styles; recordings, not profiles.
        match: the content's term has the weight (1 − match) / match.  At 0 that is infinite: the result is
            the content with the style's long-term average spectrum.  At 1 only the start keeps it near to the
            content.
        iterations: of L-BFGS, at most, for each segment of 15 seconds.
        features: of a wide random layer in closed form, of a random layer as published, of the trained
            autoencoder's encoder, or complex patches, in which phases count.
        start: the equalized content, noise, or the result of :func:`~audiostyle.spectrogram.wct.wct`.
        optimize: the spectrogram, of which a wave is made afterwards, or the wave itself.
        lags: in seconds.  For each, Gram matrices of features at that distance in time count too: rhythm.
        centered: whether the features' means are left out of the Gram matrices.
        seed: of the noise, and of random filters.

    Raises:
        AudiostyleError: ``features``, ``start`` or ``optimize`` is something else, or a style is a profile.
    """
    for name, value, known in (
        ("features", features, get_args(Features)),
        ("start", start, get_args(Start)),
        ("optimize", optimize, get_args(Variable)),
    ):
        if value not in known:
            raise AudiostyleError(f"{name} must be {', '.join(known[:-1])} or {known[-1]}, not {value!r}")
    options = GramOptions(match, iterations, features, start, optimize, lags, centered, seed)
    return GramStylizer(inputs, options)


class GramStylizer:
    """A prepared transfer by :func:`gram`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    def __init__(self, inputs: TransferInputs, options: GramOptions) -> None:
        rate = inputs.sample_rate
        self.inputs, self.options, self.device = inputs, options, inputs.device
        self.representation = get_representation(options.features, rate, options.seed, self.device)
        self.transform = self.representation.transform
        self.hop = self.transform.hop
        self.lags = [round(lag * rate / self.hop) for lag in options.lags]
        self.context = self.hop * KERNEL
        self.segment = self.hop * max(1, round(_SEGMENT_SECONDS * rate / self.hop))
        self.gain = FEATURE_RMS / inputs.content_spectrum.rms
        self.wct = wct(inputs) if options.start == "wct" else None
        self.styles, self.weights = self._represent_styles()

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""
        equalized = equalize(wave, self.inputs.equalizer, self.inputs.content_spectrum.transform)
        if self.options.match == 0 or not equalized.any():
            return equalized
        objective = self._make_objective(equalized)
        start = equalized if self.wct is None else self.wct(wave)
        if self.options.optimize == "wave":
            return self._optimize_wave(objective, start, progress)
        point = self._draw_start(self.representation.encode(self.transform(start), self.gain))
        found = minimize(objective, point, iterations=self.options.iterations, progress=progress)
        return self.representation.decode(found.point, self.gain, start)

    def _make_objective(self, content: Tensor) -> GramObjective:
        return GramObjective(
            self.representation.network,
            self.representation.encode(self.transform(content), self.gain),
            self.styles,
            self.weights,
            content_weight=CONTENT_WEIGHT * (1 - self.options.match) / self.options.match,
            lags=self.lags,
            centered=self.options.centered,
        )

    def _optimize_wave(self, objective: GramObjective, start: Tensor, progress: Progress | None) -> Tensor:
        """Optimize the wave at the level of :data:`FEATURE_RMS`, so that the size of steps is known."""
        point = self._draw_start(start * self.gain)
        found = minimize(
            lambda wave: objective(self.representation.encode(self.transform(wave), 1.0)),
            point,
            iterations=self.options.iterations,
            progress=progress,
        )
        return found.point / self.gain

    def _draw_start(self, point: Tensor) -> Tensor:
        return draw_noise(point, self.options.seed) if self.options.start == "noise" else point

    def _represent_styles(self) -> tuple[list[Tensor], list[float]]:
        """Return representations of the styles, or of runs of them, each with its weight."""
        represented, weights = [], []
        for wave, weight in zip(self.inputs.style_waves, self.inputs.weights, strict=True):
            spectrum = self.transform(wave.to(self.device))
            runs = cut_runs(self.representation.encode(spectrum, FEATURE_RMS / compute_rms(wave)))
            represented += runs
            weights += [weight / len(runs)] * len(runs)
        return represented, weights


def draw_noise(like: Tensor, seed: int) -> Tensor:
    """Draw Ulyanov and Lebedev's start: normal noise with a deviation of 0.001, of the shape of ``like``.

    It is drawn on the CPU, so that it is the same on every device.
    """
    generator = torch.Generator().manual_seed(seed)
    noise = 1e-3 * torch.randn(like.shape, generator=generator, dtype=like.dtype)
    return noise.to(like.device)


def cut_runs(spectrogram: Tensor) -> list[Tensor]:
    """Return a spectrogram (…, frames) as a whole, or 16 evenly spread runs of it if it is long."""
    frames = spectrogram.shape[-1]
    if frames <= _RUN_FRAMES * _RUNS:
        return [spectrogram]
    starts = torch.linspace(0, frames - _RUN_FRAMES, _RUNS).round().long().tolist()
    return [spectrogram[..., start : start + _RUN_FRAMES] for start in starts]
