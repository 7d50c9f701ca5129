"""What a command that writes files is, for `torture.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Verb:
    """A command that writes files.

    Attributes:
        name: in tables.
        arguments: of the command, given the folders of its inputs and of its outputs.
        rerun: what is added when it is run again after an interruption.
        needs: whether it can be run on this machine.
    """

    name: str
    arguments: Callable[[Path, Path], list[str]]
    rerun: tuple[str, ...] = ()
    needs: Callable[[], bool] = field(default=lambda: True)
