"""Reading recordings as streams of blocks, in memory that does not depend on their length."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.sound import ffmpeg
from audiostyle.sound.formats import AudioInfo
from audiostyle.sound.libsndfile import NotRecognized, SoundFileDecoder
from audiostyle.sound.source import describe_source, open_source
from audiostyle.sound.tags.tags import Tags

log = logging.getLogger(__name__)

__all__ = ["AudioInfo", "AudioReader", "read_audio"]

_LOUDEST = 1e10
"""The largest sample that is taken for sound.  Floats may be scaled like integers, of 32 bits at most; far
beyond that the squares of a spectrum overflow."""


class AudioReader:
    """A recording as a stream of blocks.

    Lengths are proved by what is in the file, not believed (:mod:`audiostyle.sound.parts`).  Where a header
    says something else, where a file was cut short or several were joined, all that is there is read, and one
    line is logged as a warning when reading begins, or ends.

    Args:
        path: a file (WAV, FLAC, OGG, MP3, AIFF and libsndfile's others; M4A, AAC and videos where ffmpeg is
            installed), a named pipe, or ``-`` for standard input (it is copied to a temporary file first,
            because a pipe cannot be rewound).

    Attributes:
        info: what the header says.

    Raises:
        AudioReadError: the file is missing, a folder, not readable, empty or no audio, or has no samples.

    Example:
        >>> import tempfile
        >>> from audiostyle.sound.writing import AudioWriter
        >>> path = Path(tempfile.mkdtemp(), "a.flac")
        >>> with AudioWriter(path, 44100, channels=2) as writer:
        ...     writer.write(np.zeros((2, 1000), np.float32))
        >>> with AudioReader(path) as reader:
        ...     print(reader.info.sample_rate, [block.shape for block in reader.blocks(512)])
        44100 [(2, 512), (2, 488)]
    """

    info: AudioInfo

    def __init__(self, path: str | Path) -> None:
        self._name = describe_source(path)
        self._decoder = _open_decoder(path, self._name)
        self._said = 0
        self.info = self._decoder.info
        if self.info.frames == 0:
            self.close()
            raise self._make_empty_error()

    def __enter__(self) -> AudioReader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; the reader cannot be used afterwards."""
        self._decoder.close()

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield the whole recording as float32 (channels, frames); the last block may be shorter.

        Each call starts again at the beginning, so only the latest iterator can be used.  What is to be said
        about the file is logged by the first call.

        Raises:
            AudioReadError: the sound is damaged, or a sample is not a finite number.
        """
        done = 0
        self._say_remarks()
        for block in self._decoder.blocks(frames):
            self._check_finite(block, done)
            done += block.shape[1]
            yield block
        self._say_remarks()
        if done == 0:
            raise self._make_empty_error()

    def read_tags(self) -> Tags:
        """Return what the file says about its sound: title, artist, cover, cue points, speakers.

        What is damaged is left out; it is no reason not to hear the music.
        """
        try:
            return self._decoder.read_tags()
        except (ValueError, LookupError, struct.error, OSError) as error:
            log.debug("%s: its tags cannot be read (%s)", self._name, error)
            return Tags()

    def _say_remarks(self) -> None:
        """Log what the decoder has found out and this reader has not said yet."""
        for remark in self._decoder.remarks[self._said :]:
            log.warning("%s: %s", self._name, remark)
        self._said = len(self._decoder.remarks)

    def _check_finite(self, block: np.ndarray, start: int) -> None:
        """Raise AudioReadError if a sample of the block, which begins at sample ``start``, is no sound."""
        if not block.size or (block.max() <= _LOUDEST and block.min() >= -_LOUDEST):  # NaN is neither
            return
        sound = np.abs(block) <= _LOUDEST
        frame = int(np.argmin(sound.all(axis=0)))
        what = (
            f"beyond {_LOUDEST:g}, where full scale is 1,"
            if np.isfinite(block[:, frame]).all()
            else "that is not a finite number (NaN or infinite)"
        )
        second = (start + frame) / self.info.sample_rate
        raise AudioReadError(f"{self._name}: has a sample {what} at {second:.3f} s; repair or cut it there")

    def _make_empty_error(self) -> AudioReadError:
        return AudioReadError(f"{self._name}: holds no samples; choose a recording with sound in it")


def read_audio(path: str | Path) -> tuple[np.ndarray, int]:
    """Read a whole recording.

    Args:
        path: see :class:`AudioReader`.

    Returns:
        (channels, samples) float32, and the sample rate in hertz.

    Raises:
        AudioReadError: see :class:`AudioReader`.

    Example:
        >>> import tempfile
        >>> from audiostyle.sound.writing import AudioWriter
        >>> path = Path(tempfile.mkdtemp(), "a.wav")
        >>> with AudioWriter(path, 44100, channels=2) as writer:
        ...     writer.write(np.zeros((2, 1000), np.float32))
        >>> wave, sample_rate = read_audio(path)
        >>> wave.shape, sample_rate
        ((2, 1000), 44100)
    """
    with AudioReader(path) as reader:
        return np.concatenate(list(reader.blocks(1 << 18)), axis=1), reader.info.sample_rate


def _open_decoder(path: str | Path, name: str) -> SoundFileDecoder | ffmpeg.FfmpegDecoder:
    """Open a file with libsndfile, or with ffmpeg what libsndfile does not know."""
    source = open_source(path)
    try:
        return SoundFileDecoder(source, name)
    except NotRecognized as reason:
        if not isinstance(source, Path) and not ffmpeg.can_read_streams():
            source.close()
            raise AudioReadError(f"{name}: is not a WAV stream ({reason}); convert it to WAV") from None
        if not ffmpeg.is_installed():
            if not isinstance(source, Path):
                source.close()
            remedy = "convert it to WAV, or install the ffmpeg program"
            raise AudioReadError(f"{name}: cannot be read without ffmpeg ({reason}); {remedy}") from None
        return ffmpeg.FfmpegDecoder(source, name, reason.remarks)
