"""Gram optimisation: the spectrogram whose features go together as the style's do, near the content's.

The method of Gatys et al. on the log-magnitude spectrogram, with frequencies as channels (Ulyanov & Lebedev
2016).  What differs from theirs, which is in :mod:`.reference`: the network is the limit of infinitely many
filters, in closed form; the start is the content, filtered to have the style's average spectrum, and it is
also what the result is held to; phases start from the content's.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.sound.phase import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.features import KERNEL, WideNetwork
from audiostyle.spectrogram.objective import GramObjective
from audiostyle.spectrogram.scene import LEVEL, Progress, Scene, equalised, rms
from audiostyle.style.descent import minimise

ITERATIONS = 60
CONTENT_WEIGHT = 1.0
"""Of the content's term against the style's at ``match`` ½; both are relative to their sizes."""

_STRETCH = 15  # seconds: long enough to have statistics, short enough for products of all pairs of frames
_RUN, _RUNS = 64, 16  # of a long style, runs of 1.5 s, evenly spread


def gram(
    scene: Scene,
    *,
    match: float = 0.5,
    iterations: int = ITERATIONS,
    start: Literal["content", "noise"] = "content",
    lags: Sequence[float] = (),
    centred: bool = False,
    seed: int = 0,
) -> "GramStylist":
    """Prepare the method.

    Args:
        match: the content's term has the weight (1 − match) / match.  At 0 that is infinite: the
            result is the content with the style's average spectrum.  At 1 nothing holds it to the content
            but the start.
        iterations: of L-BFGS, at most, for each stretch.
        start: from the equalised content, or from noise.
        lags: seconds; with some, Gram matrices of features at these distances count too: rhythm.
        centred: leave the features' means out of the Gram matrices.
        seed: of the noise.

    Raises:
        AudiostyleError: ``start`` is something else.
    """
    if start not in ("content", "noise"):
        raise AudiostyleError(f"start must be content or noise, not {start!r}")
    return GramStylist(scene, match, iterations, start == "noise", lags, centred, seed)


class GramStylist:
    """See :func:`gram`; a :class:`~audiostyle.spectrogram.scene.Stylist`."""

    def __init__(
        self,
        scene: Scene,
        match: float,
        iterations: int,
        from_noise: bool,
        lags: Sequence[float],
        centred: bool,
        seed: int,
    ) -> None:
        self.scene, self.match, self.iterations, self.from_noise = scene, match, iterations, from_noise
        self.centred, self.seed = centred, seed
        self.transform = Stft.at(scene.sample_rate)
        self.hop = self.transform.hop
        self.lags = [round(lag * scene.sample_rate / self.hop) for lag in lags]
        self.context = self.hop * KERNEL
        self.stretch: int | None = self.hop * max(1, round(_STRETCH * scene.sample_rate / self.hop))
        self.gain = LEVEL / scene.content.rms
        self.styles, self.shares = self._heard()

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        near = equalised(wave, self.scene.equaliser, self.scene.content.transform)
        if self.match == 0 or not near.any():
            return near
        spectrum = self.transform(near)
        wanted = log_magnitude(spectrum, self.gain)
        weight = CONTENT_WEIGHT * (1 - self.match) / self.match
        objective = GramObjective(
            WideNetwork(),
            wanted,
            self.styles,
            self.shares,
            content_weight=weight,
            lags=self.lags,
            centred=self.centred,
        )
        begin = noise(wanted, self.seed) if self.from_noise else wanted
        found = minimise(objective, begin, iterations=self.iterations, progress=progress)
        magnitude = torch.expm1(found.point.clamp(min=0)) / (self.gain * scale(self.transform))
        return griffin_lim(magnitude, self.transform, len(wave), start=spectrum).wave

    def _heard(self) -> tuple[list[Tensor], list[float]]:
        """The styles' spectrograms, or runs of them, each with its share."""
        spectrograms, shares = [], []
        for wave, share in zip(self.scene.waves, self.scene.shares, strict=True):
            runs = excerpts(log_magnitude(self.transform(wave), LEVEL / rms(wave)))
            spectrograms += runs
            shares += [share / len(runs)] * len(runs)
        return spectrograms, shares


def log_magnitude(spectrum: Tensor, gain: float) -> Tensor:
    """Return log(1 + gain · |X|) (bins, frames), as if frames had 2,048 samples."""
    transform = Stft(2 * (len(spectrum) - 1), 1)
    return torch.log1p(gain * scale(transform) * spectrum.abs())


def scale(transform: Stft) -> float:
    """Return what makes magnitudes independent of the frame's length: 1 for 2,048 samples."""
    return 2048 / transform.n_fft


def noise(like: Tensor, seed: int) -> Tensor:
    """Return Ulyanov and Lebedev's start: normal, of deviation 0.001."""
    return 1e-3 * torch.randn(like.shape, generator=torch.Generator().manual_seed(seed))


def excerpts(spectrogram: Tensor) -> list[Tensor]:
    """Return the whole (bins, frames), or evenly spread runs of it where it is long."""
    frames = spectrogram.shape[1]
    if frames <= _RUN * _RUNS:
        return [spectrogram]
    starts = torch.linspace(0, frames - _RUN, _RUNS).round().long().tolist()
    return [spectrogram[:, start : start + _RUN] for start in starts]
