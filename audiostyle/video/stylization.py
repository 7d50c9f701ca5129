"""Films: a file in, a file of the same length, rate and sound out."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle._version import __version__
from audiostyle.checks import check_count, check_outputs, check_paths
from audiostyle.errors import VideoReadError
from audiostyle.image.arrays import to_list
from audiostyle.image.io.files import read_picture
from audiostyle.image.methods import Smoothing
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress
from audiostyle.video.chunks import LENGTH, Stretches
from audiostyle.video.flow import load_opencv
from audiostyle.video.frame_stylizer import DEFAULT, FrameStylizer
from audiostyle.video.reading import Film, Frame, open_film
from audiostyle.video.side_by_side import stylize_frames
from audiostyle.video.steady import KEPT
from audiostyle.video.writing import choose_codec, write_film


@dataclass(frozen=True)
class VideoReport:
    """What is known about a film that was stylized.

    Attributes:
        out: path of the result.
        method, smoothing: how each frame was stylized.
        frames: how many.
        width, height: in pixels.
        rate: frames a second, on average.
        sounds: sound tracks of the film.
        scenes: in how many the film was cut.
        resumed: frames that an earlier, interrupted run had finished.
        seconds: from reading to writing.

    Example:
        >>> VideoReport("a.mp4", "mkl", "none", 100, 640, 360, 25.0, 1, 1, 0, 5.0).frames
        100
    """

    out: str
    method: str
    smoothing: Smoothing
    frames: int
    width: int
    height: int
    rate: float
    sounds: int
    scenes: int
    resumed: int
    seconds: float


@own_settings()
def stylize_video(
    film: str | Path,
    style: str | Path | Sequence[str | Path] | None,
    out: str | Path,
    *,
    method: str = DEFAULT,
    smooth: Smoothing | None = None,
    steadiness: float = KEPT,
    sound: bool | str | Path = True,
    network: str | Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    **options: object,
) -> VideoReport:
    """Give every frame of a film the style of a picture, steadily.

    Statistics of the content are gathered over time, so that one map serves all frames of a scene; what a
    method changes is carried along the motion from frame to frame (:mod:`audiostyle.video.steady`).  Where a
    new scene begins, both begin anew.  Memory does not depend on the length.

    Interrupted at any moment, the same call goes on: finished stretches lie in a hidden folder beside the
    result until that is whole.

    Args:
        film: path of the film.
        style: path of a picture, or of several; None with a network.
        out: the film to write, ``.mp4``, ``.mov``, ``.mkv`` or ``.webm``.
        method: one of `audiostyle.image.METHODS`, or ``"optimize"``, which takes minutes for a second.
        smooth: smoothing of each frame along its edges; None takes what belongs to the method.
        steadiness: share of the earlier change that stays, 0 (every frame by itself) up to below 1.
        sound: whether to copy the sound tracks; or the path of a file whose sound is taken instead.
        network: of one style, a file or a shipped one's name, in place of a method and styles.
        jobs: frames that are worked on side by side, each in a thread; the result is the same.  Films by
            optimization go frame by frame, whatever it is.
        progress: is told how many seconds of the film are done, of about how many.
        options: of the method, see `audiostyle.image.stylize`.

    Raises:
        VideoReadError, VideoWriteError: a film cannot be read or written.
        PictureReadError: a style cannot be read.
        AudiostyleError: a name, a number or an option is not among those there are.
    """
    started = time.perf_counter()
    jobs = check_count("jobs", jobs, 1)
    styles = [] if style is None else to_list(style)
    out = Path(out)
    choose_codec(out)
    load_opencv()
    check_paths("film and styles", [film, *styles])
    check_outputs([film, *styles], [out])
    stylizer = FrameStylizer(
        [read_picture(path).pixels for path in styles],
        method=method,
        smooth=smooth,
        steadiness=steadiness,
        network=network,
        **options,
    )
    method = stylizer.method
    settings = {"method": method, "smooth": stylizer.smoothing, "steadiness": steadiness, **options}
    if network is not None:
        settings["network"] = str(network)
    with open_film(film) as opened:
        work = {
            "film": _identify(Path(film)),
            "styles": [_identify(Path(path)) for path in styles],
            "version": __version__,
            **settings,
        }
        with Stretches(out.parent / f".{out.name}.frames", work) as stretches:
            resumed, done, times = _run(opened, stylizer, stretches, jobs, progress)
            source = None if sound is False else film if sound is True else sound
            with write_film(out, opened.info, source) as writer:
                for pixels, moment in zip(stretches.read(), times, strict=True):
                    writer.write(pixels, moment)
            stretches.remove()
        info = opened.info
    return VideoReport(
        str(out),
        method,
        stylizer.smoothing,
        done,
        info.width,
        info.height,
        float(info.rate),
        info.sounds,
        stylizer.steadiness.scenes,
        resumed,
        time.perf_counter() - started,
    )


def _run(
    film: Film, stylizer: FrameStylizer, stretches: Stretches, jobs: int, progress: Progress | None
) -> tuple[int, int, list[int]]:
    """Stylize what is not finished, stretch by stretch; return frames found, all frames, and their times."""
    finished = stretches.count()
    if finished:
        stretches.recall(finished - 1, stylizer.steadiness, stylizer.memory, stylizer.descent)
    state = stylizer.steadiness, stylizer.memory, stylizer.descent
    times: list[int] = []

    def read() -> Iterator[NDArray[np.uint8]]:
        for frame in film.read_frames():
            times.append(frame.time)
            if len(times) > finished * LENGTH:
                yield frame.pixels

    waiting: list[Frame] = []
    for number, pixels in enumerate(stylize_frames(stylizer, read(), jobs), finished * LENGTH + 1):
        waiting.append(Frame(pixels, times[number - 1]))
        if progress:
            done = number / float(film.info.rate)
            progress(done, max(done, film.info.seconds or 0))
        if len(waiting) == LENGTH:
            stretches.save(number // LENGTH - 1, waiting, *state)
            waiting = []
    if waiting:
        stretches.save(len(times) // LENGTH, waiting, *state)
    return min(finished * LENGTH, len(times)), len(times), times


def _identify(path: Path) -> list[object]:
    """Return what tells a file from what it was before."""
    try:
        found = path.stat()
    except OSError as error:
        raise VideoReadError(f"{path}: cannot be read ({error.strerror})") from None
    return [str(path.resolve()), found.st_size, found.st_mtime_ns]
