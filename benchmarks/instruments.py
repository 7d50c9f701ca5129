"""The instrument judge: which domain does a recording sound like, or none of them?

It is a logistic regression on the statistics of mel-frequency cepstra over five seconds.  It is trained on
the domains' own instruments and on a class ``other`` of further ones, *the same performances for all*, so
that neither pitch nor tempo nor harmony can give an answer away.  It knows these very instruments, not their
families: another soundfont's piano may well be ``other``.  ``translation.py`` tests it on held-out
recordings first.
"""

import hashlib

import librosa
import numpy as np
import soxr
from material import DOMAINS, RATE, TRAINING, make_performance, memory, render, render_domain
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from audiostyle.music import scores

REQUIRED = 0.98  # share of held-out windows of true recordings that must be named rightly
FEATURE_RATE = 22_050  # Hz
WINDOW = 5.0  # seconds
HOP = 512  # samples at FEATURE_RATE: 23 ms
BANDS, CEPSTRA = 64, 20
RANGE = 60.0  # dB under the loudest band; what lies lower does not count
QUIET = 40.0  # dB under the recording's level; a window that quiet is not judged

OTHER = "other"
OTHERS = (61, 21, 68, 11, 0)  # brass, accordion, oboe, vibraphone, the soundfont's own grand piano
PIECES = 20
REGULARITY = 0.03  # inverse strength, as scikit-learn has it
SECONDS = 30.0


def extract_features(wave: np.ndarray, sample_rate: float) -> np.ndarray:
    """Return level, spread and movement of the cepstra, (windows, features), of a wave (samples,).

    Windows that are nearly silent are left out.  The level of the recording does not matter; the 0th
    coefficient (loudness) only counts by its movement.
    """
    wave = soxr.resample(np.asarray(wave, dtype=np.float32), sample_rate, FEATURE_RATE)
    mel = librosa.feature.melspectrogram(y=wave, sr=FEATURE_RATE, hop_length=HOP, n_mels=BANDS)
    frames = round(WINDOW * FEATURE_RATE / HOP)
    windows = [mel[:, i : i + frames] for i in range(0, max(1, mel.shape[1] - frames + 1), frames)]
    audible = [w for w in windows if w.mean() > mel.mean() * 10 ** (-QUIET / 10)]
    return np.array([_compute_statistics(window) for window in audible]).reshape(-1, 4 * CEPSTRA - 1)


def _compute_statistics(mel: np.ndarray) -> np.ndarray:
    cepstra = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=RANGE), n_mfcc=CEPSTRA)
    steps = np.diff(cepstra, axis=1)
    # Struck strings rise suddenly and decay, bowed ones swell: the skew of the steps tells them apart.
    skew = np.mean(steps**3, axis=1) / (np.mean(steps**2, axis=1) + 1e-9) ** 1.5
    return np.concatenate([cepstra.mean(axis=1)[1:], cepstra.std(axis=1), steps.std(axis=1), skew])


@memory.cache
def fit_judge(domains: tuple[str, ...], others: tuple[int, ...], pieces: int) -> Pipeline:
    """Train on performances of the ``train`` split, each rendered by every instrument."""
    rows, names = [], []
    for piece in _choose_training_pieces(pieces):
        performance = make_performance(piece, SECONDS)
        waves = [(name, render_domain.func(performance, name, SECONDS)) for name in domains]
        waves += [(OTHER, render.func(performance, TRAINING, program, SECONDS)) for program in others]
        for name, wave in waves:
            found = extract_features(wave, RATE)
            rows.append(found)
            names += [name] * len(found)
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=REGULARITY, max_iter=3000, class_weight="balanced")
    )
    return model.fit(np.concatenate(rows), names)


def _choose_training_pieces(count: int) -> list[str]:
    by_hash = sorted(scores.list_pieces("train"), key=lambda piece: hashlib.sha256(piece.encode()).digest())
    enough = (piece for piece in by_hash if len(make_performance(piece, SECONDS).notes) >= 20)
    return [piece for piece, _ in zip(enough, range(count), strict=False)]


def classify(wave: np.ndarray, sample_rate: float, domains: tuple[str, ...] = tuple(DOMAINS)) -> np.ndarray:
    """Return the name of the domain, or ``"other"``, that each window of five seconds sounds like."""
    found = extract_features(wave, sample_rate)
    if not len(found):
        return np.array([OTHER])
    return fit_judge(domains, OTHERS, PIECES).predict(found)


def compute_named_share(wave: np.ndarray, sample_rate: float, domain: str) -> float:
    """Return the share of the windows that sound like ``domain``, in [0, 1]."""
    return float(np.mean(classify(wave, sample_rate) == domain))
