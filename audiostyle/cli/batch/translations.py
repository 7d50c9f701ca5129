"""What batches of translations have of their own: names of outputs, lines about results."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from audiostyle.cli.batch.addresses import join_path
from audiostyle.cli.batch.conventions import NAME_BY_DOMAIN
from audiostyle.cli.batch.inputs import InputFile
from audiostyle.cli.batch.naming import AudioNaming, is_folder
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.reporting import BatchReporter
from audiostyle.cli.console import UsageError, format_time

if TYPE_CHECKING:
    from audiostyle.translation.translator import TranslationReport


@dataclass(frozen=True)
class TranslationNaming(AudioNaming):
    """Translations are called after their domain.

    Attributes:
        midi: ``--midi``, a file or a folder for the notes; None where they are not wanted.
    """

    label: ClassVar[str] = "domain"

    filename: str = NAME_BY_DOMAIN
    midi: str | None = None

    def name_midi(self, source: InputFile, inputs: float) -> str | None:
        """Return the path for the notes of one input, None where they are not wanted.

        Raises:
            UsageError: several inputs would share one file.
        """
        midi = self.midi
        if midi is None:
            return None
        if is_folder(midi) or PurePath(midi).suffix.lower() not in {".mid", ".midi"}:
            return join_path(midi, source.folder or "", f"{source.stem}.mid")
        if inputs > 1:
            raise UsageError(f"--midi {midi}: several inputs cannot share one file; name a folder")
        return midi


class TranslationReporter(BatchReporter["TranslationReport"]):
    """Reports on translations."""

    label = "domain"

    def _describe_plan(self, task: BatchTask) -> dict[str, object]:
        return {"midi": task.midi}

    def _describe_results(
        self, task: BatchTask, report: "TranslationReport"
    ) -> Iterator[tuple[dict[str, object], str]]:
        for domain, output in report.outputs.items():
            yield _make_record(report, domain, task.midi), _make_sentence(report, domain, output)


def _compute_speed(report: "TranslationReport") -> float:
    """Return the seconds of audio for each second of work: above 1 is faster than real time."""
    return report.seconds / max(report.elapsed, 1e-9)


def _make_record(report: "TranslationReport", domain: str, midi: str | None) -> dict[str, object]:
    return {
        "input": report.input,
        "output": report.outputs[domain],
        "domain": domain,
        "midi": midi,
        "model": report.model,
        "sha256": report.sha256,
        "sample_rate": report.sample_rate,
        "channels": report.channels,
        "seconds": round(report.seconds, 6),
        "elapsed": round(report.elapsed, 3),
        "real_time_factor": round(_compute_speed(report), 2),
        "notes": report.notes,
        "folded": report.folded.get(domain, 0),
        **({"parts": report.parts} if report.parts else {}),
    }


def _make_sentence(report: "TranslationReport", domain: str, output: str) -> str:
    speed = f"{_compute_speed(report):.0f}x real time"
    took = f"{format_time(report.seconds)} in {report.elapsed:.1f} s, {speed}"
    line = f"{report.input} -> {output} ({took})"
    if report.parts:
        line += "; " + ", ".join(f"{role} on {name}" for role, name in report.parts.items())
    folded = report.folded.get(domain, 0)
    moved = f"; {folded} of {report.notes} notes moved by octaves into the range of {domain}"
    return line + (moved if folded else "")
