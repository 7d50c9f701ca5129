"""The contract of synthesizers: a performance becomes a stream of sound of one domain.

Whatever has these properties and methods can be a domain's synthesizer; :mod:`.kinds` lists the kinds.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.performance import Performance
from audiostyle.progress import Progress
from audiostyle.translation.segments import SegmentLength


class Synthesizer(Protocol):
    """:class:`~audiostyle.music.performance.Performance` → mono blocks (n,) at :attr:`sample_rate`.

    The sound does not depend on the length of segments, and memory does not depend on how long the sound is.

    Example:
        >>> from audiostyle.models import zoo
        >>> from audiostyle.models.device import probe
        >>> from audiostyle.translation.kinds import load_synthesizer
        >>> organ: Synthesizer = load_synthesizer(zoo.find_model("universal").domain("organ"), probe("cpu"))
        >>> [block.shape for block in organ.synthesize(Performance(), samples=1000)]
        [(1000,)]
    """

    @property
    def rms(self) -> float:
        """Root mean square of the domain's recordings, and so about the level of what is synthesized."""

    @property
    def sample_rate(self) -> int:
        """The rate in hertz of the sound that it makes."""

    @property
    def bends(self) -> bool:
        """Whether it follows the pitch curves of notes."""

    def configure(self, *, temperature: float | None = None, chunks: int | None = None) -> "Synthesizer":
        """Return a synthesizer with these settings; None leaves a setting as it is.

        Args:
            temperature: above 0; how far sampled sound may stray from what is most probable.
            chunks: into how many parts a recording is cut that are made side by side.

        Raises:
            AudiostyleError: a setting is out of range, or this kind of synthesizer does not have it.
        """

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
        """Yield ``samples`` samples in all, as mono blocks (n,) float32.

        Args:
            performance: notes in seconds; within the domain's range they sound best.
            samples: how many samples to make; notes after that are cut off.
            latent: (F, Z), the output of an encoder that finds no notes; then the performance is empty.
            seed: of everything random.
            segment: how much is made at a time; memory depends on it, the result does not.
            progress: called with the seconds of sound made, and the seconds in all.
        """
