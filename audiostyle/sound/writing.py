"""Writing recordings block by block into files that appear only when they are whole."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from audiostyle.errors import AudioWriteError, ShapeError
from audiostyle.sound import formats
from audiostyle.sound.atomic import STANDARD_OUTPUT, AtomicFile, explain_errors
from audiostyle.sound.spool import Spool

Clip = Literal["rescale", "clamp", "none"]
_CHUNK = 4096  # frames a call: libsndfile puts a Vorbis block on the stack, and crashes on a large one


class AudioWriter:
    """A recording to be: ``with AudioWriter("out.flac", 44100, channels=2) as writer: writer.write(block)``

    The file takes its name when the ``with`` block ends well; after an exception (Ctrl-C included) nothing is
    left of it, after a kill at most a hidden ``.audiostyle-….part``.  Missing folders are made.  An existing
    file is replaced: asking first is the caller's business.  ``-`` is a WAV to standard output.

    ``format`` (default: by suffix) and ``subtype`` are libsndfile's names, see `formats`.  ``clip`` says what
    happens to samples beyond ±1, which only float subtypes can hold (those are written as they are):

    - ``"rescale"``: the whole recording is divided by its peak (for which it waits in a temporary file);
    - ``"clamp"``: each becomes ±1;
    - ``"none"``: the encoder gets them; PCM then saturates, Vorbis and MP3 keep the overshoot.

    ``comment`` goes to the file's comment tag, where the format has one.
    After the end, ``peak`` is the largest magnitude that was given and ``gain`` what all was multiplied by.

    Raises `AudioWriteError`: format unknown or unable to hold this rate, channel count or length; folder or
    file not writable; disk full; a sample that is not finite; no samples at all.  Raises `ShapeError`: a
    block of another shape.
    """

    def __init__(
        self,
        path: str | Path,
        sample_rate: int,
        channels: int,
        *,
        format: str | None = None,
        subtype: str | None = None,
        clip: Clip = "rescale",
        comment: str | None = None,
    ) -> None:
        to_stdout = str(path) == STANDARD_OUTPUT
        self._format = formats.FORMATS["WAV"] if to_stdout else formats.format_of(path, format)
        self._subtype = subtype or formats.default_subtype(self._format.name)
        formats.check(path, self._format, self._subtype, sample_rate, channels)
        is_float = self._subtype in formats.FLOAT_SUBTYPES
        self._clamps = clip == "clamp" and not is_float
        self._channels = channels
        self._frames = 0
        self.peak, self.gain = 0.0, 1.0
        self._output = AtomicFile(path)
        self._file: soundfile.SoundFile | None = None
        self._spool: Spool | None = None
        try:
            with explain_errors(self._output.name):
                self._file = self._open(sample_rate, comment)
                if clip == "rescale" and not is_float:
                    self._spool = Spool(self._output.folder, channels)
        except BaseException:
            self._discard()
            raise

    def __enter__(self) -> AudioWriter:
        return self

    def __exit__(self, exception_type: type[BaseException] | None, *rest: object) -> None:
        try:
            if exception_type is None:
                self._finish()
        finally:
            self._discard()

    def write(self, block: np.ndarray) -> None:
        """Add ``block``, float ``(channels, n)``, to the end."""
        self._check(block)
        self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
        with explain_errors(self._output.name):
            if self._spool is not None:
                self._spool.append(block)
            else:
                self._encode(block)

    def _open(self, sample_rate: int, comment: str | None) -> soundfile.SoundFile:
        path, name = os.fsencode(self._output.temporary), self._format.name
        file = soundfile.SoundFile(path, "w", sample_rate, self._channels, self._subtype, format=name)
        if comment and self._format.has_comment:
            file.comment = comment
        return file

    def _check(self, block: np.ndarray) -> None:
        name = self._output.name
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"{name}: a block must be ({self._channels}, n), not {block.shape}")
        if not np.isfinite(block).all():
            raise AudioWriteError(f"{name}: was given a sample that is NaN or infinite; please report this")
        self._frames += block.shape[1]
        size = self._frames * self._channels * formats.sample_bytes(self._subtype)
        if self._format.max_bytes and size > self._format.max_bytes:
            kind = self._format.name
            raise AudioWriteError(f"{name}: {kind} holds at most 4 GiB; write .w64 or .flac instead")

    def _encode(self, block: np.ndarray) -> None:
        assert self._file is not None
        samples = np.clip(block, -1, 1) if self._clamps else block
        for start in range(0, samples.shape[1], _CHUNK):
            self._file.write(samples[:, start : start + _CHUNK].T.astype(np.float32, copy=False))

    def _finish(self) -> None:
        assert self._file is not None
        if self._frames == 0:
            raise AudioWriteError(f"{self._output.name}: was given no samples; there is nothing to write")
        with explain_errors(self._output.name):
            if self._spool is not None:
                self.gain = 1 / self.peak if self.peak > 1 else 1.0
                for block in self._spool.blocks(1 << 16):
                    self._encode(block * np.float32(self.gain) if self.gain != 1 else block)
            self._file.close()
            self._check_end()
        self._output.commit()

    def _check_end(self) -> None:
        """libsndfile ignores a full disk while it closes a compressed file, and the last frames are lost."""
        with soundfile.SoundFile(os.fsencode(self._output.temporary)) as written:
            written.seek(self._frames - 1)
            if len(written.read(1)) == 0:
                raise OSError(errno.ENOSPC, "its last samples are missing")

    def _discard(self) -> None:
        if self._spool is not None:
            self._spool.close()
        with suppress(soundfile.SoundFileError):  # what it could not write is not wanted any more
            if self._file is not None:
                self._file.close()
        self._output.discard()
