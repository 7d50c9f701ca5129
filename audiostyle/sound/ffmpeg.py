"""Decoding what libsndfile cannot (M4A, AAC, the sound of videos) through the ``ffmpeg`` program.

ffmpeg sends a stream in the AU format, whose header of 24 bytes carries sample rate and channels.  So the
samples come through a pipe in constant memory, and no second program is needed to learn what they are.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.sound.formats import AudioInfo

_AU_HEADER = struct.Struct(">4s5I")  # magic, offset of the samples, bytes, encoding, sample rate, channels


def is_installed() -> bool:
    """Return whether there is an ``ffmpeg`` program in the PATH.

    Example:
        >>> is_installed() in (True, False)
        True
    """
    return shutil.which("ffmpeg") is not None


class FfmpegDecoder:
    """The first sound stream of a file, decoded by ffmpeg.

    Args:
        path: of the file.

    Attributes:
        info: what the header says.

    Raises:
        AudioReadError: ffmpeg finds no sound in the file.
    """

    info: AudioInfo

    def __init__(self, path: Path) -> None:
        self._path = path
        self._started = False
        self._start()

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield the stream from its start as float32 (channels, frames); the last block may be shorter.

        Raises:
            AudioReadError: ffmpeg stops before the end.
        """
        if self._started:  # a pipe cannot be rewound
            self.close()
            self._start()
        self._started = True
        frame_bytes = 4 * self.info.channels
        while data := self._pipe.read(frames * frame_bytes):
            whole = len(data) - len(data) % frame_bytes
            samples = np.frombuffer(data[:whole], ">f4").reshape(-1, self.info.channels)
            yield samples.T.astype(np.float32, order="C")
        if self._process.wait() != 0:
            raise self._explain_failure()

    def close(self) -> None:
        """End the ffmpeg program, whether or not it has finished."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()
        self._log.close()

    def _start(self) -> None:
        """Start ffmpeg and read the header of what it sends."""
        # The log goes to a file, because a pipe that nobody reads would fill and block ffmpeg.
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        self._process = subprocess.Popen(_make_command(self._path), stdout=subprocess.PIPE, stderr=self._log)
        assert self._process.stdout is not None
        self._pipe: IO[bytes] = self._process.stdout
        try:
            self.info = self._read_header()
        except BaseException:
            self.close()
            raise

    def _read_header(self) -> AudioInfo:
        header = self._pipe.read(_AU_HEADER.size)
        if len(header) < _AU_HEADER.size:
            self._process.wait()
            raise self._explain_failure()
        _, offset, _, _, sample_rate, channels = _AU_HEADER.unpack(header)
        self._pipe.read(offset - _AU_HEADER.size)  # skips an annotation
        return AudioInfo(sample_rate, channels, None, "FFMPEG", "FLOAT", _find_duration(self._read_log()))

    def _read_log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def _explain_failure(self) -> AudioReadError:
        """Return an error with the last line of ffmpeg's log as its reason."""
        lines = self._read_log().strip().splitlines()
        reason = lines[-1].removeprefix(f"file:{self._path.absolute()}: ") if lines else "no reason given"
        return AudioReadError(f"{self._path}: ffmpeg finds no whole recording in it ({reason}); is it audio?")


def _find_duration(log: str) -> float | None:
    """Return the duration in seconds that ffmpeg reports about its input, or None."""
    claim = re.search(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", log)
    if claim is None:
        return None
    hours, minutes, seconds = map(float, claim.groups())
    return 3600 * hours + 60 * minutes + seconds


def _make_command(path: Path) -> list[str]:
    """Return the command that decodes a file to standard output.

    ``file:`` keeps names such as ``-x`` or ``a:b`` from being read as options or protocols.  The list of
    protocols keeps a playlist that calls itself a song from opening connections.
    """
    return [
        *("ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-protocol_whitelist", "file,pipe"),
        *("-i", f"file:{path.absolute()}", "-map", "0:a:0", "-f", "au", "-codec:a", "pcm_f32be", "pipe:1"),
    ]
