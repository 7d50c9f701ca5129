"""Synthesis with a WaveNet: a performance or a latent to a stream of sound at 16 kHz, sample by sample."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.models.wavenet.sampling.sampler import CHUNK_SECONDS, Sampler
from audiostyle.models.wavenet.sampling.sampling_noise import check_temperature
from audiostyle.music.performance import Performance
from audiostyle.progress import Progress
from audiostyle.translation.note_grid import truncate_overlaps
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import compute_conditioning
from audiostyle.translation.wavenet.lpc import LinearPredictor


@dataclass(frozen=True)
class WaveNetSynthesizer:
    """The :class:`~audiostyle.translation.synthesizers.Synthesizer` of a domain's WaveNet.

    Attributes:
        sampler: draws the samples.
        companding: between the mu-law codes that it draws and waves.
        predictor: puts back what the WaveNet does not make; None if it makes everything.
        rms: root mean square of the domain's recordings.
        temperature: of the distributions that samples are drawn from, above 0; 1 is as it was trained.
        chunks: into how many parts a recording is cut that are made side by side; None is one for 2.5 s.
        bends: whether what it reads says how far keys are bent.

    Example:
        >>> from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=10)).eval()
        >>> sampler = Sampler(network.requires_grad_(False))
        >>> wavenet = WaveNetSynthesizer(sampler, Companding(4.0), None, rms=0.1, temperature=1.0)
        >>> latent = np.zeros((10, 3), np.float32)
        >>> sum(len(block) for block in wavenet.synthesize(Performance(), 100, latent=latent))
        100
    """

    sampler: Sampler
    companding: Companding
    predictor: LinearPredictor | None
    rms: float
    temperature: float
    chunks: int | None = None
    bends: bool = False
    sample_rate: ClassVar[int] = WAVENET_RATE

    def configure(
        self, *, temperature: float | None = None, chunks: int | None = None
    ) -> "WaveNetSynthesizer":
        """Return the same synthesizer with other settings; without a temperature it keeps the domain's.

        Raises:
            AudiostyleError: the temperature is not above 0, or there is to be less than one chunk.
        """
        if chunks is not None and chunks < 1:
            raise AudiostyleError(f"a song cannot be cut into {chunks} chunks; ask for 1 or more")
        temperature = self.temperature if temperature is None else temperature
        check_temperature(temperature)
        return replace(self, temperature=temperature, chunks=chunks)

    def synthesize(
        self,
        performance: Performance,
        samples: int,
        *,
        latent: NDArray[np.float32] | None = None,
        seed: int = 0,
        segment: SegmentLength | None = None,
        progress: Progress | None = None,
    ) -> Iterator[NDArray[np.float32]]:
        """Yield ``samples`` samples at 16 kHz as mono blocks (n,) float32.

        Args:
            performance: notes in seconds, with expression; not used where there is a latent.
            samples: how many samples to make.
            latent: (F, Z), read in place of notes.
            seed: of the samples that are drawn.
            segment: not used: memory depends on the chunks that are made side by side.
            progress: called with the seconds made and the seconds in all.

        Raises:
            ShapeError: the network reads another conditioning than the one there is.
        """
        performance = truncate_overlaps(performance)

        def condition(first: int, count: int) -> NDArray[np.float32]:
            if latent is not None:
                return latent[first : first + count]
            return compute_conditioning(performance, first, count, bends=self.bends)

        amplitudes = self.sampler.sample(
            condition,
            samples,
            temperature=self.temperature,
            seed=seed,
            chunk_seconds=samples / WAVENET_RATE / self.chunks if self.chunks else CHUNK_SECONDS,
            progress=progress,
        )
        waves = self.companding.expand(amplitudes)
        if latent is not None or self.predictor is None:
            return waves
        return self.predictor.restore(waves, performance)
