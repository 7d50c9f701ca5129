"""Decoding what libsndfile cannot (M4A, AAC, the sound of videos) through the ``ffmpeg`` program.

ffmpeg sends a stream in the AU format, whose header of 24 bytes carries sample rate and channels.  So the
samples come through a pipe in constant memory.
"""

from __future__ import annotations

import logging
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from audiostyle.errors import AudioReadError
from audiostyle.sound.ffmpeg_command import (
    is_installed,
    name_input,
    probe,
    read_picture,
    start_ffmpeg,
)
from audiostyle.sound.ffmpeg_tracks import Track, choose_track
from audiostyle.sound.formats import AudioInfo, check_readable
from audiostyle.sound.joining import fit_stream
from audiostyle.sound.parts.heads import find_joined
from audiostyle.sound.parts.survey import remark_on_joints, remark_on_length
from audiostyle.sound.parts.view import Stretch
from audiostyle.sound.tags.reading import guess_mime, read_probed_tags
from audiostyle.sound.tags.tags import Picture, Tags

__all__ = ["FfmpegDecoder", "is_installed"]

log = logging.getLogger(__name__)

_AU_HEADER = struct.Struct(">4s5I")  # magic, offset of the samples, bytes, encoding, sample rate, channels
_STALL_SECONDS = 120  # without a sample; then ffmpeg is ended
_LONGEST = 30 * 24 * 3600  # seconds of sound; no file holds more
_REASONS = (
    ("moov atom not found", "its index is missing, as of a file that was cut short"),
    ("whitelist", "it is a playlist, or refers to other files, which are not opened"),
    ("does not contain any stream", "it has no sound track"),
    ("matches no streams", "it has no sound track"),
    ("Could not find codec parameters", "its sound is not of a kind that ffmpeg decodes"),
    ("Decoder (codec", "its sound is not of a kind that ffmpeg decodes"),
    ("Permission denied", "it may not be opened"),
)


