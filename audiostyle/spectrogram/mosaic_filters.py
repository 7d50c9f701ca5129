"""Between a recording and its mosaic: the recording under filters that follow the mosaic ever more closely.

``match`` goes from 0, one filter for the whole recording (its events, the style's average spectrum), over
filters that follow the mosaic's spectral envelope from frame to frame, to 1, where the envelope is so fine
that the mosaic itself is left (the style's own events, re-ordered).
"""

import torch
from torch import Tensor

from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.long_term_spectrum import smooth_spectrum

WIDEST = 2.0
"""Octaves over which envelopes are taken as ``match`` leaves 0."""

ROUNDS = 16  # of Griffin–Lim: starting phases are nearly right already
_FLOOR = 1e-4  # of the loudest bin: what is more than 80 dB softer in the content is not brought up


def filter_towards_mosaic(
    content: Tensor, mosaic: Tensor, equalizer: Tensor, match: float, transform: Stft
) -> Tensor:
    """Return the wave (samples,) that ``match`` asks for.

    With P smoothed over w = 2 (1 − match)² octaves, the content's spectrum is multiplied by

        G = G_average^(1 − e) · (√P_mosaic / √P_content)^e,    e = min(1, 2 · match),

    so up to ½ the average filter gives way to envelopes, and from there envelopes get finer.  Phases start
    from those of the two recordings, mixed.

    Args:
        content, mosaic: (samples,).
        equalizer: G_average (bins,), of ``transform``.
        match: in [0, 1].
    """
    if match == 1:
        return mosaic
    own, other = transform(content), transform(mosaic)
    gains = compute_filters(own.abs(), other.abs(), equalizer.to(own.real.dtype), match)
    magnitude = own.abs() * gains
    start = (1 - match) * own * gains + match * other
    return griffin_lim(magnitude, transform, len(content), start=start, iterations=ROUNDS).wave


def compute_filters(content: Tensor, mosaic: Tensor, equalizer: Tensor, match: float) -> Tensor:
    """Return the gains G (bins, T) for magnitudes (bins, T)."""
    width, exponent = WIDEST * (1 - match) ** 2, min(1.0, 2 * match)
    own, other = (compute_envelope(part, width) for part in (content, mosaic))
    local = other / (own + _FLOOR * content.max() + torch.finfo(own.dtype).tiny)
    return equalizer[:, None] ** (1 - exponent) * local**exponent


def compute_envelope(magnitude: Tensor, octaves: float) -> Tensor:
    """Return the root mean square (bins, T) over ``octaves`` around each bin."""
    return smooth_spectrum(magnitude.square(), octaves).sqrt()
