"""The level that features are taken at, and the one below which there is only silence.

Logarithms and thresholds of features depend on the level of a recording, its style does not.  So contents and
styles are brought to one level before their features are taken, and results are brought back.
"""

from torch import Tensor

FEATURE_RMS = 0.1
"""Root mean square, full scale 1, to which recordings are amplified before features are taken: −20 dB."""

SILENCE_RMS = 1e-8
"""Root mean square below which a recording is silent: −160 dB, less than 24 bits can hold."""


def compute_rms(wave: Tensor) -> float:
    """Return the root mean square of a wave (samples,) on the CPU; NaN for one without samples.

    Example:
        >>> import torch
        >>> compute_rms(torch.tensor([0.5, -0.5]))
        0.5
    """
    return float(wave.double().square().mean().sqrt())


def compute_loudness_gain(before: float, after: float) -> float:
    """Return by what factor amplitudes grew while a power went from ``before`` to ``after``, both ≥ 0.

    It is 1 where one of the two is 0: there is no sound to compare.

    Example:
        >>> compute_loudness_gain(1.0, 4.0), compute_loudness_gain(0.0, 4.0)
        (2.0, 1.0)
    """
    return (after / before) ** 0.5 if before and after else 1.0
