"""Training state that survives being killed at any moment.

A checkpoint is written beside the last one and renamed over it, so there is always a whole one.  Batches
are a function of the seed and the step, so weights, optimiser and step are all the state there is: a
resumed run reaches what an uninterrupted one would have.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from audiostyle.errors import TrainingError


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write ``state`` (tensors, numbers, strings, containers of them) atomically.

    Raises:
        TrainingError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, part)
        os.replace(part, path)
    except (OSError, RuntimeError) as error:  # torch's own, when the disk is full
        with suppress(OSError):
            part.unlink()
        reason = getattr(error, "strerror", None) or "is the disk full?"
        raise TrainingError(f"{path}: cannot be written ({reason}); make room or choose another") from None


def load_checkpoint(path: Path, config: dict[str, Any]) -> dict[str, Any] | None:
    """Return the state saved at ``path``, or None if nothing was.

    Raises:
        TrainingError: the file is damaged, or was made with another configuration.
    """
    if not path.is_file():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise TrainingError(f"{path}: damaged checkpoint ({type(error).__name__}); delete it") from None
    if state.get("config") != config:
        raise TrainingError(f"{path}: made with another configuration; choose another folder or delete it")
    return state
