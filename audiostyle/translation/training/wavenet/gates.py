"""The gate of a WaveNet and its gradient in bfloat16, each in one compiled pass over memory.

PyTorch has no kernel for them: a chain of its operations reads and writes everything half a dozen times,
which takes as long as the matrix products around it.  A bfloat16 is the upper half of a float32, so 16-bit
integers represent them here.
"""

import numpy as np
import torch
from torch import Tensor

from audiostyle.compilation import njit

_FAST = {"contract", "nsz", "arcp", "nnan", "ninf"}


def gate_(gate: Tensor, z: Tensor) -> None:
    """Put (2s − 1) o in ``z``.

    Args:
        gate: (N, 2C) bfloat16, first the C columns of s = σ(2f), then those of o = σ(g).
        z: (N, C) bfloat16; rows may lie apart in memory.
    """
    _gate(_bits(gate), _bits(z))


def gate_gradient_(gate: Tensor, d_z: Tensor) -> None:
    """Replace s = σ(2f) and o = σ(g) by dL/d(2f) and dL/dg, given dL/dz.

    With z = (2s − 1) o: dz/d(2f) = 2 s (1 − s) o and dz/dg = (2s − 1) o (1 − o).

    Args:
        gate: (N, 2C) bfloat16, first the C columns of s, then those of o; changed in place.
        d_z: (N, C) bfloat16.
    """
    _gate_gradient(_bits(gate), _bits(d_z))


def _bits(x: Tensor) -> np.ndarray:
    return x.view(torch.int16).numpy().view(np.uint16)


@njit(inline="always")
def _wide(bits):
    return np.uint32(np.uint32(bits) << np.uint32(16)).view(np.float32)


@njit(inline="always")
def _narrow(x):
    """Round to the nearest bfloat16, of two equally near ones to the even one."""
    bits = np.float32(x).view(np.uint32)
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    return np.uint16(np.uint32(bits + np.uint32(0x7FFF) + odd) >> np.uint32(16))


@njit(nogil=True, fastmath=_FAST)
def _gate(gate, z):
    channels = z.shape[1]
    for row in range(z.shape[0]):
        for c in range(channels):
            s, o = _wide(gate[row, c]), _wide(gate[row, channels + c])
            z[row, c] = _narrow((s + s - np.float32(1)) * o)


@njit(nogil=True, fastmath=_FAST)
def _gate_gradient(gate, d_z):
    channels = d_z.shape[1]
    one = np.float32(1)
    for row in range(d_z.shape[0]):
        for c in range(channels):
            s, o, d = _wide(gate[row, c]), _wide(gate[row, channels + c]), _wide(d_z[row, c])
            gate[row, c] = _narrow(d * (s + s) * (one - s) * o)
            gate[row, channels + c] = _narrow(d * (s + s - one) * o * (one - o))
