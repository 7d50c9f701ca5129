"""Five seconds of a domain: a phrase from soft to loud, and a chord."""

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.translator import Translator

SECONDS = 5.0
"""Length of a preview."""
PREVIEW_RATE = 44100
"""Sample rate of a preview in hertz."""

_PHRASE = (0, 4, 7, 11, 12, 7, 4, 2)  # semitones above the tonic
_STEP = 0.3  # seconds from a note of the phrase to the next
_CHORD = (-12, 0, 4, 7)
_LOUD = 0.5  # peak of a preview


def compose_preview(lowest: int, highest: int) -> Performance:
    """Return a phrase and a chord in the middle of a range, as a performance of at most five seconds.

    Args:
        lowest, highest: the range, MIDI numbers.

    Example:
        >>> compose_preview(40, 80).notes["pitch"][:4].tolist()
        [57, 61, 64, 68]
    """
    tonic = int(np.clip((lowest + highest) // 2 - 3, lowest, highest))
    rows = [
        (n * _STEP, n * _STEP + 1.1 * _STEP, tonic + step, round(40 + 75 * n / (len(_PHRASE) - 1)), 0)
        for n, step in enumerate(_PHRASE)
    ]
    start = len(_PHRASE) * _STEP + 0.1
    rows += [(start, SECONDS - 0.7, tonic + step, 85, 0) for step in _CHORD]
    notes = np.array([row for row in rows if lowest <= row[2] <= highest], NOTE_DTYPE)
    return Performance(notes)


def make_preview(translator: Translator, domain: str) -> NDArray[np.float32]:
    """Return five seconds of a domain, (samples,) at 44.1 kHz, with a peak of half of full scale.

    Args:
        translator: of the model.
        domain: one of its domains.

    Raises:
        UnknownDomain: the model has no such domain.
        ModelNotFound: a file of the model is damaged.

    Example:
        >>> make_preview(Translator.from_pretrained(device="cpu"), "guitar").shape
        (220500,)
    """
    entry = translator.manifest.domain(domain)
    performance = compose_preview(entry.lowest, entry.highest)
    wave = translator.synthesize(performance, domain=domain, sample_rate=PREVIEW_RATE, seconds=SECONDS)
    return np.asarray(_LOUD / max(float(np.abs(wave).max(initial=0.0)), 1e-9) * wave, np.float32)
