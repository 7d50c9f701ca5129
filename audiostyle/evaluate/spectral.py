"""Log-spectral distance: how far the spectra of two recordings of one length differ, in decibels.

Conventions
-----------
Waves are one-dimensional arrays of samples, ``(samples,)``, at a common rate in hertz; mix stereo down first.
Both have the same length: an estimate that drifts in time against its reference is wrong, so nothing is
aligned, padded or cut here.  Distances are in decibels, 0 is best.

Metrics
-------
:func:`log_spectral_distance`: the LSD of Cífka, Ozerov, Şimşekli and Richard, "Self-supervised VQ-VAE for
one-shot music style transfer" (ICASSP 2021).  Every constant is that of the evaluation they published, so
that numbers can be set beside theirs: 16 kHz, windows of 2,048 samples every 512, 128 mel bands, a dynamic
range of 80 dB under each recording's own peak.  What lies above 8 kHz is not compared.
"""

import librosa
import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError
from audiostyle.evaluate.validation import to_samples, validate_rate, validate_wave

LSD_RATE = 16_000
"""Hertz."""

LSD_WINDOW = 2048
"""Samples: 128 ms."""

LSD_HOP = 512
"""Samples: 32 ms."""

LSD_BANDS = 128
"""Mel bands on Slaney's scale, librosa's default."""

LSD_RANGE = 80.0
"""Decibels; without a limit, digital silence against faint noise would outweigh all the music."""


def validate(estimate: NDArray[np.float64], reference: NDArray[np.float64], sample_rate: float) -> None:
    """Check that both waves are mono, finite and of one length; warn if one is silent.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the true wave, (samples,).
        sample_rate: of both, in hertz.

    Raises:
        ShapeError: they are not, or the sample rate is not positive.
    """
    for name, wave in (("estimate", estimate), ("reference", reference)):
        validate_wave(name, wave)
    if estimate.size != reference.size:
        raise ShapeError(
            f"estimate has {estimate.size} samples, reference {reference.size}; pad or cut the estimate first"
        )
    validate_rate(sample_rate)


def log_spectral_distance(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> float:
    """Return the root-mean-square difference over time of two mel spectrograms, averaged over bands.

    Args:
        estimate: the wave to judge, (samples,).
        reference: the true wave, (samples,).
        sample_rate: of both, in hertz; they are resampled to 16 kHz.

    Returns:
        Decibels, ≥ 0.  Both waves are brought to unit power first, so the same wave at any level scores 0.

    Raises:
        ShapeError: a wave is not mono, is empty or not finite, or the lengths differ.

    Example:
        >>> wave = np.random.default_rng(0).standard_normal(16_000)
        >>> round(log_spectral_distance(0.5 * wave, wave, 16_000), 3)
        0.0
    """
    estimate, reference = to_samples("estimate", estimate), to_samples("reference", reference)
    validate(estimate, reference, sample_rate)
    difference = _compute_levels(estimate, sample_rate) - _compute_levels(reference, sample_rate)
    return float(np.sqrt(np.mean(difference**2, axis=1)).mean())


def evaluate(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> dict[str, float]:
    """Return all of this module's metrics by name; see :func:`log_spectral_distance` for the arguments."""
    return {"log_spectral_distance": log_spectral_distance(estimate, reference, sample_rate)}


def _compute_levels(wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float64]:
    """Return mel levels (bands, frames) in dB at unit mean power, at most ``LSD_RANGE`` under the peak."""
    wave = soxr.resample(wave, sample_rate, LSD_RATE)
    power = np.mean(wave**2)
    if power > 0:  # silence has no level to normalize
        wave = wave / np.sqrt(power)
    wave = np.pad(wave, (0, max(0, LSD_WINDOW - wave.size)))
    mel = librosa.feature.melspectrogram(
        y=wave, sr=LSD_RATE, n_fft=LSD_WINDOW, hop_length=LSD_HOP, n_mels=LSD_BANDS
    )
    return librosa.power_to_db(mel, top_db=LSD_RANGE)
