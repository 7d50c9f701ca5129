"""Training state that survives being killed at any moment.

A checkpoint is written beside the last one and renamed over it, so there is always a whole one.  Batches
are a function of the seed and the step, so weights, optimizers and step are all the state there is: a
resumed training reaches what an uninterrupted one would have reached.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.temporaries import hold_folder, release_folder


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
    with write_atomically(path, TrainingError) as temporary, temporary.open("wb") as file:
        try:
            torch.save(dict(state), file)  # given a path, torch would write the temporary name into the file
        except RuntimeError:  # torch's own, when the disk is full
            raise OSError(errno.ENOSPC, "is the disk full?") from None


@contextmanager
def hold_run(folder: Path) -> Iterator[None]:
    """Keep other trainings out of a folder of checkpoints while the block runs.

    Two trainings in one folder would overwrite each other's checkpoints.  The hold ends with the process.

    Args:
        folder: made if need be.

    Raises:
        TrainingError: another training is at work there, or the folder cannot be made.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with hold_run(folder), hold_run(folder):  # doctest: +ELLIPSIS
        ...     pass
        Traceback (most recent call last):
        audiostyle.errors.TrainingError: ...: another training is at work there; wait for it, or choose \
another folder
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        hold = hold_folder(folder)
    except BlockingIOError:
        remedy = "wait for it, or choose another folder"
        raise TrainingError(f"{folder}: another training is at work there; {remedy}") from None
    except OSError as error:
        raise TrainingError(f"{folder}: cannot be written ({error.strerror}); choose another") from None
    try:
        yield
    finally:
        release_folder(hold)


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
