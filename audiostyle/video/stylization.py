"""Films: a file in, a file of the same length, rate and sound out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle._version import __version__
from audiostyle.checks import check_number, check_outputs, check_paths
from audiostyle.errors import VideoReadError
from audiostyle.image.arrays import to_list
from audiostyle.image.io.files import read_picture
from audiostyle.image.methods import Smoothing, get_method
from audiostyle.image.smoothing.fast_guided import LocalModels
from audiostyle.image.smoothing.guided import EPSILON, RADIUS
from audiostyle.image.stylization import choose_smoothing, run_method, smooth_result
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress
from audiostyle.style.memory import MomentMemory
from audiostyle.video.chunks import LENGTH, Stretches
from audiostyle.video.flow import load_opencv
from audiostyle.video.reading import Film, Frame, open_film
from audiostyle.video.steady import KEPT, Steadiness
from audiostyle.video.writing import choose_codec, write_film

DEFAULT = "mkl"
"""The method of films unless another one is asked for: one map for a scene, and the fastest."""

LONGER_SIDE = 640
"""Pixels of the frames that methods see whose results are smoothed by the guided filter.

What that keeps of a result is one affine map of the colors around every pixel.  Such maps vary slowly, so
that they can be found in a smaller frame and applied in the large one, whose detail all comes from the film.
"""


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


class FrameStylizer:
    """Stylizes the frames of one film, one after the other, steadily.

    Args:
        styles: pictures (H, W, 3) in [0, 1].
        method: one of `audiostyle.image.METHODS`.
        smooth: smoothing of each frame along its edges; None takes what belongs to the method.
        steadiness: share of the earlier change that stays; at 0 every frame is stylized by itself.
        options: of the method.

    Attributes:
        scenes: in how many the frames so far were cut.

    Example:
        >>> stylizer = FrameStylizer([np.full((8, 8, 3), 0.5)], method="reinhard")
        >>> stylizer(np.zeros((32, 48, 3), np.uint8)).shape
        (32, 48, 3)
    """

    def __init__(
        self,
        styles: Sequence[NDArray[np.floating]],
        *,
        method: str = DEFAULT,
        smooth: Smoothing | None = None,
        steadiness: float = KEPT,
        **options: object,
    ) -> None:
        self.styles, self.method = list(styles), method
        self.smoothing = choose_smoothing(method, smooth)
        self.steadiness = Steadiness(check_number("steadiness", steadiness, 0, 0.999))
        self.memory, self.scenes = MomentMemory(), 0
        own: dict[str, object] = {"device": "auto", "memory_limit": None, "progress": None}
        if steadiness and "memory" in get_method(method).options:
            own["memory"] = self.memory
        self.options = own | options

    def __call__(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the next frame (H, W, 3), stylized."""
        if self.steadiness.begins_scene(frame):
            self.memory.forget()
            self.scenes += 1
        result = self._stylize(frame)
        self.memory.end_frame()
        settled = self.steadiness.settle(frame, result)
        return np.rint(settled * 255).astype(np.uint8)

    def _stylize(self, frame: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return a frame (H, W, 3) as the method and its smoothing make it, in [0, 1]."""
        content: NDArray[np.float32] = np.divide(frame, 255, dtype=np.float32)
        factor = LONGER_SIDE / max(frame.shape)
        if self.smoothing != "guided" or factor >= 1:
            plain = run_method(self.method, content, self.styles, self.options)
            return smooth_result(content, np.asarray(plain, np.float32), self.smoothing)
        size = max(1, round(frame.shape[1] * factor)), max(1, round(frame.shape[0] * factor))
        small = load_opencv().resize(content, size, interpolation=load_opencv().INTER_AREA)
        plain = run_method(self.method, small, self.styles, self.options)
        radius = max(1, round(RADIUS * factor))
        models = LocalModels.fit(small.astype(np.float64), np.asarray(plain, np.float64), radius, EPSILON)
        return models(content).transpose(1, 2, 0).clip(0, 1)


@own_settings()
def stylize_video(
    film: str | Path,
    style: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    method: str = DEFAULT,
    smooth: Smoothing | None = None,
    steadiness: float = KEPT,
    sound: bool | str | Path = True,
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
        style: path of a picture, or of several.
        out: the film to write, ``.mp4``, ``.mov``, ``.mkv`` or ``.webm``.
        method: one of `audiostyle.image.METHODS`.
        smooth: smoothing of each frame along its edges; None takes what belongs to the method.
        steadiness: share of the earlier change that stays, 0 (every frame by itself) up to below 1.
        sound: whether to copy the sound tracks; or the path of a file whose sound is taken instead.
        progress: is told how many seconds of the film are done, of about how many.
        options: of the method, see `audiostyle.image.stylize`.

    Raises:
        VideoReadError, VideoWriteError: a film cannot be read or written.
        PictureReadError: a style cannot be read.
        AudiostyleError: a name, a number or an option is not among those there are.
    """
    started = time.perf_counter()
    styles = to_list(style)
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
        **options,
    )
    settings = {"method": method, "smooth": stylizer.smoothing, "steadiness": steadiness, **options}
    with open_film(film) as opened:
        work = {
            "film": _identify(Path(film)),
            "styles": [_identify(Path(path)) for path in styles],
            "version": __version__,
            **settings,
        }
        with Stretches(out.parent / f".{out.name}.frames", work) as stretches:
            resumed, done, times = _run(opened, stylizer, stretches, progress)
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
        stylizer.scenes,
        resumed,
        time.perf_counter() - started,
    )


def _run(
    film: Film, stylizer: FrameStylizer, stretches: Stretches, progress: Progress | None
) -> tuple[int, int, list[int]]:
    """Stylize what is not finished, stretch by stretch; return frames found, all frames, and their times."""
    finished = stretches.count()
    if finished:
        stretches.recall(finished - 1, stylizer.steadiness, stylizer.memory)
    times: list[int] = []
    waiting: list[Frame] = []
    for frame in film.read_frames():
        times.append(frame.time)
        if len(times) <= finished * LENGTH:
            continue
        waiting.append(Frame(stylizer(frame.pixels), frame.time))
        if progress:
            done = len(times) / float(film.info.rate)
            progress(done, max(done, film.info.seconds or 0))
        if len(waiting) == LENGTH:
            stretches.save(len(times) // LENGTH - 1, waiting, stylizer.steadiness, stylizer.memory)
            waiting = []
    if waiting:
        stretches.save(len(times) // LENGTH, waiting, stylizer.steadiness, stylizer.memory)
    return min(finished * LENGTH, len(times)), len(times), times


def _identify(path: Path) -> list[object]:
    """Return what tells a file from what it was before."""
    try:
        found = path.stat()
    except OSError as error:
        raise VideoReadError(f"{path}: cannot be read ({error.strerror})") from None
    return [str(path.resolve()), found.st_size, found.st_mtime_ns]
