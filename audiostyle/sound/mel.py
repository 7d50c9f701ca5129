"""The mel filter bank that metrics and training losses share."""

from __future__ import annotations

from functools import lru_cache

import torch

from audiostyle.sound.torchaudio import functional


@lru_cache(maxsize=16)
def mel_filterbank(sample_rate: int, n_fft: int, n_mels: int, f_min: float, f_max: float) -> torch.Tensor:
    """Weights ``(n_fft // 2 + 1, n_mels)`` that turn spectra into mel bands: ``mel = spectrum @ weights``.

    Slaney's scale (linear below 1 kHz, logarithmic above) and his normalisation (each triangle has unit area
    over Hz), which are librosa's defaults; frequencies in Hz.  The tensor is shared: do not write into it.
    """
    return functional.melscale_fbanks(
        n_fft // 2 + 1, f_min, f_max, n_mels, sample_rate, norm="slaney", mel_scale="slaney"
    )
