"""Ulyanov and Lebedev's method as they published it, for comparison.

D. Ulyanov, V. Lebedev, "Audio texture synthesis and style transfer" (2016): 22,050 Hz, frames of 2,048
samples every 512, log(1 + |STFT|), one random layer of 4,096 rectified filters over eleven frames, 300
iterations of L-BFGS from noise of 0.001, a content weight of 0.01, and 500 rounds of Griffin–Lim from random
phases.  The whole content at once: memory grows with its length, and time with it.

One thing is computed differently and comes to the same: ‖G(X) − G(S)‖² from products of positions, which are
fewer than filters (:mod:`audiostyle.style.gram`).
"""

import torch
from torch import Tensor

from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.resampling import resample
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.gram import draw_noise
from audiostyle.spectrogram.gram_features import RandomFeatures
from audiostyle.spectrogram.inputs import Progress, TransferInputs
from audiostyle.style.gram import similarity
from audiostyle.style.optimizer import minimize

RATE = 22_050  # Hz
TRANSFORM = Stft(2048, 512)
FILTERS = 4096
CONTENT_WEIGHT = 1e-2
ITERATIONS = 300
ROUNDS = 500  # of Griffin–Lim


def ulyanov(
    scene: TransferInputs, *, iterations: int = ITERATIONS, rounds: int = ROUNDS, seed: int = 0
) -> "UlyanovStylizer":
    """Prepare the method.  Several styles are put one after the other, whatever their shares."""
    return UlyanovStylizer(scene, iterations, rounds, seed)


class UlyanovStylizer:
    """See :func:`ulyanov`; a :class:`~audiostyle.spectrogram.inputs.Stylist`."""

    hop, context = 1, 0
    stretch: int | None = None

    def __init__(self, scene: TransferInputs, iterations: int, rounds: int, seed: int) -> None:
        self.iterations, self.rounds, self.seed, self.rate = iterations, rounds, seed, scene.sample_rate
        style = _at_rate(torch.cat(scene.waves), scene.sample_rate, RATE)
        self.style = torch.log1p(TRANSFORM(style).abs())

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        content = _at_rate(wave, self.rate, RATE)
        spectrogram = torch.log1p(TRANSFORM(content).abs())
        objective = UlyanovObjective(spectrogram, self.style, seed=self.seed)
        start = draw_noise(spectrogram, self.seed)
        found = minimize(objective, start, iterations=self.iterations, progress=progress).point
        magnitude = torch.expm1(found.clamp(min=0))
        retrieved = griffin_lim(
            magnitude, TRANSFORM, len(content), iterations=self.rounds, momentum=0.0, seed=self.seed
        )
        result = _at_rate(retrieved.wave, RATE, self.rate)[: len(wave)]
        return torch.nn.functional.pad(result, (0, len(wave) - len(result)))


class UlyanovObjective:
    """α Σ (F_X − F_C)² + ‖F_Xᵀ F_X / N − F_Sᵀ F_S / M‖², N and M positions; the style is cut to size."""

    def __init__(
        self, content: Tensor, style: Tensor, *, content_weight: float = CONTENT_WEIGHT, seed: int = 0
    ) -> None:
        self.network = RandomFeatures(len(content), FILTERS, seed=seed)
        self.content_weight = content_weight
        with torch.no_grad():
            self.content = self.network.embed(content)[0]
            self.style = self.network.embed(style[:, : content.shape[1]])[0]
            self.style_size = similarity(self.style @ self.style.mT)

    def __call__(self, spectrogram: Tensor) -> Tensor:
        """(bins, frames) → a number."""
        style, content = self.parts(spectrogram)
        return style + self.content_weight * content

    def parts(self, spectrogram: Tensor) -> tuple[Tensor, Tensor]:
        """Return the style's term, and the content's without its weight."""
        seen = self.network.embed(spectrogram)[0]
        crossed = similarity(seen @ self.style.mT)
        style = similarity(seen @ seen.mT) - 2 * crossed + self.style_size
        return style, (seen - self.content).square().sum()


def _at_rate(wave: Tensor, source: int, target: int) -> Tensor:
    return torch.from_numpy(resample(wave[None].numpy(), source, target)[0])
