"""The two mel scales that are in use, and the filter bank that training losses share.

- O'Shaughnessy's formula, also HTK's, is one logarithm: :func:`hz_to_mel`.  The frequency bands of statistics
  use it.
- Slaney's scale is linear below 1 kHz and logarithmic above: :func:`make_mel_filterbank`.  It is what librosa
  and torchaudio call "slaney", so the metrics of :mod:`audiostyle.evaluate` take it from librosa, to be equal
  to published ones to the last digit.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor


def hz_to_mel(hertz: Tensor) -> Tensor:
    """Return frequencies on the mel scale, 1127 ln(1 + f / 700) (O'Shaughnessy 1987; HTK).

    Args:
        hertz: frequencies ≥ 0 of any shape.

    Example:
        >>> hz_to_mel(torch.tensor([0.0, 1000.0])).round().tolist()
        [0.0, 1000.0]
    """
    return 1127 * torch.log1p(hertz / 700)


@lru_cache(maxsize=16)
def make_mel_filterbank(sample_rate: int, n_fft: int, n_mels: int, f_min: float, f_max: float) -> Tensor:
    """Return the weights that turn spectra into mel bands: ``mel = spectrum @ weights``.

    The scale is Slaney's, and so is the normalization: every triangle has unit area over frequency in hertz.

    Args:
        sample_rate: in hertz.
        n_fft: samples of a frame.
        n_mels: number of bands.
        f_min: lower end of the lowest band, in hertz.
        f_max: upper end of the highest band, in hertz.

    Returns:
        (n_fft // 2 + 1, n_mels).  The tensor is shared by all callers: do not write into it.

    Example:
        >>> make_mel_filterbank(44100, 2048, 128, 20.0, 16000.0).shape
        torch.Size([1025, 128])
    """
    from audiostyle.sound.torchaudio_compat import (
        functional,  # slow to import, and the scale above needs none of it
    )

    return functional.melscale_fbanks(
        n_fft // 2 + 1, f_min, f_max, n_mels, sample_rate, norm="slaney", mel_scale="slaney"
    )
