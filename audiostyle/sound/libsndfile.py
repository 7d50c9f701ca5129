"""Decoding through libsndfile: WAV, FLAC, OGG, MP3, AIFF, CAF, W64, AU and a dozen rarer formats.

libsndfile believes headers.  So every file is surveyed first (:mod:`audiostyle.sound.parts`), and where the
bytes prove something else than its header says, libsndfile is shown a view of the file that is in order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
import soundfile

from audiostyle.errors import AudioReadError
from audiostyle.sound.channel_order import find_wave_order
from audiostyle.sound.formats import AudioInfo, check_readable
from audiostyle.sound.joining import fit_stream
from audiostyle.sound.parts.finding import survey_file
from audiostyle.sound.parts.mpeg import survey_mpeg
from audiostyle.sound.parts.survey import Survey, remark_on_length
from audiostyle.sound.parts.view import View
from audiostyle.sound.quiet import hide_decoder_messages
from audiostyle.sound.tags.reading import read_tags
from audiostyle.sound.tags.tags import Tags, clean_texts

_MPEG_SUFFIXES = frozenset({".mp1", ".mp2", ".mp3", ".mpa", ".mpga"})
_SLACK = 3 * 1152  # samples by which MPEG decoders differ: what they cut off at both ends
_NO_REASONS = ("", "Unspecified internal error")  # which libsndfile gives where it knows none
_FINE = 1024  # samples a step, to find where damage begins
_ENDLESS = 1 << 40  # frames: where the length is not known, libsndfile says more
_MOST_SAMPLES = 1 << 26  # decoded at once, of all channels together: 256 MB


_SVX_HEADER = 1 << 14  # bytes in which the samples of a file must begin


class NotRecognized(Exception):
    """libsndfile cannot open the file; the message is libsndfile's reason.

    Args:
        reason: the message.
        remarks: what was found out about the file nevertheless.
    """

    def __init__(self, reason: str, remarks: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.remarks = tuple(remarks)


class _SequentialFile(soundfile.SoundFile):
    """A file that is read from its start to its end.

    soundfile seeks behind every read to where the decoder is anyway.  That fails where a decoder cannot seek
    but says it can (DWVW), and costs samples in Ogg files that are damaged.
    """

    def seekable(self) -> bool:
        """Return False."""
        return False


def _refuse_endless_header(file: IO[bytes]) -> None:
    """Raise NotRecognized for an Amiga recording whose header libsndfile would read forever.

    It does so where the samples do not begin in its buffer for headers, and in 16 KB all real ones do.
    """
    file.seek(0)
    head = file.read(_SVX_HEADER)
    if head[:4] != b"FORM" or head[8:12] not in (b"8SVX", b"16SV"):
        return
    position = 12
    while head[position : position + 4] != b"BODY":
        if position + 8 > len(head):
            raise NotRecognized("no samples in its header's reach")
        size = int.from_bytes(head[position + 4 : position + 8], "big")
        position += 8 + size + size % 2


class SoundFileDecoder:
    """A file, decoded by libsndfile; joined files are one recording, like the first of them.

    Args:
        source: a path, or an open file, which is closed with the decoder.
        name: what messages call the file.

    Attributes:
        info: what is known before decoding.
        remarks: what is to be said of the file: the ends of sentences that begin with its name.  There may be
            one more once it was read to its end.

    Raises:
        NotRecognized: libsndfile cannot open the file.
        AudioReadError: it has more channels than can be, or no possible sample rate.
    """

    def __init__(self, source: Path | IO[bytes], name: str) -> None:
        self._name = name
        self._file = source.open("rb", buffering=0) if isinstance(source, Path) else source
        self._streams: list[_Stream] = []
        try:
            survey, whole = self._survey(source)
            self.remarks = list(survey.remarks)
            self._streams = self._choose_streams(survey, whole)
            self.info = self._describe()
            check_readable(name, self.info)
        except BaseException as error:
            self._close_streams()
            if isinstance(source, Path) or not isinstance(error, NotRecognized):
                self._file.close()  # another decoder may be given a copy that has no name
            raise

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield the file from its start as float32 (channels, frames); the last block may be shorter.

        Raises:
            AudioReadError: the file is damaged.
        """
        if len(self._streams) == 1:
            yield from self._watch_length(self._streams[0].blocks(frames))
            return
        for stream in self._streams:
            yield from fit_stream(
                stream.blocks(frames), stream.rate, self.info.sample_rate, self.info.channels
            )

    def read_tags(self) -> Tags:
        """Return what the file says about its sound."""
        tags = read_tags(self._file, self.info.channels)
        return tags if tags.texts else replace(tags, texts=self._streams[0].read_texts())

    def close(self) -> None:
        """Close the file."""
        self._close_streams()
        self._file.close()

    def _close_streams(self) -> None:
        for stream in self._streams:
            stream.close()

    def _survey(self, source: Path | IO[bytes]) -> tuple[Survey, _Stream]:
        """Return what the file proves, and the file as libsndfile sees it."""
        _refuse_endless_header(self._file)
        survey = survey_file(self._file)
        size = self._file.seek(0, os.SEEK_END)
        # Bytes, because soundfile cannot encode a name that is not Unicode.
        path = os.fsencode(source) if isinstance(source, Path) else None
        quiet = survey.family in ("MPEG", "") or not survey.as_it_is
        whole = _Stream(self._name, lambda: path or View(self._file, [(0, size)]), quiet)
        if not survey.parts and (Path(self._name).suffix.lower() in _MPEG_SUFFIXES or whole.format == "MP3"):
            survey = survey_mpeg(self._file, 0, size)
        return survey, whole

    def _choose_streams(self, survey: Survey, whole: _Stream) -> list[_Stream]:
        """Return what is to be decoded: the file itself where it tells the truth, else its parts."""
        if survey.as_it_is and whole.is_open:
            proven = survey.parts[0].frames if survey.parts else None
            slack = _SLACK if survey.family == "MPEG" else 0
            if proven is None or whole.frames + slack >= proven:
                return [whole]
        streams = [
            _Stream(self._name, lambda part=part: part.open(self._file), survey.family == "MPEG")  # type: ignore[misc]
            for part in survey.parts
        ]
        opened = [stream for stream in streams if stream.is_open]
        if opened:
            if len(opened) < len(streams):
                lost = len(streams) - len(opened)
                self.remarks.append(f"holds {lost} recordings more, which cannot be decoded and are left out")
            whole.close()
            return opened
        if not whole.is_open:
            raise NotRecognized(whole.reason, self.remarks)
        return [whole]

    def _describe(self) -> AudioInfo:
        first = self._streams[0].file
        rate = first.samplerate
        known = all(stream.rate and stream.frames < _ENDLESS for stream in self._streams)
        frames = sum(round(s.frames * rate / s.rate) for s in self._streams) if known else None
        seconds = frames / rate if frames is not None else None
        return AudioInfo(rate, first.channels, frames, first.format, first.subtype, seconds)

    def _watch_length(self, blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the blocks, and remark on it if there are fewer samples than were promised."""
        done = 0
        for block in blocks:
            done += block.shape[1]
            yield block
        promised, rate = self.info.frames or 0, self.info.sample_rate
        slack = _SLACK if self.info.subtype.startswith("MPEG") else 0
        if done + slack < promised and not self.remarks:
            self.remarks.append(remark_on_length(promised / rate, done / rate))


class _Stream:
    """What libsndfile takes for one file, opened as often as need be.

    Args:
        name: what messages call it.
        make: returns what soundfile opens.
        quiet: whether the decoder is one that writes to stderr.
    """

    def __init__(self, name: str, make: Callable[[], bytes | View], quiet: bool) -> None:
        self._name, self._make, self._quiet = name, make, quiet
        self._file: soundfile.SoundFile | None = None
        self.reason = ""
        self._fresh = True
        try:
            self._reopen()
        except soundfile.SoundFileError as error:
            self.reason = str(error).rpartition(": ")[2].rstrip(".")
        self.frames = self._file.frames if self._file else 0
        self.rate = self._file.samplerate if self._file else 0

    def read_texts(self) -> tuple[tuple[str, str], ...]:
        """Return the tags that libsndfile knows, for its rarer formats."""
        texts = self.file.copy_metadata()
        return clean_texts((name, value) for name, value in texts.items() if name != "software")

    @property
    def is_open(self) -> bool:
        """Whether libsndfile knows what it is."""
        return self._file is not None

    @property
    def file(self) -> soundfile.SoundFile:
        """What soundfile opened."""
        assert self._file is not None
        return self._file

    @property
    def format(self) -> str:
        """libsndfile's name of the container, or nothing."""
        return self._file.format if self._file else ""

    def blocks(self, frames: int) -> Iterator[np.ndarray]:
        """Yield everything from the start as float32 (channels, frames)."""
        self._rewind()
        file, done = self.file, 0
        order = find_wave_order(file.format, file.channels)
        frames = max(1, min(frames, _MOST_SAMPLES // file.channels))
        while len(block := self._read(frames, done)):
            done += len(block)
            yield np.ascontiguousarray(block.T if order is None else block.T[order])

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _calm(self) -> AbstractContextManager[None]:
        return hide_decoder_messages() if self._quiet else nullcontext()

    def _reopen(self) -> None:
        self.close()
        with self._calm():
            self._file = _SequentialFile(self._make())
        self._fresh = True

    def _rewind(self) -> None:
        """Go back to the start by opening the file again: GSM 6.10, DWVW, G.72x and others cannot seek."""
        if not self._fresh:
            try:
                self._reopen()
            except (soundfile.SoundFileError, OSError) as error:
                remedy = "is it still there?"
                raise AudioReadError(f"{self._name}: cannot be opened again ({error}); {remedy}") from None
        self._fresh = False

    def _read(self, frames: int, done: int) -> np.ndarray:
        """Return the next samples (n, channels), of which ``done`` came before."""
        try:
            with self._calm():
                return self.file.read(frames, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, RuntimeError) as error:
            where = f"after {self._find_damage(done) / self.rate:.2f} s"
            remedy = "fetch it again, or cut off what follows"
            said = str(error).rstrip(".")
            reason = "its decoder loses track" if said in _NO_REASONS else said
            raise AudioReadError(f"{self._name}: is damaged {where} ({reason}); {remedy}") from None

    def _find_damage(self, done: int) -> int:
        """Return how many samples can be read, of which ``done`` are known to be whole."""
        found = 0
        try:
            self._reopen()
            with self._calm():
                while count := len(self.file.read(_FINE, dtype="float32", always_2d=True)):
                    found += count
        except (soundfile.SoundFileError, RuntimeError):
            pass
        return max(done, found)
