"""Ulyanov and Lebedev's Gram optimization as they published it, for comparison.

D. Ulyanov, V. Lebedev, "Audio texture synthesis and style transfer" (2016): 22,050 Hz, frames of 2,048
samples every 512, log(1 + |STFT|), one random layer of 4,096 rectified filters over eleven frames, 300
iterations of L-BFGS from noise with a deviation of 0.001, a content weight of 0.01, and 500 rounds of
Griffin–Lim (:mod:`audiostyle.sound.griffin_lim`) from random phases.  The whole content is processed at once,
so memory and time grow with its length.

One thing is computed in another way, with the same result: ‖G(X) − G(S)‖² comes from products of positions,
of which there are fewer than filters (:mod:`audiostyle.style.gram`).
"""

import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError
from audiostyle.progress import Progress
from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.resampling import resample
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.gram import draw_noise
from audiostyle.spectrogram.gram_features import RandomFeatures
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.style.gram import compute_gram_product
from audiostyle.style.optimizer import minimize

RATE = 22_050  # Hz
TRANSFORM = Stft(2048, 512)
FILTERS = 4096
CONTENT_WEIGHT = 1e-2
ITERATIONS = 300
ROUNDS = 500  # of Griffin–Lim

_FIXED_GB, _FRAME_GB, _PAIR_GB = 0.4, 5e-4, 2.4e-8
"""Working memory: for the filters, for each frame of the content (its features and L-BFGS's history), and for
each pair of frames (products).  Measured on a CPU with contents of 200 to 2,500 frames."""


def ulyanov(
    inputs: TransferInputs,
    *,
    iterations: int = ITERATIONS,
    rounds: int = ROUNDS,
    seed: int = 0,
    memory_limit: float | None = None,
) -> "UlyanovStylizer":
    """Prepare a transfer by the published Gram optimization.

    Args:
        inputs: content and styles; recordings, not profiles.  Several styles are put one after the other,
            whatever their weights.
        iterations: of L-BFGS, at most.
        rounds: of Griffin–Lim.
        seed: of the filters, the noise and the phases.
        memory_limit: GB of working memory; a content that needs more (:func:`estimate_memory`) is refused
            before work starts.  None: there is no limit.

    Raises:
        AudiostyleError: a style is a profile.
    """
    return UlyanovStylizer(inputs, iterations, rounds, seed, memory_limit)


class UlyanovStylizer:
    """A prepared transfer by :func:`ulyanov`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    hop, context = 1, 0
    segment: int | None = None  # Gram matrices are of the whole content

    def __init__(
        self,
        inputs: TransferInputs,
        iterations: int,
        rounds: int,
        seed: int,
        memory_limit: float | None = None,
    ) -> None:
        self.device, self.rate, self.memory_limit = inputs.device, inputs.sample_rate, memory_limit
        self.iterations, self.rounds, self.seed = iterations, rounds, seed
        style = _resample(torch.cat(inputs.style_waves), self.rate, RATE).to(self.device)
        self.style = compute_log_magnitude(style)

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""
        seconds = len(wave) / self.rate
        needed = estimate_memory(seconds)
        if self.memory_limit is not None and needed > self.memory_limit:
            raise AudiostyleError(
                f"method 'ulyanov' needs about {needed:.1f} GB of memory for {seconds:.0f} s of content, more"
                f" than the limit of {self.memory_limit:g} GB; use method 'gram', or a shorter content"
            )
        content = _resample(wave, self.rate, RATE)
        spectrogram = compute_log_magnitude(content)
        objective = UlyanovObjective(spectrogram, self.style, seed=self.seed)
        start = draw_noise(spectrogram, self.seed)
        found = minimize(objective, start, iterations=self.iterations, progress=progress).point
        magnitude = torch.expm1(found.clamp(min=0))
        retrieved = griffin_lim(
            magnitude, TRANSFORM, len(content), iterations=self.rounds, momentum=0.0, seed=self.seed
        )
        result = _resample(retrieved.wave, RATE, self.rate)[: len(wave)]
        return torch.nn.functional.pad(result, (0, len(wave) - len(result)))


class UlyanovObjective:
    """α Σ (F_X − F_C)² + ‖F_Xᵀ F_X / N − F_Sᵀ F_S / M‖², where N and M are numbers of positions.

    Args:
        content: log-magnitudes (bins, frames).
        style: log-magnitudes (bins, any number of frames), cut to the content's length.
        content_weight: α.
        seed: of the filters.
    """

    def __init__(
        self, content: Tensor, style: Tensor, *, content_weight: float = CONTENT_WEIGHT, seed: int = 0
    ) -> None:
        self.network = RandomFeatures(len(content), FILTERS, seed=seed, device=content.device)
        self.content_weight = content_weight
        with torch.no_grad():
            self.content = self.network.embed(content)[0]
            self.style = self.network.embed(style[:, : content.shape[1]])[0]
            self.style_size = compute_gram_product(self.style @ self.style.mT)

    def __call__(self, spectrogram: Tensor) -> Tensor:
        """Compute the loss of log-magnitudes (bins, frames), a number that can be differentiated."""
        style, content = self.compute_terms(spectrogram)
        return style + self.content_weight * content

    def compute_terms(self, spectrogram: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the style's term, and the content's without its weight."""
        features = self.network.embed(spectrogram)[0]
        crossed = compute_gram_product(features @ self.style.mT)
        style = compute_gram_product(features @ features.mT) - 2 * crossed + self.style_size
        return style, (features - self.content).square().sum()


def estimate_memory(seconds: float) -> float:
    """Estimate the working memory that a content of some seconds needs, in GB.

    Example:
        >>> round(estimate_memory(60), 1), round(estimate_memory(600))
        (1.9, 29)
    """
    frames = TRANSFORM.count_frames(round(seconds * RATE))
    return _FIXED_GB + _FRAME_GB * frames + _PAIR_GB * frames**2


def compute_log_magnitude(wave: Tensor) -> Tensor:
    """Compute log(1 + |STFT|) of a wave (samples,) at :data:`RATE`, (bins, frames)."""
    return torch.log1p(TRANSFORM(wave).abs())


def _resample(wave: Tensor, source: int, target: int) -> Tensor:
    return torch.from_numpy(resample(wave[None].cpu().numpy(), source, target)[0]).to(wave.device)