class FfmpegDecoder:
    """The default sound track of a file, decoded by ffmpeg; joined MP4 files are one recording.

    Args:
        source: a path, or an open file, which is closed with the decoder.
        name: what messages call the file; None is the path.
        remarks: what is known of the file already.

    Attributes:
        info: what the header says.
        remarks: what is to be said of the file: the ends of sentences that begin with its name.  There may be
            more once it was read to its end.

    Raises:
        AudioReadError: ffmpeg finds no sound in the file.
    """

    info: AudioInfo

    def __init__(
        self, source: Path | IO[bytes], name: str | None = None, remarks: Sequence[str] = ()
    ) -> None:
        self._source = source
        self._name = name or str(source)
        self._run: _Run | None = None
        self._fresh = False
        urls = self._name_parts()
        stdin = None if isinstance(source, Path) else source
        self._runs = [(url, choose_track(probe(url, stdin))) for url in urls]
        self.track = self._runs[0][1]
        self.remarks = [*remarks, *self.track.remarks]
        if len(urls) > 1:
            self.remarks.append(remark_on_joints(len(urls)))
        self.remarks = list(dict.fromkeys(self.remarks))
        try:
            self._start(0)
            self.info = self._describe()
            check_readable(self._name, self.info)
        except BaseException:
            self.close()
            raise

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield the recording from its start as float32 (channels, frames); the last block may be shorter.

        Raises:
            AudioReadError: ffmpeg stops before the end.
        """
        if not self._fresh:  # a pipe cannot be rewound
            self._start(0)
        self._fresh = False
        yield from self._read_track(0, frames)
        for number in range(1, len(self._runs)):
            run = self._start(number)
            blocks = self._read_track(number, frames)
            yield from fit_stream(blocks, run.sample_rate, self.info.sample_rate, self.info.channels)

    def read_tags(self) -> Tags:
        """Return what the file says about its sound."""
        url, track = self._runs[0]
        tags = read_probed_tags(dict(track.tags), track.layout)
        if track.picture is None:
            return tags
        picture = read_picture(url, track.picture, self._rewind())
        return replace(tags, pictures=(Picture(picture, guess_mime(picture)),)) if picture else tags

    def close(self) -> None:
        """End the ffmpeg program, whether or not it has finished."""
        if self._run is not None:
            self._run.close()
        if not isinstance(self._source, Path):
            self._source.close()

    def _name_parts(self) -> list[str]:
        """Return what ffmpeg is to open, one after the other."""
        if not isinstance(self._source, Path):
            self._source.seek(0)
            return ["file:/dev/fd/0"]
        with self._source.open("rb") as file:
            joined = find_joined(file)
        parts: list[Stretch | None] = [*joined] or [None]
        return [name_input(self._source, part) for part in parts]

    def _start(self, number: int) -> _Run:
        """Start ffmpeg on one of the parts."""
        if self._run is not None:
            self._run.close()
        url, track = self._runs[number]
        self._run = _Run(self._name, url, track, self._rewind())
        self._fresh = number == 0
        return self._run

    def _rewind(self) -> IO[bytes] | None:
        """Return the file that ffmpeg is to open by its descriptor, if it has no name."""
        if isinstance(self._source, Path):
            return None
        self._source.seek(0)
        return self._source

    def _describe(self) -> AudioInfo:
        run = self._run
        assert run is not None
        lengths = [track.seconds for _, track in self._runs]
        seconds = None if None in lengths else sum(length or 0.0 for length in lengths)
        return AudioInfo(run.sample_rate, run.channels, None, "FFMPEG", "FLOAT", seconds)

    def _read_track(self, number: int, frames: int) -> Iterator[np.ndarray]:
        """Yield one part, behind the silence that keeps it in step with the picture."""
        run, track = self._run, self._runs[number][1]
        assert run is not None
        wait = round(track.delay * run.sample_rate)
        while wait > 0:
            yield np.zeros((run.channels, min(frames, wait)), np.float32)
            wait -= frames
        done = 0
        for block in run.blocks(frames):
            done += block.shape[1]
            yield block
        self._remark_on_end(run, track, done / run.sample_rate)

    def _remark_on_end(self, run: _Run, track: Track, seconds: float) -> None:
        """Remark on what was wrong with a part that was read to its end."""
        errors = run.count_errors()
        remark = None
        if track.promised is not None and seconds < 0.99 * track.promised - 0.5:
            remark = remark_on_length(track.promised, seconds)
        elif run.failed:
            remark = f"cannot be decoded beyond {seconds:.2f} s; what is there is read"
        elif errors:
            remark = f"is damaged in places ({errors} errors); what can be decoded is read"
        if remark and remark not in self.remarks:
            self.remarks.append(remark)


class _Run:
    """One run of ffmpeg over one input.

    Raises:
        AudioReadError: ffmpeg finds no sound there, or cannot be started.
    """

    def __init__(self, name: str, url: str, track: Track, stdin: IO[bytes] | None) -> None:
        self._name, self.failed = name, False
        chosen = ("-map", f"0:{track.index}") if track.index is not None else ("-vn", "-sn", "-dn")
        output = (*chosen, "-t", str(_LONGEST), "-f", "au", "-codec:a", "pcm_f32be")
        # The log goes to a file, because a pipe that nobody reads would fill and block ffmpeg.
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        try:
            self._process = start_ffmpeg(url, output, self._log, stdin)
        except OSError as error:
            self._log.close()
            problem = f"ffmpeg cannot be started ({error.strerror})"
            raise AudioReadError(f"{name}: {problem}; convert the file to WAV") from None
        assert self._process.stdout is not None
        self._pipe: IO[bytes] = self._process.stdout
        try:
            self.sample_rate, self.channels = self._read_header()
        except BaseException:
            self.close()
            raise

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The program."""
        return self._process

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield what is left of the stream as float32 (channels, frames)."""
        frame_bytes, done = 4 * self.channels, 0
        while data := self._read(frames * frame_bytes):
            whole = len(data) - len(data) % frame_bytes
            samples = np.frombuffer(data[:whole], ">f4").reshape(-1, self.channels)
            done += len(samples)
            yield samples.T.astype(np.float32, order="C")
        self.failed = self._process.wait() != 0
        if self.failed and done == 0:
            raise self._explain_failure()

    def count_errors(self) -> int:
        """Return how many errors ffmpeg has reported."""
        lines = [line for line in self._read_log().splitlines() if "[error]" in line or "[fatal]" in line]
        return sum("non monotonically" not in line for line in lines)

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()
        self._log.close()

    def _read(self, count: int) -> bytes:
        """Return the next bytes; a program that sends none for long is ended."""
        watch = threading.Timer(_STALL_SECONDS, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            return self._pipe.read(count)
        finally:
            watch.cancel()

    def _read_header(self) -> tuple[int, int]:
        """Return sample rate and channels."""
        header = self._read(_AU_HEADER.size)
        if len(header) < _AU_HEADER.size:
            self._process.wait()
            raise self._explain_failure()
        _, offset, _, _, sample_rate, channels = _AU_HEADER.unpack(header)
        self._read(offset - _AU_HEADER.size)  # skips an annotation
        return sample_rate, channels

    def _read_log(self) -> str:
        self._log.seek(0)
        return self._log.read(1 << 20).decode(errors="replace")

    def _explain_failure(self) -> AudioReadError:
        """Return an error with a reason in our own words; ffmpeg's are shown with ``--debug``."""
        said = self._read_log()
        for line in said.splitlines():
            log.debug("%s: ffmpeg: %s", self._name, line)
        reason = next(
            (ours for theirs, ours in _REASONS if theirs in said), "it is damaged, or no sound at all"
        )
        return AudioReadError(f"{self._name}: ffmpeg finds no recording in it ({reason}); is it audio?")


def can_read_streams() -> bool:
    """Return whether ffmpeg can open a file that has no name, as the copy of a pipe.

    Example:
        >>> can_read_streams() in (True, False)
        True
    """
    return sys.platform != "win32" and Path("/dev/fd").exists()
