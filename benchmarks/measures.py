"""Every number by which a translation is judged, and the floors it is compared with.

Results are cached by the content of the recordings, so that for a new model only its own translations are
judged again.  Delete ``runs/benchmark`` after changing a judge.
"""

from dataclasses import dataclass

import instruments
import judge
import numpy as np
from material import ANOTHER, DOMAINS, RATE, make_performance, memory, render, render_domain, to_performance

from audiostyle.evaluate import log_spectral_distance, note_f1, timbre_distance


@dataclass(frozen=True)
class Scores:
    """What the judges say of one recording.

    Attributes:
        f1: note F1 by the note judge, in [0, 1].
        lsd: log-spectral distance to the truth in dB.
        named: share of the windows that the instrument judge names as the domain, in [0, 1].
    """

    f1: float
    lsd: float
    named: float


@memory.cache
def read_notes(wave: np.ndarray) -> np.ndarray:
    """Return the notes that the note judge reads, (notes, 4); see :func:`judge.transcribe`."""
    return judge.transcribe(wave, RATE)


@memory.cache
def compute_lsd(wave: np.ndarray, truth: np.ndarray) -> float:
    """Return the log-spectral distance in dB."""
    return log_spectral_distance(wave, truth, RATE)


@memory.cache
def compute_timbre_distance(wave: np.ndarray, truth: np.ndarray) -> float:
    """Return the timbre distance in [0, 1]."""
    return timbre_distance(wave, truth, RATE)


@memory.cache
def compute_named_share(wave: np.ndarray, domain: str) -> float:
    """Return the share of the windows that the instrument judge names as the domain."""
    return instruments.compute_named_share(wave, RATE, domain)


def score(wave: np.ndarray, truth: np.ndarray, notes: np.ndarray, domain: str) -> Scores:
    """Judge ``wave`` (samples,) against the true recording and the notes that were performed, (notes, 2)."""
    read = read_notes(wave)
    f1 = note_f1(read, notes) if len(read) else 0.0
    return Scores(f1, compute_lsd(wave, truth), compute_named_share(wave, domain))


def render_another(piece: str, domain: str, seconds: float) -> np.ndarray:
    """Return a perfect translation, but on another soundfont's instrument: what right notes alone reach."""
    return render(make_performance(piece, seconds), ANOTHER, DOMAINS[domain], seconds)


@memory.cache
def transcribe_and_render(source: np.ndarray, domain: str, seconds: float) -> np.ndarray:
    """Return what anyone can do without audiostyle: basic-pitch, then the domain's own sampler."""
    read = read_notes(source)
    if not len(read):
        return np.zeros_like(source)
    return render_domain.func(to_performance(read), domain, seconds)
