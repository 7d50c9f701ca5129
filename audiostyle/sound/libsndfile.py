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


class NotRecognized(Exception):
    """libsndfile cannot open the file; the message is libsndfile's reason."""


class SoundFileDecoder:
    """A file, decoded by libsndfile.

    Args:
        source: a path, or an open file, which is closed with the decoder.
        name: what messages call the file.

    Attributes:
        info: what the header says.

    Raises:
        NotRecognized: libsndfile cannot open the file.
    """

    def __init__(self, source: Path | IO[bytes], name: str) -> None:
        self._name = name
        self._source = source  # kept, because a temporary copy vanishes when it is closed
        # Bytes, because soundfile cannot encode a name that is not Unicode.
        file_or_descriptor = os.fsencode(source) if isinstance(source, Path) else source.fileno()
        try:
            self._file = soundfile.SoundFile(file_or_descriptor, closefd=False)
        except soundfile.SoundFileError as error:
            raise NotRecognized(str(error).rpartition(": ")[2].rstrip(".")) from None
        file = self._file
        # A WAV that was written to a pipe claims the largest possible length; libsndfile counts its samples.
        seconds = file.frames / file.samplerate
        self.info = AudioInfo(file.samplerate, file.channels, file.frames, file.format, file.subtype, seconds)

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield the file from its start as float32 (channels, frames); the last block may be shorter.

        Raises:
            AudioReadError: the file is damaged.
        """
        self._file.seek(0)
        done = 0
        while len(block := self._read(frames, done)):
            done += len(block)
            yield np.ascontiguousarray(block.T)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        if not isinstance(self._source, Path):
            self._source.close()

    def _read(self, frames: int, done: int) -> np.ndarray:
        """Return the next samples (n, channels), of which ``done`` came before."""
        try:
            return self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            where = f"after {done / self.info.sample_rate:.2f} s"
            remedy = "fetch it again, or cut off what follows"
            raise AudioReadError(f"{self._name}: is damaged {where} ({error}); {remedy}") from None
