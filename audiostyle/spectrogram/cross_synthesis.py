"""Cross-synthesis of a recording and its mosaic: filters follow the mosaic's spectral envelope.

``match`` goes from 0, one filter for the whole recording (its own events, the style's long-term average
spectrum), over filters that follow the mosaic's spectral envelope from frame to frame, to 1, where the
envelope is so fine that only the mosaic is left (the style's own events, reordered).
"""

from torch import Tensor

from audiostyle.sound.griffin_lim import griffin_lim
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.equalizer import smooth_spectrum

MAX_WIDTH = 2.0
"""Octaves over which envelopes are smoothed at a ``match`` just above 0."""

ROUNDS = 16
"""Rounds of Griffin–Lim; its starting phases are nearly right already."""

_SILENCE = 1e-12  # magnitude; what is added to it keeps divisions of silence finite
_FLOOR = 1e-4  # of the loudest bin: what is 80 dB softer in the content is not amplified


def cross_synthesize(
    content: Tensor, mosaic: Tensor, equalizer: Tensor, match: float, transform: Stft
) -> Tensor:
    """Filter the content towards the mosaic.

    With P smoothed over w = 2 (1 − match)² octaves, the content's spectrum is multiplied by

        G = G_average^(1 − e) · (√P_mosaic / √P_content)^e,    e = min(1, 2 · match),

    so up to ½ the equalizer gives way to envelopes, and from there on envelopes get finer.  Phase retrieval
    (:mod:`audiostyle.sound.griffin_lim`) starts from a mixture of the two recordings.

    Args:
        content, mosaic: waves (samples,).
        equalizer: G_average, gains (bins,) of ``transform``.
        match: in [0, 1].
        transform: the short-time Fourier transform to filter in.

    Returns:
        A wave (samples,).
    """
    if match == 1:
        return mosaic
    own, other = transform(content), transform(mosaic)
    gains = compute_filters(own.abs(), other.abs(), equalizer.to(own.real.dtype).to(own.device), match)
    magnitude = own.abs() * gains
    start = (1 - match) * own * gains + match * other
    return griffin_lim(magnitude, transform, len(content), start=start, iterations=ROUNDS).wave


def compute_filters(content: Tensor, mosaic: Tensor, equalizer: Tensor, match: float) -> Tensor:
    """Compute the gains G (bins, T) of all frames.

    Args:
        content, mosaic: magnitudes (bins, T).
        equalizer: G_average (bins,), of the same precision and on the same device.
        match: in [0, 1).
    """
    width, exponent = MAX_WIDTH * (1 - match) ** 2, min(1.0, 2 * match)
    own, other = (compute_envelope(part, width) for part in (content, mosaic))
    local = other / (own + _FLOOR * content.max() + _SILENCE)
    return equalizer[:, None] ** (1 - exponent) * local**exponent


def compute_envelope(magnitude: Tensor, octaves: float) -> Tensor:
    """Compute the spectral envelope: the root mean square (bins, T) over ``octaves`` around each bin."""
    return smooth_spectrum(magnitude.square(), octaves).sqrt()
