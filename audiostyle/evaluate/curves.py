"""Correlations of curves: whether a result swells and bends where its source does.

Conventions
-----------
Waves are one-dimensional arrays of samples, ``(samples,)``, at a common rate in
hertz, and of one length, since nothing is aligned here; mix stereo down first.  Correlations lie in [−1, 1];
1 is best.

Metrics
-------
:func:`loudness_correlation`: Pearson's correlation of the two recordings' levels in decibels
every 50 ms, where either is above its own peak less 60 dB.

:func:`pitch_correlation`: the same of two melodies in semitones, by YIN (de Cheveigné and Kawahara, "YIN, a
fundamental frequency estimator for speech and music", JASA 111, 2002), where both are within 40 dB of their
own peak.

Both are blind to offsets and factors: a result that is 20 dB too soft, or that swells by a tenth as much, has
a correlation of 1, and so has one a fifth too high.  Where a curve is straight there is nothing to go with:
then the correlation is 1 if the other is straight as well, else 0.  Pitch is that of *one* voice; of chords
YIN finds some note or none, and the number means little.
"""

import librosa
import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError
from audiostyle.evaluate.validation import to_samples, validate_waves

Floats = NDArray[np.float64]

CURVE_RATE = 16_000
"""Hertz."""

LEVEL_WINDOW = 800
"""Samples: 50 ms, of a level and from one to the next."""

LEVEL_RANGE = 60.0
"""Decibels below a recording's own peak that are compared; what is softer counts as so soft."""

PITCH_WINDOW = 1024
"""Samples: 64 ms."""

SOUNDING_RANGE = 40.0
"""Decibels below a recording's own peak in which a melody is looked for."""

LOWEST, HIGHEST = 65.4, 2093.0
"""Hertz between which a melody is looked for: C2 to C7."""

_STRAIGHT = 1e-3  # standard deviation in decibels or semitones below which a curve is straight
_FEWEST = 3  # frames in which both melodies have a pitch, else nothing is known


def validate(estimate: Floats, reference: Floats, sample_rate: float) -> None:
    """Check that both waves are mono, finite and of one length; warn if one is silent.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the wave with the right curves, (samples,).
        sample_rate: of both, in hertz.

    Raises:
        ShapeError: they are not, or the sample rate is not positive.
    """
    validate_waves(sample_rate, estimate=estimate, reference=reference)
    if estimate.size != reference.size:
        raise ShapeError(
            f"estimate has {estimate.size} samples, reference {reference.size}; pad or cut the estimate first"
        )


def loudness_correlation(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> float:
    """Return the correlation of two recordings' levels over time.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the wave that swells rightly, (samples,).
        sample_rate: of both, in hertz.

    Returns:
        A number in [−1, 1].

    Raises:
        ShapeError: a wave is not mono, is empty or not finite, or the lengths differ.

    Example:
        >>> swell = np.linspace(0, 1, 16_000) * np.sin(np.arange(16_000))
        >>> round(loudness_correlation(0.1 * swell, swell, 16_000), 3)
        1.0
    """
    one, other = (_measure_levels(wave) for wave in _prepare(estimate, reference, sample_rate))
    return correlate(one, other)


def pitch_correlation(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> float:
    """Return the correlation of two melodies over time.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the wave with the right melody, (samples,).
        sample_rate: of both, in hertz.

    Returns:
        A number in [−1, 1]; 0 where there are hardly any frames in which both have a pitch.

    Raises:
        ShapeError: a wave is not mono, is empty or not finite, or the lengths differ.

    Example:
        >>> glide = np.sin(2 * np.pi * np.cumsum(np.linspace(200, 400, 16_000)) / 16_000)
        >>> round(pitch_correlation(0.3 * glide, glide, 16_000), 2)
        1.0
    """
    waves = _prepare(estimate, reference, sample_rate)
    one, other = (_find_melody(wave) for wave in waves)
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < _FEWEST:
        return float(np.array_equal(waves[0], waves[1]))
    return correlate(one[both], other[both])


def evaluate(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`loudness_correlation` for the arguments."""
    return {
        metric.__name__: metric(estimate, reference, sample_rate)
        for metric in (loudness_correlation, pitch_correlation)
    }


def correlate(one: Floats, other: Floats) -> float:
    """Return the correlation of two curves, where either may be straight.

    Example:
        >>> correlate(np.array([1.0, 2.0, 3.0]), np.array([5.0, 3.0, 1.0]))
        -1.0
    """
    straight = [float(curve.std()) < _STRAIGHT for curve in (one, other)]
    if any(straight):
        return float(all(straight))
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1).round(12))


def _prepare(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> list[Floats]:
    waves = [to_samples("estimate", estimate), to_samples("reference", reference)]
    validate(waves[0], waves[1], sample_rate)
    return [soxr.resample(wave, sample_rate, CURVE_RATE) for wave in waves]


def _measure_levels(wave: Floats) -> Floats:
    """Return levels in decibels, one for each 50 ms, at most `LEVEL_RANGE` below the loudest."""
    wave = np.pad(wave, (0, -wave.size % LEVEL_WINDOW))
    powers = np.mean(wave.reshape(-1, LEVEL_WINDOW) ** 2, axis=1)
    loudest = float(powers.max())
    return 10 * np.log10(np.maximum(powers / max(loudest, 1e-300), 10 ** (-LEVEL_RANGE / 10)))


def _find_melody(wave: Floats) -> Floats:
    """Return pitches in semitones, NaN where there is none."""
    wave = np.pad(wave, (0, max(0, 4 * PITCH_WINDOW - wave.size)))
    pitch = librosa.yin(wave, fmin=LOWEST, fmax=HIGHEST, sr=CURVE_RATE, frame_length=PITCH_WINDOW)
    level = librosa.feature.rms(y=wave, frame_length=PITCH_WINDOW, hop_length=PITCH_WINDOW // 4)[0]
    sounding = level > 10 ** (-SOUNDING_RANGE / 20) * max(float(level.max()), 1e-300)
    return np.where(sounding, 12 * np.log2(pitch / LOWEST), np.nan)
