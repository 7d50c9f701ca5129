"""Gram optimisation: the sound whose features go together as the style's do, near the content's.

The method of Gatys et al. on spectrograms, with frequencies as channels (Ulyanov & Lebedev 2016).  What
differs from theirs, which is in :mod:`.reference`: the network, unless another is asked for, is the limit of
infinitely many filters, in closed form; the start is the content, filtered to have the style's average
spectrum, and it is also what the result is held to; phases start from the content's.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.spectrogram.gram_features import KERNEL
from audiostyle.spectrogram.inputs import LEVEL, Progress, TransferInputs, compute_rms, equalize
from audiostyle.spectrogram.objective import GramObjective
from audiostyle.spectrogram.views import Features, SpectrumView, get_view
from audiostyle.spectrogram.wct import wct
from audiostyle.style.optimizer import minimize

ITERATIONS = 60
CONTENT_WEIGHT = 1.0
"""Of the content's term against the style's at ``match`` ½; both are relative to their sizes."""

Start = Literal["content", "noise", "wct"]
Optimised = Literal["spectrogram", "wave"]

_STRETCH = 15  # seconds: long enough to have statistics, short enough for products of all pairs of frames
_RUN, _RUNS = 64, 16  # of a long style, runs of 1.5 s, evenly spread


def gram(
    scene: TransferInputs,
    *,
    match: float = 0.5,
    iterations: int = ITERATIONS,
    features: Features = "wide",
    start: Start = "content",
    optimise: Optimised = "spectrogram",
    lags: Sequence[float] = (),
    centred: bool = False,
    seed: int = 0,
) -> "GramStylizer":
    """Prepare the method.

    Args:
        match: the content's term has the weight (1 − match) / match.  At 0 that is infinite: the
            result is the content with the style's average spectrum.  At 1 nothing holds it to the content
            but the start.
        iterations: of L-BFGS, at most, for each stretch.
        features: of a wide random layer in closed form, of a random one as published, of the trained
            autoencoder's encoder, or the complex ones, in which phases count.
        start: from the equalised content, from noise, or from the result of WCT.
        optimise: the spectrogram, of which a wave is made afterwards, or the wave itself.
        lags: seconds; with some, Gram matrices of features at these distances count too: rhythm.
        centred: leave the features' means out of the Gram matrices.
        seed: of the noise, and of random filters.

    Raises:
        AudiostyleError: ``start``, ``features`` or ``optimise`` is something else.
    """
    for name, given, known in (
        ("features", features, get_args(Features)),
        ("start", start, get_args(Start)),
        ("optimise", optimise, get_args(Optimised)),
    ):
        if given not in known:
            raise AudiostyleError(f"{name} must be {', '.join(known[:-1])} or {known[-1]}, not {given!r}")
    seen = get_view(features, scene.sample_rate, seed)
    return GramStylizer(scene, seen, match, iterations, start, optimise == "wave", lags, centred, seed)


class GramStylizer:
    """See :func:`gram`; a :class:`~audiostyle.spectrogram.inputs.Stylist`."""

    def __init__(
        self,
        scene: TransferInputs,
        seen: SpectrumView,
        match: float,
        iterations: int,
        start: Start,
        wave: bool,
        lags: Sequence[float],
        centred: bool,
        seed: int,
    ) -> None:
        self.scene, self.view, self.match, self.iterations = scene, seen, match, iterations
        self.wave, self.centred, self.seed = wave, centred, seed
        self.transform = seen.transform
        self.hop = self.transform.hop
        self.lags = [round(lag * scene.sample_rate / self.hop) for lag in lags]
        self.context = self.hop * KERNEL
        self.stretch: int | None = self.hop * max(1, round(_STRETCH * scene.sample_rate / self.hop))
        self.gain = LEVEL / scene.content.rms
        self.wct = wct(scene) if start == "wct" else None
        self.from_noise = start == "noise"
        self.styles, self.shares = self._heard()

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        near = equalize(wave, self.scene.equalizer, self.scene.content.transform)
        if self.match == 0 or not near.any():
            return near
        spectrum = self.transform(near)
        objective = GramObjective(
            self.view.network,
            self.view(spectrum, self.gain),
            self.styles,
            self.shares,
            content_weight=CONTENT_WEIGHT * (1 - self.match) / self.match,
            lags=self.lags,
            centred=self.centred,
        )
        begin = near if self.wct is None else self.wct(wave, lambda share: None)
        if self.wave:
            return self._wave(objective, begin, progress)
        point = self.view(self.transform(begin), self.gain)
        point = draw_noise(point, self.seed) if self.from_noise else point
        found = minimize(objective, point, iterations=self.iterations, progress=progress)
        return self.view.wave(found.point, self.gain, begin)

    def _wave(self, objective: GramObjective, begin: Tensor, progress: Progress) -> Tensor:
        """Optimise the wave, at the level of :data:`LEVEL`, so that steps have a size that is known."""
        point = draw_noise(begin, self.seed) if self.from_noise else begin * self.gain
        found = minimize(
            lambda made: objective(self.view(self.transform(made), 1.0)),
            point,
            iterations=self.iterations,
            progress=progress,
        )
        return found.point / self.gain

    def _heard(self) -> tuple[list[Tensor], list[float]]:
        """The styles' spectrograms, or runs of them, each with its share."""
        spectrograms, shares = [], []
        for wave, share in zip(self.scene.waves, self.scene.shares, strict=True):
            runs = cut_excerpts(self.view(self.transform(wave), LEVEL / compute_rms(wave)))
            spectrograms += runs
            shares += [share / len(runs)] * len(runs)
        return spectrograms, shares


def draw_noise(like: Tensor, seed: int) -> Tensor:
    """Return Ulyanov and Lebedev's start: normal, of deviation 0.001."""
    generator = torch.Generator().manual_seed(seed)
    return 1e-3 * torch.randn(like.shape, generator=generator, dtype=like.dtype)


def cut_excerpts(spectrogram: Tensor) -> list[Tensor]:
    """Return the whole (…, frames), or evenly spread runs of it where it is long."""
    frames = spectrogram.shape[-1]
    if frames <= _RUN * _RUNS:
        return [spectrogram]
    starts = torch.linspace(0, frames - _RUN, _RUNS).round().long().tolist()
    return [spectrogram[..., start : start + _RUN] for start in starts]
