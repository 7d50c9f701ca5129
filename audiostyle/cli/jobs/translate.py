"""The work of ``translate`` on one recording, in this process or in another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audiostyle.cli.batch.memory import keep_memory_flat
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.translation.report import TranslationReport
    from audiostyle.translation.translator import Translator


@dataclass
class TranslateJob:
    """Translates recordings.

    The model is loaded by the first `prepare` and kept, and never pickled.

    Attributes:
        model: name, folder or manifest of the model.
        device: where to compute.
        options: keyword arguments of `audiostyle.Translator.translate_file`.
    """

    model: str
    device: str
    options: Mapping[str, object]
    _translator: "Translator | None" = field(default=None, init=False, repr=False)

    def prepare(self) -> None:
        """Load the model."""
        from audiostyle.translation.translator import Translator

        if self._translator is None:
            keep_memory_flat()
            self._translator = Translator.from_pretrained(self.model, device=self.device)

    def __call__(self, task: BatchTask, progress: Progress) -> "TranslationReport":
        """Translate one recording to all domains of its task."""
        assert self._translator is not None
        options: dict[str, Any] = {**self.options, "midi": task.midi, "progress": progress}
        return self._translator.translate_file(task.input, task.outputs, **options)
