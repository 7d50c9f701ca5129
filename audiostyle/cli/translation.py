"""The work of ``translate`` on one recording, in this process or in another."""

import ctypes
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch import Report as OnProgress
from audiostyle.cli.naming import STDOUT
from audiostyle.cli.plan import Task

if TYPE_CHECKING:
    from audiostyle.translation.translator import Report, Translator

# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE, _KEPT = 4 << 20, 256 << 20  # bytes


@dataclass
class Translation:
    """Translates a task.  The model is loaded by the first `prepare` and kept, and never pickled."""

    model: str
    device: str
    offline: bool
    options: dict[str, Any]  # of `audiostyle.translation.translator.Options`
    writing: dict[str, Any]  # format, subtype, clip
    _translator: "Translator | None" = field(default=None, init=False, repr=False)

    def prepare(self) -> None:
        from audiostyle.translation.translator import Translator

        if self._translator is None:
            _keep_memory_flat()
            self._translator = Translator.from_pretrained(
                self.model, device=self.device, offline=self.offline
            )

    def __call__(self, task: Task, progress: OnProgress) -> "Report":
        from audiostyle.translation.translator import Options

        assert self._translator is not None
        if task.midi:
            Path(task.midi).parent.mkdir(parents=True, exist_ok=True)
        return self._translator.translate_file(
            task.input,
            {name: path if path == STDOUT else Path(path) for name, path in task.outputs.items()},
            options=Options(**self.options),
            midi=Path(task.midi) if task.midi else None,
            progress=progress,
            **self.writing,
        )


def _keep_memory_flat() -> None:
    """Let threads share one heap, and keep large blocks out of it, where the C library is glibc.

    It gives each thread a heap of its own, and none returns what it once held; and it takes larger and larger
    blocks from the heap, where smaller ones in between keep the room from being used again.  With a stretch
    of sound in every thread, memory would grow for as long as a recording lasts.
    """
    with suppress(AttributeError, OSError, TypeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT)
