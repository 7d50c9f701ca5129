"""What a WaveNet is worth: the same translation with white noise in its place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from audiostyle.translation.synthesizers import Synthesizer
from audiostyle.translation.translator import TranslationOptions, Translator
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

_BLOCK = 16_000  # samples


@dataclass(frozen=True)
class WhiteNoise:
    """Makes as a sampler does, but samples that know nothing of each other nor of the notes."""

    deviation: float

    def play(self, condition: object, samples: int, *, seed: int = 0, **_: Any) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples in blocks (n,), float32."""
        rng = np.random.default_rng(seed)
        for start in range(0, samples, _BLOCK):
            block = rng.standard_normal(min(_BLOCK, samples - start), dtype=np.float32)
            yield self.deviation * block


class NoiseTranslator(Translator):
    """Filters, levels and notes are those of the WaveNet decoder."""

    def _decoder(self, domain: str, options: TranslationOptions) -> Synthesizer:
        decoder = super()._decoder(domain, options)
        if not isinstance(decoder, WaveNetSynthesizer):
            return decoder
        noise: Any = WhiteNoise(decoder.companding.gain)  # so that what prediction leaves has deviation 1
        return replace(decoder, sampler=noise)
