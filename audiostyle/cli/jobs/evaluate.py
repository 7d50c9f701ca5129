"""The work of ``evaluate`` on one item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from audiostyle.progress import Progress

if TYPE_CHECKING:
    from audiostyle.evaluate.items import ItemScores
    from audiostyle.evaluate.measures import Embedder, Measure, Transcriber


@dataclass(frozen=True)
class EvaluateTask:
    """One item to be measured.

    Attributes:
        input: what it is called.
        paths: name of a system, or role of a companion → path.
    """

    input: str
    paths: Mapping[str, Path]

    def list_files(self) -> list[str]:
        """Return what is written: nothing."""
        return []


@dataclass
class EvaluateJob:
    """Measures items.

    What transcribes and embeds is loaded by the first `prepare` and kept, and never pickled.

    Attributes:
        systems: names of what is measured.
        metrics: short names of measures.
    """

    systems: tuple[str, ...]
    metrics: tuple[str, ...]
    _transcribe: "Transcriber | None" = field(default=None, init=False, repr=False)
    _embedders: "dict[str, Embedder] | None" = field(default=None, init=False, repr=False)

    @property
    def measures(self) -> "dict[str, Measure]":
        """The measures by their names."""
        from audiostyle.evaluate.measures import MEASURES

        return {name: MEASURES[name] for name in self.metrics}

    def prepare(self) -> None:
        """Load what the measures need."""
        if self._embedders is None:
            self._transcribe = make_transcriber(self.measures)
            self._embedders = make_embedders(self.measures)

    def __call__(self, task: EvaluateTask, progress: Progress) -> "ItemScores":
        """Measure one item."""
        from audiostyle.evaluate.items import measure_item

        progress(0.0, None)
        return measure_item(
            task.input,
            task.paths,
            self.systems,
            self.measures,
            transcribe=self._transcribe,
            embedders=self._embedders,
        )


def make_transcriber(measures: "Mapping[str, Measure]") -> "Transcriber | None":
    """Return what finds notes: the shipped encoder, loaded once, if a measure compares notes."""
    if not any(measure.notes for measure in measures.values()):
        return None
    from audiostyle.evaluate.measures import to_rows
    from audiostyle.translation.translator import Translator

    translator = Translator.from_pretrained()
    return lambda wave, rate: to_rows(translator.transcribe(wave.astype("float32"), rate).notes)


def make_embedders(measures: "Mapping[str, Measure]") -> "dict[str, Embedder]":
    """Return the embeddings that are no metric's own, if a measure compares sets of them."""
    if not any(measure.sets == "spectrogram" for measure in measures.values()):
        return {}
    from audiostyle.spectrogram.embedding import embed_recording

    return {"spectrogram": embed_recording}
