"""What a WaveNet is worth: the same translation with white noise in its place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from audiostyle.models.manifest import Manifest
from audiostyle.translation.loaded_model import LoadedModel
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.synthesizers import Synthesizer
from audiostyle.translation.translator import Translator
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

_BLOCK = 16_000  # samples


@dataclass(frozen=True)
class WhiteNoise:
    """A sampler whose samples depend neither on each other nor on the notes.

    Attributes:
        deviation: the standard deviation of the samples.
    """

    deviation: float

    def sample(self, condition: object, samples: int, *, seed: int = 0, **_: Any) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples in blocks (n,), float32."""
        rng = np.random.default_rng(seed)
        for start in range(0, samples, _BLOCK):
            block = rng.standard_normal(min(_BLOCK, samples - start), dtype=np.float32)
            yield self.deviation * block


class NoiseModel(LoadedModel):
    """A model whose WaveNets are replaced by noise; filters, levels and notes stay the decoder's own."""

    def get_synthesizer(self, domain: str, options: TranslationOptions) -> Synthesizer:
        """Return the domain's decoder, with noise in the place of its sampler if it is a WaveNet."""
        synthesizer = super().get_synthesizer(domain, options)
        if not isinstance(synthesizer, WaveNetSynthesizer):
            return synthesizer
        noise: Any = WhiteNoise(
            synthesizer.companding.gain
        )  # so that the prediction's residual has deviation 1
        return replace(synthesizer, sampler=noise)


class NoiseTranslator(Translator):
    """A translator with a `NoiseModel`."""

    def __init__(self, manifest: Manifest, device: torch.device) -> None:
        self.model = NoiseModel(manifest, device)
