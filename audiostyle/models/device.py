"""Where networks compute and in which precision: devices by name, and where bfloat16 is trusted.

Reduced precision pays off under two rules, by what the time goes into, and both are written here only:

- **Matrix products** (:func:`multiplies_bfloat16`), which WaveNets are trained with: every processor with
  bfloat16 units (a GPU, AMX tiles, the dot products of AVX-512 BF16) is faster so than in single precision.
- **Convolutions** (:func:`convolves_bfloat16`, :func:`autocast_bfloat16`), which translating and the training
  of encoders and spectral decoders consist of: PyTorch's are faster in bfloat16 with AMX tiles only.  With
  AVX-512 BF16 they are not, and a processor without any unit emulates bfloat16, slower than single precision.
"""

from contextlib import AbstractContextManager

import torch
from torch import nn

from audiostyle.errors import AudiostyleError


def probe(name: str = "auto") -> torch.device:
    """Return the device called ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps`` after computing on it.

    Args:
        name: the device's name; ``auto`` takes the first of CUDA, MPS and CPU that works.

    Returns:
        A device on which one number has been computed.

    Raises:
        AudiostyleError: the named device is not usable here.

    Example:
        >>> probe("cpu")
        device(type='cpu')
    """
    if name == "auto":
        candidates = ["cuda"] * torch.cuda.is_available() + ["mps"] * torch.backends.mps.is_available()
        for candidate in candidates:
            try:
                return probe(candidate)
            except AudiostyleError:
                continue
        return torch.device("cpu")
    try:
        device = torch.device(name)
        torch.ones(1, device=device).add_(1).cpu()  # a driver that is too old fails only when used
    except (RuntimeError, AssertionError, TypeError):
        raise AudiostyleError(
            f"device {name!r} does not work here; use --device cpu, or see 'audiostyle doctor'"
        ) from None
    return device


def get_device(network: nn.Module) -> torch.device:
    """Return the device that holds the network's weights.

    Args:
        network: a network with at least one parameter; all of its parameters lie on one device.

    Example:
        >>> get_device(nn.Linear(2, 2))
        device(type='cpu')
    """
    return next(network.parameters()).device


def multiplies_bfloat16() -> bool:
    """Return whether matrix products are faster in bfloat16 than in single precision on this machine.

    They are with a CUDA device, with AMX tiles (Intel Xeon from Sapphire Rapids on) and with AVX-512 BF16
    (Intel from Cooper Lake, AMD from Zen 4 on).

    Example:
        >>> dtype = torch.bfloat16 if multiplies_bfloat16() else torch.float32
    """
    return (
        torch.cuda.is_available()
        or torch.cpu._is_amx_tile_supported()
        or torch.cpu._is_avx512_bf16_supported()
    )


def convolves_bfloat16() -> bool:
    """Return whether convolutions on the CPU are faster in bfloat16: with AMX tiles, by way of oneDNN.

    Example:
        >>> convolves_bfloat16() in (True, False)
        True
    """
    return torch.backends.mkldnn.is_available() and torch.cpu._is_amx_tile_supported()


def autocast_bfloat16() -> AbstractContextManager[None]:
    """Return a context in which networks on the CPU run in bfloat16 where that makes convolutions faster.

    On every other processor the context changes nothing, and results are those of single precision.

    Example:
        >>> with autocast_bfloat16():
        ...     result = nn.Conv1d(1, 1, 3)(torch.zeros(1, 1, 8))
        >>> result.dtype in (torch.bfloat16, torch.float32)
        True
    """
    return torch.autocast("cpu", torch.bfloat16, enabled=convolves_bfloat16())
