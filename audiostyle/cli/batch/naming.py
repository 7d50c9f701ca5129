"""Where the results of one input go: ``--out``, ``--filename`` and, of recordings, ``--format``."""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar

from audiostyle.cli.batch.addresses import get_name, is_address, join_path
from audiostyle.cli.batch.conventions import STDOUT
from audiostyle.cli.batch.inputs import AUDIO, InputFile, InputKind
from audiostyle.cli.console import UsageError
from audiostyle.errors import AudioWriteError
from audiostyle.sound.formats import FORMATS, WRITABLE_SUFFIXES, get_format


@dataclass(frozen=True)
class OutputNaming(ABC):
    """How the outputs of a command are named.

    One input has one result for each *variant*: a domain of ``translate``, the method of ``transfer`` and of
    ``image``.  A command's subclass says what that is called and which files it can write.

    Attributes:
        kind: of inputs.
        label: what a variant is called in ``--filename`` and in JSON.
        writable: suffixes of the files that can be written.
        usual_suffix: of results whose input's suffix cannot be written.
        out: ``--out``, a file or a folder, or the address of one; None is the current folder.
        filename: ``--filename``, a pattern with ``{stem}``, the label in braces and ``{ext}``.
    """

    kind: ClassVar[InputKind]
    label: ClassVar[str]
    writable: ClassVar[frozenset[str]]
    usual_suffix: ClassVar[str]

    out: str | None = None
    filename: str = "{stem}.{ext}"

    def check(self) -> None:
        """Check what does not depend on inputs.

        Raises:
            UsageError: ``--filename`` has unknown fields or leads out of ``--out``.
        """
        try:
            example = self._fill_in("song", "piano", "wav")
        except (KeyError, IndexError, ValueError, AttributeError):
            raise UsageError(
                f"--filename {self.filename}: use only {{stem}}, {{{self.label}}} and {{ext}}"
            ) from None
        if PurePath(example).is_absolute() or ".." in PurePath(example).parts:
            raise UsageError(f"--filename {self.filename}: must stay inside --out")

    def get_single_file(self, inputs: float, variants: int) -> str | None:
        """Return ``--out`` if it names the one output itself, None if it is a folder for outputs.

        Args:
            inputs: how many there are; infinite for a folder, whatever it holds, because what an option means
                must not depend on that.
            variants: results of one input.

        Raises:
            UsageError: several results would share one file, or the file cannot be written.
        """
        out = self.out
        if out is None or is_folder(out):
            return None
        suffix = PurePath(out).suffix
        if inputs * variants == 1 and (suffix or out == STDOUT):
            return out if out == STDOUT else self._check_writable(out)
        if out == STDOUT or suffix.lower() in self.writable:
            raise UsageError(f"--out {out}: several results cannot share one file; name a folder")
        return None

    def name_outputs(self, source: InputFile, variants: Sequence[str], file: str | None) -> dict[str, str]:
        """Return the path of every result of one input, given what `get_single_file` returned."""
        return {variant: file or self.name_output(source, variant) for variant in variants}

    def name_output(self, source: InputFile, variant: str) -> str:
        """Return the path of one result in the folder ``--out``, placed there as the input in its tree."""
        name = self._fill_in(source.stem, variant, self._choose_suffix(source).lstrip("."))
        return join_path(self.out or "", source.folder or "", self._check_writable(name))

    def name_midi(self, source: InputFile, inputs: float) -> str | None:
        """Return the path for the notes of one input, None where none are wanted."""
        return None

    def _fill_in(self, stem: str, variant: str, suffix: str) -> str:
        return self.filename.format(**{"stem": stem, self.label: variant, "ext": suffix})

    def _choose_suffix(self, source: InputFile) -> str:
        """Return the input's own suffix where we can write it, so that a FLAC stays a FLAC."""
        suffix = PurePath(get_name(source.path)).suffix.lower()
        return suffix if suffix in self.writable else self.usual_suffix

    @abstractmethod
    def _check_writable(self, path: str) -> str:
        """Return the path as it is.

        Raises:
            UsageError: no such file can be written.
        """


@dataclass(frozen=True)
class AudioNaming(OutputNaming):
    """How recordings are named.

    Attributes:
        format: ``--format``, which beats any suffix.
        subtype: ``--subtype``, the encoding of samples.
    """

    kind: ClassVar[InputKind] = AUDIO
    writable: ClassVar[frozenset[str]] = WRITABLE_SUFFIXES
    usual_suffix: ClassVar[str] = ".wav"

    format: str | None = None
    subtype: str | None = None

    def check(self) -> None:
        """Check what does not depend on inputs.

        Raises:
            UsageError: ``--format`` is unknown, or ``--filename`` cannot be used.
        """
        if self.format and self.format.upper() not in FORMATS:
            raise UsageError(f"--format {self.format}: not known; use one of {', '.join(FORMATS).lower()}")
        super().check()

    def _choose_suffix(self, source: InputFile) -> str:
        if self.format:
            return FORMATS[self.format.upper()].suffixes[0]
        return super()._choose_suffix(source)

    def _check_writable(self, path: str) -> str:
        try:
            found = get_format(path, self.format)
        except AudioWriteError as error:
            raise UsageError(f"{error}, or --format") from None
        if self.subtype and self.subtype not in found.subtypes:
            known = ", ".join(found.subtypes)
            raise UsageError(f"--subtype {self.subtype}: {found.name} has none such; use one of {known}")
        return path


def is_folder(path: str) -> bool:
    """Return whether a path names a folder: by a slash at its end, or because it is one."""
    if path.endswith(("/", os.sep)) or not is_address(path):
        return path.endswith(("/", os.sep)) or os.path.isdir(path)
    from audiostyle.cli.batch import remote_listing

    return remote_listing.is_folder(path)
