"""What the work on pictures shares: reading, checks before work starts, tags that say what made them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from audiostyle.cli.batch.plan import BatchTask

if TYPE_CHECKING:
    from audiostyle.image.io.files import PictureFile


def read_content(task: BatchTask, max_pixels: int) -> "PictureFile":
    """Read the picture of a task, and check that its outputs can hold what it has.

    Raises:
        PictureReadError: it cannot be read, or has more than ``max_pixels``.
        PictureWriteError: an output's format cannot hold its size or its transparency.
    """
    from audiostyle.image.io import files

    content = files.read_picture(task.input, max_pixels=max_pixels)
    for output in task.outputs.values():
        files.check_writable(output, content)
    return content


def read_pictures(paths: Sequence[str], max_pixels: int) -> list["PictureFile"]:
    """Read several pictures.

    Raises:
        PictureReadError: one cannot be read, or has more than ``max_pixels``.
    """
    from audiostyle.image.io import files

    return [files.read_picture(path, max_pixels=max_pixels) for path in paths]


def make_comment(method: str, options: Mapping[str, object]) -> str:
    """Return what a picture's tags say about how it was made."""
    from audiostyle._version import __version__

    asked = [f"{name}={value}" for name, value in options.items() if name != "device"]
    return " ".join([f"audiostyle {__version__}", method, *asked])
