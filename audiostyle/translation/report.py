"""What a translation of a file did, for lines on a terminal and for machines."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TranslationReport:
    """What :meth:`~.translator.Translator.translate_file` did.

    Attributes:
        input: the recording's path.
        outputs: domain → path of its file.
        model: name of the model.
        sha256: fingerprint of the encoder and the decoders that were used.
        sample_rate: of the recording and of every result, in hertz.
        channels: of the recording and of every result.
        seconds: length of the recording.
        elapsed: seconds that the work took.
        notes: how many notes were found.
        folded: domain → how many notes were moved by octaves into its range.
        parts: role → domain, where the recording was shared out to parts.

    Example:
        >>> report = TranslationReport(
        ...     input="a.wav", outputs={"piano": "a.piano.wav"}, model="universal", sha256="5a1e",
        ...     sample_rate=44100, channels=2, seconds=30.0, elapsed=10.0, notes=80, folded={"piano": 3},
        ... )
        >>> report.seconds / report.elapsed  # times as fast as real time
        3.0
    """

    input: str
    outputs: dict[str, str]
    model: str
    sha256: str
    sample_rate: int
    channels: int
    seconds: float
    elapsed: float
    notes: int
    folded: dict[str, int] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)


def describe_missing_notes(name: str, rms: float, *, strength: float, keep_drums: bool) -> str:
    """Describe in one line what becomes of a recording in which no note was heard.

    Args:
        name: what messages call the recording.
        rms: of what sounds in it; 0 for silence.
        strength: share of the translation in the result.
        keep_drums: whether the percussive part is kept.

    Example:
        >>> describe_missing_notes("rain.wav", 0.1, strength=1.0, keep_drums=False)
        'rain.wav: no note was heard in it, so the result is silent; only pitches can be translated'
    """
    if not rms and not keep_drums:
        return f"{name}: is silent, and so is the result"
    if strength < 1:
        left = "the result is the recording itself"
    elif keep_drums:
        left = "only its percussive part is left"
    else:
        left = "the result is silent"
    return f"{name}: no note was heard in it, so {left}; only pitches can be translated"
