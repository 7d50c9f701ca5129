"""Reading recordings as streams of blocks, in memory that does not depend on their length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.sound import ffmpeg
from audiostyle.sound.formats import AudioInfo
from audiostyle.sound.libsndfile import NotRecognised, SoundFileDecoder
from audiostyle.sound.source import describe_source, open_source

__all__ = ["AudioInfo", "AudioReader", "read"]


class AudioReader:
    """A recording as a stream: ``with AudioReader("song.mp3") as reader: for block in reader.blocks(512): …``

    ``path`` is a file (WAV, FLAC, OGG, MP3, AIFF and libsndfile's others; M4A, AAC and videos where ffmpeg is
    installed), a named pipe, or ``-`` for standard input (WAV or any of libsndfile's formats; copied to a
    temporary file first, because a pipe cannot be rewound).

    A WAV, OGG or MP3 whose header promises more than the file holds (a recorder that crashed, a download cut
    short) is read as far as it goes; a FLAC is an error there, because what its decoder has lost is unknown.

    Raises `AudioReadError` on opening (missing, folder, not readable, empty, not audio, no samples), and from
    `blocks` where the sound is damaged or a sample is not a finite number.
    """

    info: AudioInfo

    def __init__(self, path: str | Path) -> None:
        self._name = describe_source(path)
        self._decoder = _open_decoder(path, self._name)
        self.info = self._decoder.info
        if self.info.frames == 0:
            self.close()
            raise self._no_samples()

    def __enter__(self) -> AudioReader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; the reader cannot be used afterwards."""
        self._decoder.close()

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """The whole recording from its start as float32 ``(channels, frames)``; the last block is shorter.

        Each call starts again at the beginning, so one iterator at a time.
        """
        done = 0
        for block in self._decoder.blocks(frames):
            self._check_finite(block, done)
            done += block.shape[1]
            yield block
        if done == 0:
            raise self._no_samples()

    def _check_finite(self, block: np.ndarray, start: int) -> None:
        finite = np.isfinite(block)
        if finite.all():
            return
        second = (start + int(np.argmin(finite.all(axis=0)))) / self.info.sample_rate
        problem = f"has a sample that is not a finite number (NaN or infinite) at {second:.3f} s"
        raise AudioReadError(f"{self._name}: {problem}; repair or cut it there")

    def _no_samples(self) -> AudioReadError:
        return AudioReadError(f"{self._name}: holds no samples; choose a recording with sound in it")


def read(path: str | Path) -> tuple[np.ndarray, int]:
    """A whole recording as float32 ``(channels, samples)`` and its sample rate in Hz.

    Raises `AudioReadError`, see `AudioReader`.
    """
    with AudioReader(path) as reader:
        return np.concatenate(list(reader.blocks(1 << 18)), axis=1), reader.info.sample_rate


def _open_decoder(path: str | Path, name: str) -> SoundFileDecoder | ffmpeg.FfmpegDecoder:
    source = open_source(path)
    try:
        return SoundFileDecoder(source, name)
    except NotRecognised as reason:
        if not isinstance(source, Path):
            source.close()
            raise AudioReadError(f"{name}: is not a WAV stream ({reason}); convert it to WAV") from None
        if not ffmpeg.available():
            remedy = "convert it to WAV, or install the ffmpeg program"
            raise AudioReadError(f"{name}: cannot be read without ffmpeg ({reason}); {remedy}") from None
        return ffmpeg.FfmpegDecoder(source)
