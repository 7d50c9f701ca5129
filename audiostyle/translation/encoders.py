"""The contract of encoders: a stream of sound becomes a transcription.

Whatever has these properties and this method can be a model's encoder; :mod:`.kinds` lists the kinds.
"""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.transcription import Transcription


class Encoder(Protocol):
    """Mono blocks (n,) at :attr:`sample_rate` → :class:`~.transcription.Transcription`.

    The result does not depend on how the stream is cut into blocks, and memory does not depend on its length.

    Example:
        >>> from audiostyle.models import zoo
        >>> from audiostyle.models.device import probe
        >>> from audiostyle.translation.kinds import load_encoder
        >>> encoder: Encoder = load_encoder(zoo.find_model("universal").encoder, probe("cpu"))
        >>> silence = [np.zeros(4000, np.float32)] * 3
        >>> len(encoder.transcribe(silence, rms=0.0).notes)
        0
    """

    @property
    def sample_rate(self) -> int:
        """The rate in hertz of the sound that it takes."""

    @property
    def finds_notes(self) -> bool:
        """Whether its transcriptions hold notes, which can be transposed, edited and saved, or a latent."""

    def transcribe(
        self, blocks: Iterable[NDArray[np.float32]], rms: float, segment: SegmentLength | None = None
    ) -> Transcription:
        """Encode a recording.

        Args:
            blocks: mono blocks (n,) of any lengths, full scale ±1, at :attr:`sample_rate`.
            rms: root mean square of the whole recording, by which its level is evened out.
            segment: how much is encoded at a time; memory depends on it, the result does not.
        """
