"""Frames of a film, upright, with their times."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError, VideoReadError

Bytes = NDArray[np.uint8]

log = logging.getLogger(__name__)

_WHOLE = 0.9  # of the length that a film says it has; less is told
_MOST_DAMAGED = 10_000  # packets, after which a film is no film
_HIGH_DEFINITION = 720  # rows from which on colors are stored by BT.709
_FULL_RANGE = 2  # of the color ranges that FFmpeg numbers

REMEDY = "give a film that a player opens, such as .mp4, .mov, .mkv or .webm"


@dataclass(frozen=True)
class Frame:
    """One picture of a film.

    Attributes:
        pixels: (H, W, 3), upright.
        time: when it is shown, in units of the film's time base.
    """

    pixels: Bytes
    time: int


@dataclass(frozen=True)
class FilmInfo:
    """What is known of a film before its frames.

    Attributes:
        width, height: in pixels, of upright frames.
        time_base: length of a unit of time, in seconds.
        rate: frames a second, on average.
        seconds: length; None where the file does not say.
        aspect: width of a pixel over its height, of upright frames.
        rotation: by which frames were stored turned, in degrees: 0, 90, 180 or 270.
        bits: of a channel, as stored.
        sounds: sound tracks.
        matrix: how colors are stored: 1 is ITU-R BT.709, 6 is BT.601.
        full_range: whether black is stored as 0 and not as 16.

    Example:
        >>> info = FilmInfo(640, 360, Fraction(1, 12800), Fraction(25), 4.0, Fraction(1), 0, 8, 1)
        >>> float(info.seconds * info.rate)
        100.0
    """

    width: int
    height: int
    time_base: Fraction
    rate: Fraction
    seconds: float | None
    aspect: Fraction
    rotation: int
    bits: int
    sounds: int
    matrix: int = 1
    full_range: bool = False


def load_av() -> ModuleType:
    """Return PyAV.

    Raises:
        AudiostyleError: it is not installed.
    """
    try:
        import av
    except ImportError:
        raise AudiostyleError("films need PyAV; pip install 'audiostyle[video]'") from None
    module: ModuleType = av
    return module


class Film:
    """A film that is open for reading; see :func:`open_film`.

    Attributes:
        path: of its file.
        info: what is known of it.
    """

    def __init__(self, path: Path, container, info: FilmInfo) -> None:  # type: ignore[no-untyped-def]
        self.path, self.container, self.info = path, container, info
        self.stream = container.streams.video[0]

    def read_frames(self) -> Iterator[Frame]:
        """Yield all frames in the order in which they are shown.

        Damaged packets are left out, and a film that is cut short yields what can be decoded; both are said
        in the log.  Frames of other sizes than the first, which some streams have, are brought to its size.

        Raises:
            VideoReadError: there is no frame at all.
        """
        turns = self.info.rotation // 90
        size = (self.info.width, self.info.height)
        width, height = size if turns % 2 == 0 else size[::-1]
        unit = max(1, round(1 / (self.info.rate * self.info.time_base)))
        first, last = None, -1
        for decoded in self._decode():
            # Times that are missing, or run backwards, become those of a steady rate.
            last = decoded.pts if decoded.pts is not None and decoded.pts > last else last + unit
            first = last if first is None else first
            pixels = decoded.to_ndarray(format="rgb24", width=width, height=height)
            yield Frame(np.ascontiguousarray(np.rot90(pixels, turns)), last)
        if first is None:
            raise VideoReadError(f"{self.path}: no frame can be decoded; {REMEDY}")
        seconds = float((last - first + unit) * self.info.time_base)
        if self.info.seconds and seconds < _WHOLE * self.info.seconds:
            log.warning("%s: ends after %.1f of %.1f seconds", self.path, seconds, self.info.seconds)

    def _decode(self):  # type: ignore[no-untyped-def]  # PyAV's frames
        """Yield what decodes, packet by packet, so that damage costs no more than its packet."""
        av, damaged = load_av(), 0
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets, None)
                frames = [] if packet is None else packet.decode()
            except av.error.FFmpegError:
                damaged += 1
                if damaged > _MOST_DAMAGED:
                    break
                continue
            if packet is None:
                break
            yield from frames
        if damaged:
            log.warning("%s: %d damaged places were left out", self.path, damaged)


@contextmanager
def open_film(path: str | Path) -> Iterator[Film]:
    """Open a film and look at it.

    Raises:
        VideoReadError: there is no such file, or it is no film.

    Example:
        >>> with open_film("missing.mp4"):
        ...     pass
        Traceback (most recent call last):
        audiostyle.errors.VideoReadError: missing.mp4: no such file
    """
    path = Path(path)
    if not path.exists():
        raise VideoReadError(f"{path}: no such file")
    if path.is_dir():
        raise VideoReadError(f"{path}: is a folder; name a film in it")
    av = load_av()
    try:
        container = av.open(
            str(path.resolve()), options={"protocol_whitelist": "file"}, **_choose_decoding(av.__version__)
        )
    except (av.error.FFmpegError, OSError, ValueError):
        raise VideoReadError(f"{path}: not a film that can be read; {REMEDY}") from None
    with container:
        if not container.streams.video:
            raise VideoReadError(f"{path}: has no pictures; {REMEDY}")
        yield Film(path, container, _look(path, container))


def _choose_decoding(version: str) -> dict[str, str]:
    """Return what makes a version of PyAV read films whose titles are no UTF-8.

    Example:
        >>> _choose_decoding("18.1.0"), _choose_decoding("19.0.2")
        ({'metadata_errors': 'replace'}, {})
    """
    # From 19 on it replaces what it cannot decode, and has no such option any more.
    return {"metadata_errors": "replace"} if int(version.partition(".")[0]) < 19 else {}


def get_rotation(frame) -> int:  # type: ignore[no-untyped-def]  # PyAV's frame
    """Return by how many degrees a frame is to be turned, counterclockwise, to be upright."""
    return int(frame.rotation)


def _look(path: Path, container) -> FilmInfo:  # type: ignore[no-untyped-def]  # PyAV's container
    """Return what is known of a film.

    Raises:
        VideoReadError: its first frame cannot be decoded.
    """
    av = load_av()
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    try:
        first = next(container.decode(stream), None)
        container.seek(0)
    except av.error.FFmpegError:
        first = None
    if first is None:
        raise VideoReadError(f"{path}: no frame can be decoded; {REMEDY}")
    rotation = round(get_rotation(first) / 90) * 90 % 360
    width, height = first.width, first.height
    aspect = Fraction(stream.sample_aspect_ratio or 1)
    if rotation % 180:
        width, height, aspect = height, width, 1 / aspect
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    seconds = float(container.duration / av.time_base) if container.duration else None
    bits = max((part.bits for part in first.format.components), default=8)
    return FilmInfo(
        width,
        height,
        stream.time_base,
        Fraction(rate),
        seconds,
        aspect,
        rotation,
        bits,
        len(container.streams.audio),
        # What is not said is what players take it for: by the height.
        {1: 1, 5: 6, 6: 6}.get(int(first.colorspace), 1 if height >= _HIGH_DEFINITION else 6),
        int(first.color_range) == _FULL_RANGE,
    )
