"""Decoding through libsndfile: WAV, FLAC, OGG, MP3, AIFF, CAF, W64, AU and a dozen rarer formats."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import soundfile

from audiostyle.errors import AudioReadError
from audiostyle.sound.formats import AudioInfo


class NotRecognised(Exception):
    """Not a file of libsndfile's; the message is its reason."""


class SoundFileDecoder:
    """An open file; ``info`` is what its header says.  Raises `NotRecognised` for what it cannot open."""

    def __init__(self, source: Path | IO[bytes], name: str) -> None:
        self._name = name
        self._source = source  # a temporary copy lives as long as it is open; libsndfile gets its descriptor
        # Bytes, because soundfile cannot encode a name that is not Unicode.
        file_or_descriptor = os.fsencode(source) if isinstance(source, Path) else source.fileno()
        try:
            self._file = soundfile.SoundFile(file_or_descriptor, closefd=False)
        except soundfile.SoundFileError as error:
            raise NotRecognised(str(error).rpartition(": ")[2].rstrip(".")) from None
        file = self._file
        # A WAV written to a pipe claims the largest length there is; libsndfile counts what is there instead.
        seconds = file.frames / file.samplerate
        self.info = AudioInfo(file.samplerate, file.channels, file.frames, file.format, file.subtype, seconds)

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """The file from its start as float32 ``(channels, frames)``; the last block is shorter."""
        self._file.seek(0)
        done = 0
        while len(block := self._read(frames, done)):
            done += len(block)
            yield np.ascontiguousarray(block.T)

    def close(self) -> None:
        self._file.close()
        if not isinstance(self._source, Path):
            self._source.close()

    def _read(self, frames: int, done: int) -> np.ndarray:
        try:
            return self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            where = f"after {done / self.info.sample_rate:.2f} s"
            remedy = "fetch it again, or cut off what follows"
            raise AudioReadError(f"{self._name}: is damaged {where} ({error}); {remedy}") from None
