"""The level that features are taken at, and the one below which there is only silence.

Logarithms and thresholds of features depend on the level of a recording, its style does not.  So contents and
styles are brought to one level before their features are taken, and results are brought back.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

FEATURE_RMS = 0.1
"""Root mean square, full scale 1, to which recordings are amplified before features are taken: −20 dB."""

SILENCE_RMS = 1e-8
"""Root mean square below which a recording is silent: −160 dB, less than 24 bits can hold."""

FOLLOWED_FRAMES = 6
"""Frames on either side over which the levels of content and result are averaged: 0.3 s."""

_SPREAD = 2.15  # frames, 0.1 s, of the average's bell
_REACH = 24.0  # decibels that a gain does not exceed in either direction
_NOTHING = 1e-6  # of the content's power, below which a frame is silent and has no say


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


def follow_levels(result: Tensor, content: Tensor, rms: float) -> Tensor:
    """Return a result's spectrum with gains by which its level follows the content's, moment by moment.

    A map of decibels that is right on average may make a phrase 30 dB softer and the next one louder.  The
    level of both is averaged over a tenth of a second, so that the style's attacks stay.

    Args:
        result: the complex spectrum that a method computed, (bins, frames).
        content: the content's, of the same frames.
        rms: root mean square of the whole content, as its spectrum is scaled.

    Returns:
        Like ``result``.  A frame depends on :data:`FOLLOWED_FRAMES` frames on either side.

    Example:
        >>> content = torch.ones(5, 40, dtype=torch.complex64)
        >>> round(follow_levels(content / 4, content, 1.0)[0, 20].real.item(), 3)
        1.0
    """
    n_fft = 2 * (len(content) - 1)
    floor = _NOTHING * rms**2 * 3 / 16 * n_fft**2  # the power of a frame under a Hann window
    places = torch.arange(-FOLLOWED_FRAMES, FOLLOWED_FRAMES + 1, dtype=torch.float64, device=content.device)
    bell = torch.exp(-0.5 * (places / _SPREAD) ** 2)
    powers = torch.stack([spectrum.abs().double().square().sum(dim=0) for spectrum in (content, result)])
    padded = F.pad(powers[:, None], (FOLLOWED_FRAMES, FOLLOWED_FRAMES), mode="replicate")
    wanted, there = F.conv1d(padded, (bell / bell.sum())[None, None])[:, 0] + floor + torch.finfo().tiny
    most = 10 ** (_REACH / 20)
    gains = (wanted / there).sqrt().clamp(1 / most, most)
    return result * gains.to(result.real.dtype)
