"""Translating a file to a band: one transcription, shared out to parts, one result, perhaps stems."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audiostyle import atomic
from audiostyle.errors import AudioWriteError
from audiostyle.progress import Progress
from audiostyle.sound.leveling import choose_folder
from audiostyle.sound.reading import AudioReader
from audiostyle.translation.band import make_tracks, number_parts, render_band, split_band
from audiostyle.translation.files import FileSettings, MidiLayout, take_only
from audiostyle.translation.loaded_model import LoadedModel
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.parts import ROLES
from audiostyle.translation.pipeline import Pipeline
from audiostyle.translation.report import TranslationReport


@dataclass(frozen=True)
class BandSettings:
    """Who plays what.

    Attributes:
        parts: role → domain; None proposes both.
        stems: a folder for each part's own sound; None writes none.
    """

    parts: Mapping[str, str] | None
    stems: Path | None = None


def translate_band_to_file(
    model: LoadedModel,
    path: str | Path,
    outputs: Mapping[str, str | Path],
    options: TranslationOptions,
    settings: FileSettings,
    midi: str | Path | None,
    layout: MidiLayout,
    band: BandSettings,
    progress: Progress | None,
) -> TranslationReport:
    """Carry out :meth:`.translator.Translator.translate_file` with parts; it explains the arguments."""
    started = time.monotonic()
    for domain in (band.parts or {}).values():
        model.get_synthesizer(domain, options)  # or it is an error before any work
    out, name = take_only(outputs), next(iter(outputs))
    with AudioReader(path) as reader:
        settings.check(out, reader.info)
        if midi:
            atomic.check_writable(midi, AudioWriteError)
        if band.stems:
            band.stems.mkdir(parents=True, exist_ok=True)
        pipeline = Pipeline.of_file(reader, options, 1 + len(band.parts or ROLES), progress)
        transcription = pipeline.transcribe(model.note_encoder)
        parts = split_band(pipeline, transcription, band.parts or list(model.manifest.domains))
        pipeline.passes.expect(1 + len(parts))
        if midi:
            layout.save(number_parts(transcription, parts), midi, make_tracks(parts))
        blocks = render_band(model, pipeline, parts, choose_folder(out), band.stems)
        comment = "; ".join(model.describe(part.domain, options) for part in parts)
        settings.write(blocks, out, reader.info, comment, reader.read_tags())
    domains = dict.fromkeys(part.domain for part in parts)
    return TranslationReport(
        input=str(path),
        outputs={name: str(out)},
        model=model.manifest.name,
        sha256=model.manifest.fingerprint(*domains, kind=options.decoder),
        sample_rate=reader.info.sample_rate,
        channels=reader.info.channels,
        seconds=pipeline.source.samples / reader.info.sample_rate,
        elapsed=time.monotonic() - started,
        notes=len(transcription.notes),
        parts={part.role: part.domain for part in parts},
    )
