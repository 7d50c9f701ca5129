"""Writing recordings block by block into files that appear only when they are whole."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import soundfile

from audiostyle.checks import check_count
from audiostyle.errors import AudioWriteError, ShapeError
from audiostyle.sound import formats
from audiostyle.sound.atomic import STANDARD_OUTPUT, AtomicAudioFile, explain_audio_errors
from audiostyle.sound.channel_order import find_stored_order
from audiostyle.sound.limiter import Limiter
from audiostyle.sound.resampling import Resampler
from audiostyle.sound.spool import Spool
from audiostyle.sound.tags.tags import Tags
from audiostyle.sound.tags.writing import select_tags, write_tags
from audiostyle.sound.waves import scale_integers

log = logging.getLogger(__name__)

Clip = Literal["limit", "rescale", "clamp", "none"]
"""What happens to samples beyond ±1; see :class:`AudioWriter`."""

_CHUNK = 4096  # frames a call: libsndfile keeps a Vorbis block on the stack, and crashes with a large one


class AudioWriter:
    """A recording that is written block by block.

    The file takes its name when the ``with`` block ends well.  After an exception (Ctrl-C included) nothing
    is left of it, after a kill at most a hidden ``.audiostyle-….part``.  Missing folders are made.  An
    existing file is replaced: asking first is the caller's business.

    Args:
        path: of the file; ``-`` is a WAV on standard output.
        sample_rate: of all blocks, in hertz.  Opus, which has not even 44100 Hz, is written at its next
            higher rate, with a notice.
        channels: of all blocks, in WAV's order.
        format: libsndfile's name of the container; by default the suffix decides, see
            :func:`~audiostyle.sound.formats.get_format`.
        subtype: libsndfile's name of the encoding; by default the format's first.
        clip: what happens to samples beyond ±1, which only float subtypes can hold (those are written as they
            are).  With ``"limit"`` the sound is turned down around them for some hundredths of a second, and
            all the rest stays as it is (:mod:`.limiter`).  With ``"rescale"`` the whole recording is divided
            by its peak, for which it waits in a temporary file.  With ``"clamp"`` each such sample becomes
            ±1.  With ``"none"`` the encoder gets them as they are: PCM then saturates, Vorbis and MP3 keep
            the overshoot.
        comment: goes to the file's comment tag where the format has one.
        tags: what the file says about its sound, as far as the format has a place for it.  What has none is
            named in a notice.

    Attributes:
        peak: the largest magnitude that was written so far.
        gain: what the loudest sample was multiplied by, at least; known at the end.

    Raises:
        AudioWriteError: the format is unknown or cannot hold this rate, channel count or length; the folder
            or file is not writable; the disk is full; a sample is not finite; there are no samples at all.
        ShapeError: a block has another shape.

    Example:
        >>> import tempfile
        >>> with AudioWriter(Path(tempfile.mkdtemp(), "a.flac"), 44100, channels=2) as writer:
        ...     writer.write(np.full((2, 1000), 2.0))
        >>> writer.peak, writer.gain
        (2.0, 0.5)
    """

    def __init__(
        self,
        path: str | Path,
        sample_rate: int,
        channels: int,
        *,
        format: str | None = None,
        subtype: str | None = None,
        clip: Clip = "limit",
        comment: str | None = None,
        tags: Tags | None = None,
    ) -> None:
        sample_rate = check_count("sample_rate", sample_rate, error=AudioWriteError)
        channels = check_count("channels", channels, error=AudioWriteError)
        if clip not in get_args(Clip):
            raise AudioWriteError(f"clip must be one of {', '.join(get_args(Clip))}, not {clip!r}")
        to_stdout = str(path) == STANDARD_OUTPUT
        self._format = formats.FORMATS["WAV"] if to_stdout else formats.get_format(path, format)
        self._subtype = subtype or formats.choose_subtype(self._format.name)
        self._rates = sample_rate, formats.choose_rate(self._subtype, sample_rate)
        sample_rate = self._rates[1]
        formats.check_format(path, self._format, self._subtype, sample_rate, channels)
        is_float = self._subtype in formats.FLOAT_SUBTYPES
        self._clamps = clip == "clamp" and not is_float
        self._channels = channels
        self._order = find_stored_order(self._format.container or self._format.name, channels)
        self._resampler = Resampler(*self._rates, channels)
        self._frames = 0
        self.peak, self.gain = 0.0, 1.0
        container = self._format.container or self._format.name
        self._tags, self._lost = select_tags(tags or Tags(), container, channels)
        if self._tags:
            self._tags, comment = self._tags.with_comment(comment), None
        self._output = AtomicAudioFile(path)
        self._file: soundfile.SoundFile | None = None
        self._spool: Spool | None = None
        self._limiter = Limiter(channels, sample_rate) if clip == "limit" and not is_float else None
        try:
            with explain_audio_errors(self._output.name):
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
        """Append a block (channels, n) of floats with full scale ±1, or of integers with their type's.

        Raises:
            AudioWriteError: a sample is not finite, the file gets too long, or the disk is full.
            ShapeError: the block has another shape, or a type that sound does not have.
        """
        block = scale_integers(np.asarray(block), f"{self._output.name}: a block")
        self._check(block)
        self._take(self._resampler.process(block) if self._rates[0] != self._rates[1] else block)

    def _take(self, block: np.ndarray) -> None:
        """Append a block at the file's own sample rate."""
        self._frames += block.shape[1]
        self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
        with explain_audio_errors(self._output.name):
            if self._spool is not None:
                self._spool.append(block)
            elif self._limiter is not None:
                self._encode(self._limiter.process(block))
            else:
                self._encode(block)

    def _open(self, sample_rate: int, comment: str | None) -> soundfile.SoundFile:
        """Open the temporary file for writing."""
        path, name = os.fsencode(self._output.temporary), self._format.container or self._format.name
        name = "WAVEX" if name == "WAV" and self._tags.mask else name
        file = soundfile.SoundFile(path, "w", sample_rate, self._channels, self._subtype, format=name)
        if comment and self._format.has_comment:
            file.comment = comment
        return file

    def _check(self, block: np.ndarray) -> None:
        """Raise an error unless the block can be written, and count its samples."""
        name = self._output.name
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"{name}: a block must be ({self._channels}, n), not {block.shape}")
        if not np.isfinite(block).all():
            raise AudioWriteError(f"{name}: was given a sample that is NaN or infinite; please report this")
        size = (self._frames + block.shape[1]) * self._channels * formats.count_sample_bytes(self._subtype)
        if self._format.max_bytes and size > self._format.max_bytes:
            kind = self._format.name
            raise AudioWriteError(f"{name}: {kind} holds at most 4 GiB; write .w64 or .flac instead")

    def _encode(self, block: np.ndarray) -> None:
        """Give a block to the encoder."""
        assert self._file is not None
        samples = np.clip(block, -1, 1) if self._clamps else block
        if self._order is not None:
            samples = samples[self._order]
        for start in range(0, samples.shape[1], _CHUNK):
            self._file.write(samples[:, start : start + _CHUNK].T.astype(np.float32, copy=False))

    def _finish(self) -> None:
        """Write what waits, close the file and give it its name."""
        assert self._file is not None
        if self._rates[0] != self._rates[1]:
            self._take(self._resampler.process(np.zeros((self._channels, 0)), last=True))
        if self._frames == 0:
            raise AudioWriteError(f"{self._output.name}: was given no samples; there is nothing to write")
        with explain_audio_errors(self._output.name):
            if self._spool is not None:
                self.gain = 1 / self.peak if self.peak > 1 else 1.0
                for block in self._spool.blocks(1 << 16):
                    self._encode(block * np.float32(self.gain) if self.gain != 1 else block)
            if self._limiter is not None:
                self._encode(self._limiter.process(np.zeros((self._channels, 0), np.float32), last=True))
                self.gain = self._limiter.reduction
            self._file.close()
            if self._tags:
                write_tags(self._output.temporary, self._format.container or self._format.name, self._tags)
            self._check_end()
        self._output.commit()
        if self._lost:
            kind = self._format.name
            log.warning(
                "%s: %s has no place for the source's %s; left out", self._output.name, kind, self._lost
            )
        if self._rates[0] != self._rates[1]:
            kind, (given, written) = self._subtype.title(), self._rates
            log.warning(
                "%s: %s has no sample rate of %d Hz; it is %d Hz", self._output.name, kind, given, written
            )

    def _check_end(self) -> None:
        """Raise OSError if the last frame is missing: libsndfile ignores a full disk when it closes."""
        with soundfile.SoundFile(os.fsencode(self._output.temporary)) as written:
            written.seek(self._frames - 1)
            if len(written.read(1)) == 0:
                raise OSError(errno.ENOSPC, "its last samples are missing")

    def _discard(self) -> None:
        """Close everything and delete what has no name yet."""
        if self._spool is not None:
            self._spool.close()
        with suppress(
            soundfile.SoundFileError
        ):  # it is being deleted, so what could not be written does not matter
            if self._file is not None:
                self._file.close()
        self._output.discard()


def check_writable(
    path: str | Path,
    sample_rate: int,
    channels: int,
    *,
    format: str | None = None,
    subtype: str | None = None,
) -> None:
    """Check that a recording can be written, before the work that it is to hold; nothing is left of it.

    Args:
        path, sample_rate, channels, format, subtype: as of :class:`AudioWriter`.

    Raises:
        AudioWriteError: it cannot; the message says why and what to do.

    Example:
        >>> check_writable("song.mp3", 96_000, 2)
        Traceback (most recent call last):
        audiostyle.errors.AudioWriteError: song.mp3: MP3 holds only the sample rates 8000, 11025, 12000, \
16000, 22050, 24000, 32000, 44100, 48000, not 96000; write .wav instead
    """
    AudioWriter(path, sample_rate, channels, format=format, subtype=subtype, clip="none")._discard()
