"""Where to compute: devices by name, tried out before they are relied on."""

import torch

from audiostyle.errors import AudiostyleError


def probe(name: str = "auto") -> torch.device:
    """Return the device called ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps`` after computing on it.

    ``auto`` takes the first of CUDA, MPS and CPU that works.

    Raises:
        AudiostyleError: the named device is not usable here.
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
    except (RuntimeError, AssertionError):
        raise AudiostyleError(
            f"device {name!r} does not work here; use --device cpu, or see 'audiostyle doctor'"
        ) from None
    return device


def multiplies_bfloat16() -> bool:
    """Return whether products of matrices are faster in bfloat16 here: a GPU, or a CPU with units for it.

    Convolutions in PyTorch's usual layout are so only with matrix units (AMX).
    """
    return (
        torch.cuda.is_available()
        or torch.cpu._is_amx_tile_supported()
        or torch.cpu._is_avx512_bf16_supported()
    )
