"""Training state that survives being killed at any moment.

A checkpoint is written beside the last one and renamed over it, so there is always a whole one.  Batches
are a function of the seed and the step, so weights, optimizers and step are all the state there is: a
resumed training reaches what an uninterrupted one would have reached.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import torch

from audiostyle.errors import TrainingError


def save_checkpoint(path: Path, state: Mapping[str, object]) -> None:
    """Write the state of a training in one rename.

    Args:
        path: of the checkpoint; its folder is made if need be.
        state: tensors, numbers, strings and containers of them; ``config`` holds the training's settings.

    Raises:
        TrainingError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "last.pt")
        >>> save_checkpoint(path, {"config": {"batch": 4}, "step": 100})
        >>> load_checkpoint(path, {"batch": 4})["step"]
        100
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(dict(state), part)
        os.replace(part, path)
    except (OSError, RuntimeError) as error:  # a RuntimeError is torch's own, when the disk is full
        with suppress(OSError):
            part.unlink()
        reason = getattr(error, "strerror", None) or "is the disk full?"
        raise TrainingError(f"{path}: cannot be written ({reason}); make room or choose another") from None


def load_checkpoint(path: Path, config: Mapping[str, object]) -> dict[str, object] | None:
    """Return the state that was saved at ``path``, or None where nothing was.

    Args:
        path: of the checkpoint.
        config: the settings of the training that is to be resumed.

    Raises:
        TrainingError: the file is damaged, or was saved with other settings.

    Example:
        >>> load_checkpoint(Path("not-there.pt"), {}) is None
        True
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
