"""What a translation can be asked for, checked in one place."""

from dataclasses import dataclass

from audiostyle.errors import AudiostyleError
from audiostyle.translation.kinds import check_decoder_kind
from audiostyle.translation.segments import SEGMENT_SECONDS


@dataclass(frozen=True)
class TranslationOptions:
    """The keyword arguments that the methods of :class:`~.translator.Translator` have in common.

    Attributes:
        strength: share of the translation in the result, 0 to 1; the rest is the source.
        transpose: semitones by which notes are moved before they are folded into the domain's range.
        keep_drums: whether the percussive part is kept as it is and only the harmonic part is translated.
        decoder: kind of the decoders, ``"spectral"`` or ``"wavenet"``; None is the domain's usual one, which
            is spectral in the shipped model.
        temperature: of a WaveNet's distributions, above 0; None is what suits the domain.
        chunks: into how many parts a WaveNet's recording is cut, made side by side; None is one for 2.5 s.
        segment: seconds worked on at a time, 1 or more; memory grows with it, the result stays the same.
        seed: of everything random.

    Raises:
        AudiostyleError: the strength is not in [0, 1], or there is no such kind of decoder.
    """

    strength: float = 1.0
    transpose: int = 0
    keep_drums: bool = False
    decoder: str | None = None
    temperature: float | None = None
    chunks: int | None = None
    segment: float = SEGMENT_SECONDS
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise AudiostyleError(f"strength must lie between 0 and 1, not {self.strength}")
        check_decoder_kind(self.decoder)
