"""Distance between two recordings of the same length in the log spectrum.

Conventions
-----------
Waves are one-dimensional arrays of samples, ``(samples,)``, at a common rate in hertz; mix stereo down first.
Both have the same length: an estimate that drifts in time against its reference is wrong, so nothing is
aligned, padded or cut here.  Distances are in decibels, 0 is best.

Metrics
-------
:func:`log_spectral_distance`: the LSD of Cífka, Ozerov, Şimşekli and Richard, "Self-supervised VQ-VAE for
one-shot music style transfer" (ICASSP 2021), every constant as in the evaluation they published: 16 kHz,
windows of 2,048 samples every 512, 128 mel bands, a dynamic range of 80 dB under each recording's own peak.
So numbers can be set beside theirs.  What lies above 8 kHz is not compared.
"""

import librosa
import numpy as np
import soxr
from numpy.typing import ArrayLike, NDArray

from audiostyle.errors import ShapeError
from audiostyle.evaluate.validation import check_wave

LSD_RATE = 16_000  # Hz
LSD_WINDOW = 2048  # samples: 128 ms
LSD_HOP = 512  # samples: 32 ms
LSD_BANDS = 128
LSD_RANGE = 80.0  # dB; without a limit, digital silence against faint noise would outweigh all the music


def validate(estimate: NDArray[np.float64], reference: NDArray[np.float64], sample_rate: float) -> None:
    """Raise :class:`ShapeError` unless both waves are mono, finite and of one length; warn of silence."""
    for name, wave in (("estimate", estimate), ("reference", reference)):
        check_wave(name, wave, stacklevel=4)
    if estimate.size != reference.size:
        raise ShapeError(
            f"estimate has {estimate.size} samples, reference {reference.size}; pad or cut the estimate first"
        )
    if not sample_rate > 0:
        raise ShapeError(f"the sample rate must be positive, got {sample_rate}")


def log_spectral_distance(estimate: ArrayLike, reference: ArrayLike, sample_rate: float) -> float:
    """Root-mean-square difference over time of two power-normalised mel spectrograms, averaged over bands.

    Args:
        estimate: the wave to judge, ``(samples,)``.
        reference: the true wave, ``(samples,)``.
        sample_rate: of both, in hertz; they are resampled to 16 kHz.

    Returns:
        Decibels, ≥ 0.  The same wave at any level scores 0.

    Raises:
        ShapeError: a wave is not mono, is empty or not finite, or the lengths differ.
    """
    estimate, reference = np.asarray(estimate, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    validate(estimate, reference, sample_rate)
    difference = _mel_decibels(estimate, sample_rate) - _mel_decibels(reference, sample_rate)
    return float(np.sqrt(np.mean(difference**2, axis=1)).mean())


def _mel_decibels(wave: NDArray[np.float64], sample_rate: float) -> NDArray[np.float64]:
    """(samples,) → (bands, frames) in dB at unit mean power, no lower than ``LSD_RANGE`` under the peak."""
    wave = soxr.resample(wave, sample_rate, LSD_RATE)
    power = np.mean(wave**2)
    if power > 0:  # silence has no level to normalise
        wave = wave / np.sqrt(power)
    wave = np.pad(wave, (0, max(0, LSD_WINDOW - wave.size)))
    mel = librosa.feature.melspectrogram(
        y=wave, sr=LSD_RATE, n_fft=LSD_WINDOW, hop_length=LSD_HOP, n_mels=LSD_BANDS
    )
    return librosa.power_to_db(mel, top_db=LSD_RANGE)
