"""Every number a translation is judged by, and what it is set beside.

Results are kept by content of the recordings: after training, only what a new model made is judged again.
Delete ``runs/benchmark`` after changing a judge.
"""

from dataclasses import dataclass

import instruments
import judge
import numpy as np
from material import ANOTHER, DOMAINS, RATE, TRAINING, memory, performance, played_by, rendered

from audiostyle.evaluate import log_spectral_distance, note_f1, timbre_distance


@dataclass(frozen=True)
class Scores:
    """Note F1 by the note judge, LSD to the truth in dB, share of the windows named as the domain."""

    f1: float
    lsd: float
    named: float


@memory.cache
def notes_read(wave: np.ndarray) -> np.ndarray:
    """What the note judge hears; see :func:`judge.transcribe`."""
    return judge.transcribe(wave, RATE)


@memory.cache
def distance(wave: np.ndarray, truth: np.ndarray) -> float:
    """LSD in dB."""
    return log_spectral_distance(wave, truth, RATE)


@memory.cache
def timbre(wave: np.ndarray, truth: np.ndarray) -> float:
    """Timbre distance in [0, 1]."""
    return timbre_distance(wave, truth, RATE)


@memory.cache
def named(wave: np.ndarray, domain: str) -> float:
    """Share of the windows that the instrument judge names as the domain."""
    return instruments.named(wave, RATE, domain)


def scores(wave: np.ndarray, truth: np.ndarray, notes: np.ndarray, domain: str) -> Scores:
    """Judge ``wave`` against the true recording and the notes played, (notes, 2)."""
    read = notes_read(wave)
    f1 = note_f1(read, notes) if len(read) else 0.0
    return Scores(f1, distance(wave, truth), named(wave, domain))


def another_player(piece: str, domain: str, seconds: float) -> np.ndarray:
    """A perfect translation, but on another soundfont's instrument: the floor that matching notes reaches."""
    return rendered(performance(piece, seconds), ANOTHER, DOMAINS[domain], seconds)


@memory.cache
def transcribed_and_played(source: np.ndarray, domain: str, seconds: float) -> np.ndarray:
    """What anyone can do without audiostyle: basic-pitch, then the domain's own sampler."""
    read = notes_read(source)
    if not len(read):
        return np.zeros_like(source)
    return rendered.func(played_by(read), TRAINING, DOMAINS[domain], seconds)
