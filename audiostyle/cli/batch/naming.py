"""Where the result of one input goes: ``--out``, ``--filename``, ``--format`` and ``--midi``."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import ClassVar

from audiostyle.cli.batch.inputs import AUDIO, Kind, Source
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudioWriteError
from audiostyle.sound.formats import FORMATS, format_of

STDOUT = "-"
FILENAME = "{stem}.{domain}.{ext}"
_WRITTEN = frozenset(suffix for format in FORMATS.values() for suffix in format.suffixes)


@dataclass(frozen=True)
class Naming:
    """The options as given.  ``out`` and ``midi`` are a file or a folder; ``format`` beats any suffix.

    What the class says of recordings, a subclass may say of something else: the ``kind`` of inputs; the
    ``label`` that tells the results of one input apart; the suffixes that are ``written``, and the ``usual``
    one for results of inputs with another.
    """

    kind: ClassVar[Kind] = AUDIO
    label: ClassVar[str] = "domain"
    written: ClassVar[frozenset[str]] = _WRITTEN
    usual: ClassVar[str] = ".wav"

    out: str | None = None
    filename: str = FILENAME
    format: str | None = None
    subtype: str | None = None
    midi: str | None = None

    def check(self) -> None:
        """Raises UsageError for an unknown format, and a file name pattern that leads astray."""
        if self.format and self.format.upper() not in FORMATS:
            raise UsageError(f"--format {self.format}: not known; use one of {', '.join(FORMATS).lower()}")
        try:
            example = self._filled("song", "piano", "wav")
        except (KeyError, IndexError, ValueError, AttributeError):
            raise UsageError(
                f"--filename {self.filename}: use only {{stem}}, {{{self.label}}} and {{ext}}"
            ) from None
        if PurePath(example).is_absolute() or ".." in PurePath(example).parts:
            raise UsageError(f"--filename {self.filename}: must stay inside --out")

    def one_file(self, inputs: float, domains: int) -> str | None:
        """``--out``, if it names the one output itself; None if it is a folder for the outputs.

        ``inputs`` is infinite for a folder, whatever it holds: what an option means must not depend on that.
        """
        out = self.out
        if out is None or _is_folder(out):
            return None
        suffix = PurePath(out).suffix
        if inputs * domains == 1 and (suffix or out == STDOUT):
            return out if out == STDOUT else self._writable(out)
        if out == STDOUT or suffix.lower() in self.written:
            raise UsageError(f"--out {out}: several results cannot share one file; name a folder")
        return None

    def outputs(self, source: Source, domains: Sequence[str], file: str | None) -> dict[str, str]:
        """The path of every result of one input, given what `one_file` said."""
        return {domain: file or self.output(source, domain) for domain in domains}

    def output(self, source: Source, domain: str) -> str:
        """The path of one result in the folder ``--out`` (default: here), placed as the input in its tree."""
        name = self._filled(source.stem, domain, self._suffix(source).lstrip("."))
        return str(Path(self.out or "", source.folder or "", self._writable(name)))

    def midi_file(self, source: Source, inputs: float) -> str | None:
        """The path for the notes that were heard, None when they are not wanted."""
        midi = self.midi
        if midi is None:
            return None
        if _is_folder(midi) or PurePath(midi).suffix.lower() not in {".mid", ".midi"}:
            return str(Path(midi, source.folder or "", f"{source.stem}.mid"))
        if inputs > 1:
            raise UsageError(f"--midi {midi}: several inputs cannot share one file; name a folder")
        return midi

    def _filled(self, stem: str, domain: str, suffix: str) -> str:
        return self.filename.format(**{"stem": stem, self.label: domain, "ext": suffix})

    def _suffix(self, source: Source) -> str:
        """The input's own suffix where we can write it, so that a FLAC stays a FLAC; else the usual one."""
        if self.format:
            return FORMATS[self.format.upper()].suffixes[0]
        suffix = PurePath(source.path).suffix.lower()
        return suffix if suffix in self.written else self.usual

    def _writable(self, path: str) -> str:
        try:
            found = format_of(path, self.format)
        except AudioWriteError as error:
            raise UsageError(f"{error}, or --format") from None
        if self.subtype and self.subtype not in found.subtypes:
            known = ", ".join(found.subtypes)
            raise UsageError(f"--subtype {self.subtype}: {found.name} has none such; use one of {known}")
        return path


def check_stdout(out: str | None, json: bool) -> None:
    """Raise UsageError where results are to go to a stdout that is a terminal, or wanted for JSON too."""
    if out != STDOUT:
        return
    if json:
        raise UsageError("--json and --out - both need stdout; choose one")
    if sys.stdout.isatty():
        raise UsageError("--out -: stdout is a terminal; redirect it to a file or a program")


def _is_folder(path: str) -> bool:
    return path.endswith(("/", os.sep)) or os.path.isdir(path)
