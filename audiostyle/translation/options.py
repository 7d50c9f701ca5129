"""What a translation can be asked for, checked in one place."""

from collections.abc import Sequence
from dataclasses import dataclass

from audiostyle.checks import check_count, check_number, check_seed
from audiostyle.translation.followed import FOLLOWED, check_follow
from audiostyle.translation.kinds import check_decoder_kind
from audiostyle.translation.segments import SEGMENT_SECONDS

MOST_SEMITONES = 48
"""As far as notes can be transposed, up or down."""


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
        expression: share of the playing that is taken over, 0 to 1: of all changes of pitch and level inside
            notes; with 0 they are plain.
        follow: which of them: ``"level"``, ``"pitch"``, or both.

    Raises:
        AudiostyleError: a number is out of its range or is none, or there is no such kind of decoder, or
            nothing of that name to follow.
    """

    strength: float = 1.0
    transpose: int = 0
    keep_drums: bool = False
    decoder: str | None = None
    temperature: float | None = None
    chunks: int | None = None
    segment: float = SEGMENT_SECONDS
    seed: int = 0
    expression: float = 1.0
    follow: Sequence[str] = FOLLOWED

    def __post_init__(self) -> None:
        checked: dict[str, object] = {
            "strength": check_number("strength", self.strength, 0, 1),
            "transpose": check_count("transpose", self.transpose, -MOST_SEMITONES, MOST_SEMITONES),
            "segment": check_number("segment", self.segment, 1),
            "seed": check_seed(self.seed),
            "expression": check_number("expression", self.expression, 0, 1),
            "follow": check_follow(self.follow),
        }
        if self.temperature is not None:
            checked["temperature"] = check_number("temperature", self.temperature, 0, above=True)
        if self.chunks is not None:
            checked["chunks"] = check_count("chunks", self.chunks, 1)
        for name, value in checked.items():  # numbers of any kind are Python's from here on
            object.__setattr__(self, name, value)
        check_decoder_kind(self.decoder)
