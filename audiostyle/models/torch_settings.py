"""What a program has set in torch for itself does not reach our computations, and ours do not reach it.

torch has settings that change what any code computes: the default precision and device, automatic mixed
precision, whether gradients are recorded.  They are the caller's.  Public functions that compute with torch
run under :func:`own_settings`, so that they give the same whatever is set.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import torch


@contextmanager
def own_settings() -> Iterator[None]:
    """Compute in single precision, on named devices and with gradients, whatever the caller has set.

    As a decorator it does so for each call of a function.  What was set before is set again afterwards.

    Example:
        >>> @own_settings()
        ... def compute():
        ...     return torch.zeros(1).dtype, torch.is_grad_enabled()
        >>> with torch.no_grad():
        ...     compute()
        (torch.float32, True)
    """
    with ExitStack() as stack:
        stack.enter_context(_PROCESS_SETTINGS)
        if torch.get_default_device().type != "cpu":  # where it is, a context would slow every call down
            stack.enter_context(torch.device("cpu"))
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        yield


class _ProcessSettings:
    """Sets float32 as the default precision, and lifts the ban on operations without a proof of determinism.

    These are settings of the whole process.  So the first thread to enter remembers them, and the last one to
    leave sets them again; where they are as they should be, nothing is ever set.  (What is banned here are
    max-unpoolings, which write each place once and so cannot differ.)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before = torch.float32, False, False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = _get_process_settings()
                _set_process_settings(torch.float32, False, False)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                _set_process_settings(*self._before)


def _get_process_settings() -> tuple[torch.dtype, bool, bool]:
    return (
        torch.get_default_dtype(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )


def _set_process_settings(dtype: torch.dtype, deterministic: bool, warn_only: bool) -> None:
    before = _get_process_settings()
    if before[0] != dtype:
        torch.set_default_dtype(dtype)
    if before[1:] != (deterministic, warn_only):
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)


_PROCESS_SETTINGS = _ProcessSettings()
