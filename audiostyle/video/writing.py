"""Frames and sound into a film that appears whole or not at all."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.atomic import write_atomically
from audiostyle.errors import VideoWriteError
from audiostyle.video.reading import FilmInfo, load_av

Bytes = NDArray[np.uint8]

CODECS = {".mp4": "libx264", ".m4v": "libx264", ".mov": "libx264", ".mkv": "libx264", ".webm": "libvpx-vp9"}
"""What each kind of file is encoded with."""

QUALITY = 16
"""Constant rate factor: hardly to be told from the frames."""


class FilmWriter:
    """Encodes frames; see :func:`write_film`."""

    def __init__(self, output, stream, info: FilmInfo) -> None:  # type: ignore[no-untyped-def]
        self.output, self.stream, self.info = output, stream, info

    def write(self, pixels: Bytes, time: int) -> None:
        """Encode a frame (H, W, 3) that is shown at a time, in units of the film's time base."""
        av = load_av()
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(_make_even(pixels)), format="rgb24")
        stored = frame.reformat(
            format="yuv420p", dst_colorspace=self.info.matrix, dst_color_range=_get_range(self.info)
        )
        stored.pts, stored.time_base = time, self.info.time_base
        self.output.mux(self.stream.encode(stored))


@contextmanager
def write_film(path: str | Path, info: FilmInfo, sound: str | Path | None = None) -> Iterator[FilmWriter]:
    """Yield what takes a film's frames; the file appears when the block ends well.

    Args:
        path: of the file; its ending chooses the kind.
        info: sizes, rate and times.
        sound: path of a film or a recording whose sound tracks are copied as they are.

    Raises:
        VideoWriteError: the ending is not known, or the file cannot be written.
    """
    path = Path(path)
    codec = choose_codec(path)
    av = load_av()
    with write_atomically(path, VideoWriteError) as temporary:
        try:
            with av.open(str(temporary), "w", format=_FORMATS[path.suffix.lower()]) as output:
                stream = output.add_stream(codec, rate=info.rate)
                stream.width, stream.height = info.width + info.width % 2, info.height + info.height % 2
                stream.pix_fmt, stream.time_base = "yuv420p", info.time_base
                stream.codec_context.time_base = info.time_base
                stream.codec_context.sample_aspect_ratio = info.aspect
                stream.codec_context.colorspace = stream.codec_context.color_primaries = info.matrix
                stream.codec_context.color_trc = info.matrix
                stream.codec_context.color_range = _get_range(info)
                stream.options = {"crf": str(QUALITY)} | ({"b": "0"} if codec == "libvpx-vp9" else {})
                with _open_sound(sound) as source:
                    tracks = _make_tracks(source, output)
                    yield FilmWriter(output, stream, info)
                    output.mux(stream.encode(None))
                    _copy_sound(source, output, tracks)
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise VideoWriteError(f"{path}: cannot be encoded ({error.strerror or error})") from None


def choose_codec(path: Path) -> str:
    """Return what a file is encoded with.

    Raises:
        VideoWriteError: its ending is not known.

    Example:
        >>> choose_codec(Path("a.webm"))
        'libvpx-vp9'
    """
    if path.suffix.lower() not in CODECS:
        raise VideoWriteError(f"{path}: no kind of film; name it {', '.join(CODECS)}")
    return CODECS[path.suffix.lower()]


_FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}


@contextmanager
def _open_sound(sound: str | Path | None):  # type: ignore[no-untyped-def]  # PyAV's container
    if sound is None:
        yield None
        return
    with load_av().open(str(Path(sound).resolve())) as source:
        yield source


def _make_tracks(source, output) -> dict:  # type: ignore[no-untyped-def]
    """Make a track in the output for every sound track; those that its kind of file cannot hold are left."""
    tracks = {}
    for stream in source.streams.audio if source is not None else ():
        with contextlib.suppress(ValueError, load_av().error.FFmpegError):
            tracks[stream.index] = output.add_stream_from_template(stream)
    return tracks


def _copy_sound(source, output, tracks: dict) -> None:  # type: ignore[no-untyped-def]
    for packet in source.demux(*(source.streams[index] for index in tracks)) if tracks else ():
        if packet.dts is not None:
            packet.stream = tracks[packet.stream.index]
            output.mux(packet)


def _get_range(info: FilmInfo) -> int:
    """Return FFmpeg's number for the range of stored values."""
    return 2 if info.full_range else 1


def _make_even(pixels: Bytes) -> Bytes:
    """Repeat the last row and column where there is an odd number: colors are stored at half size."""
    height, width = pixels.shape[:2]
    padded: Bytes = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return padded
