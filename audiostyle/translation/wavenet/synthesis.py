"""Playing, sample by sample: notes through a domain's WaveNet to a stream of sound."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from audiostyle.errors import AudiostyleError
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.models.wavenet.sampling.sampler import CHUNK_SECONDS, Condition, Sampler
from audiostyle.models.wavenet.sampling.sampling_noise import check_temperature
from audiostyle.music.performance import Performance
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.synthesis import truncate_overlaps
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import compute_conditioning
from audiostyle.translation.wavenet.lpc import LinearPredictor


@dataclass(frozen=True)
class WaveNetSynthesizer:
    """A domain's WaveNet; ``rms`` is the level that its recordings have.

    Attributes:
        companding: of what it makes.
        prediction: of which that is the rest, if it reads notes; None if a latent.
        temperature: of the distributions that samples are drawn from.
        chunks: into how many a song is cut that are made side by side; None is one for every 2.5 s.
    """

    sampler: Sampler
    companding: Companding
    prediction: LinearPredictor | None
    rms: float
    temperature: float
    chunks: int | None = None
    sample_rate: int = WAVENET_RATE

    def set_to(self, temperature: float | None, chunks: int | None) -> "WaveNetSynthesizer":
        """Return the same player with other settings; None keeps the temperature that suits the domain.

        Raises AudiostyleError where one is not above 0.
        """
        if chunks is not None and chunks < 1:
            raise AudiostyleError(f"a song cannot be cut into {chunks} chunks; ask for 1 or more")
        temperature = self.temperature if temperature is None else temperature
        check_temperature(temperature)
        return replace(self, temperature=temperature, chunks=chunks)

    def play(
        self,
        performance: Performance | np.ndarray,
        samples: int,
        seed: int = 0,
        segment: SegmentLength | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Iterator[np.ndarray]:
        """Yield ``samples`` samples at 16 kHz, mono float32 (n,), of a performance, or of a latent (F, Z).

        Memory depends on the chunks that are made at once, not on ``segment``.
        """
        if not isinstance(performance, np.ndarray):
            performance = truncate_overlaps(performance)
        amplitudes = self.sampler.play(
            _get_condition(performance),
            samples,
            temperature=self.temperature,
            seed=seed,
            chunk_seconds=samples / WAVENET_RATE / self.chunks if self.chunks else CHUNK_SECONDS,
            progress=_count_steps(progress),
        )
        waves = self.companding.expand(amplitudes)
        if isinstance(performance, np.ndarray) or self.prediction is None:
            return waves
        return self.prediction.restored(waves, performance)


def _get_condition(performance: Performance | np.ndarray) -> Condition:
    """Return what gives the sampler the frames that it asks for."""
    if isinstance(performance, np.ndarray):
        return lambda first, count: performance[first : first + count]
    return lambda first, count: compute_conditioning(performance, first, count)


def _count_steps(progress: Callable[[float], None] | None) -> Callable[[float, float], None] | None:
    """Return what makes of seconds done, as the sampler counts them, the seconds since it was last called."""
    if progress is None:
        return None
    last = 0.0

    def told(done: float, _: float) -> None:
        nonlocal last
        progress(done - last)
        last = done

    return told
