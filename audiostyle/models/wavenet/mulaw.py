"""Mu-law: waves as 256 mu-law codes, finer near silence (ITU-T G.711; van den Oord et al. 2016, §2.2).

With y = 2k/255 − 1 for code k, an amplitude is x = sign(y) (256^|y| − 1) / 255.  Decoding inverts encoding:
every code decodes to an amplitude that encodes to it, and full scale, −1 and 1, is kept.  (In the published
system it does not: 1 comes back as 0.957.)  Rounding moves y by at most 1/255, and |x| + 1/255 grows as
256^|y|, so

    |decode(encode(x)) − x| ≤ (256^(1/255) − 1) (|x| + 1/255) < 0.022 |x| + 0.0001.
"""

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.sound.torchaudio_compat import functional

CODES = 256
"""How many mu-law codes there are."""

SILENCE = 128
"""The mu-law code of amplitude 0; it decodes to 0.00009, for no code stands for 0 exactly."""


def encode(wave: Tensor) -> Tensor:
    """Return the mu-law codes (int64, 0 … 255) of a wave of any shape; what exceeds ±1 counts as ±1.

    Raises:
        ShapeError: the wave holds NaN or infinite samples.

    Example:
        >>> encode(torch.tensor([-1.0, 0.0, 1.0]))
        tensor([  0, 128, 255])
    """
    if not torch.isfinite(wave).all():
        raise ShapeError("the wave holds NaN or infinite samples, which have no mu-law code")
    return functional.mu_law_encoding(wave.clamp(-1, 1), CODES)


def decode(codes: Tensor) -> Tensor:
    """Return the amplitudes in [−1, 1] (float32) of mu-law codes 0 … 255 of any shape.

    Example:
        >>> decode(torch.tensor([0, 255]))
        tensor([-1.,  1.])
    """
    return functional.mu_law_decoding(codes, CODES)
