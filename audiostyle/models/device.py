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
