"""Translating a file to files: one transcription, and one result for every domain."""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle import atomic
from audiostyle.errors import AudiostyleError, AudioWriteError, ModelNotFound
from audiostyle.music.quantization import parse_grid
from audiostyle.progress import Progress
from audiostyle.sound.atomic import STANDARD_OUTPUT
from audiostyle.sound.formats import AudioInfo, choose_subtype, get_format
from audiostyle.sound.leveling import choose_folder
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.source import describe_source
from audiostyle.sound.tags.tags import Tags
from audiostyle.sound.writing import AudioWriter, Clip, check_writable
from audiostyle.translation.loaded_model import LoadedModel
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.pipeline import Pipeline
from audiostyle.translation.report import TranslationReport, describe_missing_notes
from audiostyle.translation.transcription import Track, Transcription

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileSettings:
    """How results are written; see :class:`audiostyle.sound.writing.AudioWriter`."""

    format: str | None = None
    subtype: str | None = None
    clip: Clip = "limit"

    def check(self, out: str | Path, source: AudioInfo) -> None:
        """Check that a result of such a source can be written.

        Raises:
            AudioWriteError: it cannot; the message says why and what to do.
        """
        subtype = self.subtype or _choose_subtype(out, self.format, source)
        check_writable(out, source.sample_rate, source.channels, format=self.format, subtype=subtype)

    def write(
        self,
        blocks: Iterable[NDArray[np.float32]],
        out: str | Path,
        source: AudioInfo,
        comment: str,
        tags: Tags | None = None,
    ) -> None:
        """Write blocks (channels, n) to a file that has the source's rate, channels, encoding and tags."""
        subtype = self.subtype or _choose_subtype(out, self.format, source)
        with AudioWriter(
            out,
            source.sample_rate,
            source.channels,
            format=self.format,
            subtype=subtype,
            clip=self.clip,
            comment=comment,
            tags=tags,
        ) as writer:
            for block in blocks:
                writer.write(block)


@dataclass(frozen=True)
class MidiLayout:
    """How the notes are written; see :meth:`.transcription.Transcription.save`.

    Raises:
        AudiostyleError: there is no such grid to quantize to.
    """

    plain: bool = False
    quantize: str | None = None

    def __post_init__(self) -> None:
        if self.quantize is not None:
            parse_grid(self.quantize)

    def save(
        self, transcription: Transcription, path: str | Path, tracks: Mapping[int, Track] | None = None
    ) -> None:
        """Write the notes; an error names the file."""
        try:
            transcription.save(path, plain=self.plain, quantize=self.quantize, tracks=tracks)
        except (AudioWriteError, ModelNotFound):
            raise
        except AudiostyleError as error:  # about the music, which has no name
            raise AudiostyleError(f"{path}: {error}") from None


def name_outputs(out: str | Path | Mapping[str, str | Path], domain: str | None) -> Mapping[str, str | Path]:
    """Return domain → file.

    Raises:
        AudiostyleError: it is not clear which file is of which domain.

    Example:
        >>> name_outputs("a.wav", "piano"), name_outputs({"organ": "b.wav"}, None)
        ({'piano': 'a.wav'}, {'organ': 'b.wav'})
    """
    if isinstance(out, Mapping):
        if domain is not None:
            raise AudiostyleError("give a domain with one file, or a file for each domain, not both")
        if not out:
            raise AudiostyleError("no file was given to write; give one for each domain")
        return out
    if domain is None:
        raise AudiostyleError(f"{out}: which domain? give domain=, or a file for each domain")
    return {domain: out}


def translate_to_files(
    model: LoadedModel,
    path: str | Path,
    outputs: Mapping[str, str | Path],
    options: TranslationOptions,
    settings: FileSettings,
    midi: str | Path | None,
    layout: MidiLayout,
    progress: Progress | None,
) -> TranslationReport:
    """Carry out :meth:`.translator.Translator.translate_file`, where the arguments are explained."""
    started = time.monotonic()
    synthesizers = {domain: model.get_synthesizer(domain, options) for domain in outputs}
    encoder = model.note_encoder if midi else model.encoder  # without notes there is no MIDI file to be had
    folded = {}
    with AudioReader(path) as reader:
        for out in outputs.values():  # before the recording is heard, which may take an hour
            settings.check(out, reader.info)
        if midi:
            atomic.check_writable(midi, AudioWriteError)
        tags = reader.read_tags()
        pipeline = Pipeline.of_file(reader, options, 1 + len(outputs), progress)
        transcription = pipeline.transcribe(encoder)
        if encoder.finds_notes and not len(transcription.notes):
            strength, keep_drums = options.strength, options.keep_drums
            name, rms = describe_source(path), transcription.rms
            _log.warning(describe_missing_notes(name, rms, strength=strength, keep_drums=keep_drums))
        if midi:
            layout.save(transcription, midi)
        for domain, out in outputs.items():
            played = transcription.to_performance()
            performance, folded[domain] = model.fit_to_domain(played, domain, options)
            folder = choose_folder(out)
            levels = model.get_levels(transcription, domain, options)
            blocks = pipeline.render(transcription, performance, synthesizers[domain], folder, levels)
            settings.write(blocks, out, reader.info, model.describe(domain, options), tags)
    return TranslationReport(
        input=str(path),
        outputs={domain: str(out) for domain, out in outputs.items()},
        model=model.manifest.name,
        sha256=model.manifest.fingerprint(*outputs, kind=options.decoder),
        sample_rate=reader.info.sample_rate,
        channels=reader.info.channels,
        seconds=pipeline.source.samples / reader.info.sample_rate,
        elapsed=time.monotonic() - started,
        notes=len(transcription.notes),
        folded=folded,
    )


def _choose_subtype(out: str | Path, format: str | None, source: AudioInfo) -> str | None:
    """Return the encoding that keeps what the source has, where the output's format can."""
    return None if str(out) == STANDARD_OUTPUT else choose_subtype(get_format(out, format).name, source)
