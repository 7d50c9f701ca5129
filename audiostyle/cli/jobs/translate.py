"""The work of ``translate`` on one recording, in this process or in another."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.memory import keep_memory_flat
from audiostyle.cli.batch.naming import STDOUT
from audiostyle.cli.batch.plan import Task
from audiostyle.cli.batch.pool import Report as OnProgress

if TYPE_CHECKING:
    from audiostyle.translation.translator import TranslationReport, Translator


@dataclass
class Translation:
    """Translates a task.  The model is loaded by the first `prepare` and kept, and never pickled."""

    model: str
    device: str
    offline: bool
    options: dict[str, Any]  # of `audiostyle.translation.translator.TranslationOptions`
    writing: dict[str, Any]  # format, subtype, clip
    _translator: "Translator | None" = field(default=None, init=False, repr=False)

    def prepare(self) -> None:
        from audiostyle.translation.translator import Translator

        if self._translator is None:
            keep_memory_flat()
            self._translator = Translator.from_pretrained(
                self.model, device=self.device, offline=self.offline
            )

    def __call__(self, task: Task, progress: OnProgress) -> "TranslationReport":
        from audiostyle.translation.translator import TranslationOptions

        assert self._translator is not None
        if task.midi:
            Path(task.midi).parent.mkdir(parents=True, exist_ok=True)
        return self._translator.translate_file(
            task.input,
            {name: path if path == STDOUT else Path(path) for name, path in task.outputs.items()},
            options=TranslationOptions(**self.options),
            midi=Path(task.midi) if task.midi else None,
            progress=progress,
            **self.writing,
        )
