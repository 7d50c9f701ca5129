"""Chroma distance: how far the harmonies of two recordings differ, at whatever tempo each is played.

Conventions
-----------
Waves are one-dimensional arrays of samples, ``(samples,)``, at a common rate in hertz; mix stereo down first.
They may differ in length.  Distances lie in [0, 1]; 0 is best.

Metrics
-------
:func:`chroma_distance`: chroma features (Müller, "Fundamentals of music processing", 2015,
chapter 3) every 46 ms, aligned by dynamic time warping, and the cosine distance of what is aligned, averaged
along the path.  Per frame, energies of the twelve pitch classes are compared by their direction, so level
and, for the most part, timbre do not matter.  A frame that is silent in both recordings is at 0, one that is
silent in one only at 1.

It is blind to octaves (a bass line two octaves too high costs nothing), to tempo and rhythm (warping forgives
a song at half speed, and every stumble), to how loud anything is, and to which of two instruments plays what.
Noise has some chroma, too, so that of percussion alone the number says little.
"""

import librosa
import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from audiostyle.evaluate.validation import to_samples, validate_waves

CHROMA_RATE = 22_050
"""Hertz."""

CHROMA_WINDOW = 4096
"""Samples: 186 ms, which tells semitones apart from about 130 Hz on."""

CHROMA_HOP = 1024
"""Samples: 46 ms."""

_SILENT = 1e-4  # of the loudest frame's magnitude: −80 dB
_MOST_FRAMES = 2000  # 93 s; longer recordings are averaged to so many, since warping takes their product


def validate(estimate: NDArray[np.float64], reference: NDArray[np.float64], sample_rate: float) -> None:
    """Check that both waves are mono and finite; warn if one is silent.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the wave with the right harmonies, (samples,).
        sample_rate: of both, in hertz.

    Raises:
        ShapeError: they are not, or the sample rate is not positive.
    """
    validate_waves(sample_rate, estimate=estimate, reference=reference)


def chroma_distance(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> float:
    """Return the mean cosine distance of chroma along the best alignment.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the wave with the right harmonies, (samples,), of any length.
        sample_rate: of both, in hertz; they are resampled to 22.05 kHz.

    Returns:
        A number in [0, 1].

    Raises:
        ShapeError: a wave is not mono, is empty or not finite.

    Example:
        >>> tone = np.sin(2 * np.pi * 440 / 22050 * np.arange(22050))
        >>> round(chroma_distance(0.1 * tone, np.tile(tone, 2), 22050), 2)
        0.0
    """
    waves = [to_samples("estimate", estimate), to_samples("reference", reference)]
    validate(waves[0], waves[1], sample_rate)
    one, other = (compute_chroma(wave, sample_rate) for wave in waves)
    cost = 1 - one.T @ other  # columns have length 1, or 0 for silence
    silent = [~features.any(axis=0) for features in (one, other)]
    cost[np.ix_(*silent)] = 0.0
    cost = cost.clip(0, 1)
    _, path = librosa.sequence.dtw(C=cost)
    return float(cost[path[:, 0], path[:, 1]].mean())


def evaluate(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`chroma_distance` for the arguments."""
    return {"chroma_distance": chroma_distance(estimate, reference, sample_rate)}


def compute_chroma(wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float64]:
    """Return chroma of unit length, (12, frames); frames of silence are 0.

    Args:
        wave: (samples,).
        sample_rate: in hertz.
    """
    wave = soxr.resample(wave, sample_rate, CHROMA_RATE)
    wave = np.pad(wave, (0, max(0, CHROMA_WINDOW - wave.size)))
    magnitudes = np.abs(librosa.stft(wave, n_fft=CHROMA_WINDOW, hop_length=CHROMA_HOP))
    chroma = librosa.feature.chroma_stft(
        S=magnitudes**2, sr=CHROMA_RATE, n_fft=CHROMA_WINDOW, norm=None, tuning=0.0
    )
    chroma = np.sqrt(chroma.astype(np.float64))
    if chroma.shape[1] > _MOST_FRAMES:
        edges = np.linspace(0, chroma.shape[1], _MOST_FRAMES + 1).astype(int)
        chroma = np.add.reduceat(chroma, edges[:-1], axis=1)
    length = np.linalg.norm(chroma, axis=0)
    sounding = length > _SILENT * max(float(length.max()), 1e-300)
    return np.where(sounding, chroma / np.maximum(length, 1e-300), 0.0)
