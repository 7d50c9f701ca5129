"""Films: a file in, a file of the same length, rate and sound out."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle._version import __version__
from audiostyle.checks import check_number, check_outputs, check_paths
from audiostyle.errors import AudiostyleError, VideoReadError
from audiostyle.image.arrays import to_list
from audiostyle.image.feedforward import apply_network
from audiostyle.image.io.files import read_picture
from audiostyle.image.methods import BY_DESCENT, Smoothing, get_method
from audiostyle.image.smoothing.fast_guided import LocalModels
from audiostyle.image.smoothing.guided import EPSILON, RADIUS
from audiostyle.image.stylization import choose_smoothing, run_method, smooth_result
from audiostyle.models.style_network import load_style_network
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress
from audiostyle.style.memory import MomentMemory
from audiostyle.video.chunks import LENGTH, Stretches
from audiostyle.video.descent import FrameDescent
from audiostyle.video.flow import load_opencv
from audiostyle.video.reading import Film, Frame, open_film
from audiostyle.video.steady import KEPT, Steadiness
from audiostyle.video.writing import choose_codec, write_film

DEFAULT = "mkl"
"""The method of films unless another one is asked for: one map for a scene, and the fastest."""

NETWORK = "network"
"""What reports call the method of films that are stylized by a network."""

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
        styles: pictures (H, W, 3) in [0, 1]; none with a network.
        method: one of `audiostyle.image.METHODS`, or ``"optimize"``; not used with a network.
        smooth: smoothing of each frame along its edges; None takes what belongs to the method.
        steadiness: share of the earlier change that stays; at 0 every frame is stylized by itself.
        network: of one style, a file or a shipped one's name, in place of a method and styles.
        options: of the method; a network takes ``strength`` and ``device``.  ``"optimize"`` takes those of
            `audiostyle.video.descent.FrameDescent`.

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
        network: str | Path | None = None,
        **options: object,
    ) -> None:
        self.styles, self.method = list(styles), NETWORK if network else method
        if bool(network) == bool(self.styles):
            raise AudiostyleError("give a film one style or several, or a network, which has its own")
        self.network = load_style_network(network) if network else None
        if network and (unknown := set(options) - {"strength", "device"}):
            raise AudiostyleError(f"a network has no option {min(unknown)!r}; it takes strength and device")
        self.smoothing: Smoothing = smooth or "none" if network else choose_smoothing(method, smooth)
        self.steadiness = Steadiness(check_number("steadiness", steadiness, 0, 0.999))
        self.memory, self.scenes = MomentMemory(), 0
        self.descent: FrameDescent | None = None
        own: dict[str, object] = {"device": "auto"}
        if network:
            self.options = own | options
            return
        if method in BY_DESCENT:
            self.descent = _make_descent(self.styles, own | options)
            self.options = own | options
            return
        own |= {"memory_limit": None, "progress": None}
        if steadiness and "memory" in get_method(method).options:
            own["memory"] = self.memory
        self.options = own | options

    def __call__(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the next frame (H, W, 3), stylized."""
        if self.steadiness.begins_scene(frame):
            self.memory.forget()
            self.scenes += 1
            if self.descent:
                self.descent.forget()
        result = self._stylize(frame)
        self.memory.end_frame()
        settled = self.steadiness.settle(frame, result)
        if self.descent and self.steadiness.kept:
            self.descent.remember(frame, settled)
        return np.rint(settled * 255).astype(np.uint8)

    def _stylize(self, frame: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return a frame (H, W, 3) as the method and its smoothing make it, in [0, 1]."""
        content: NDArray[np.float32] = np.divide(frame, 255, dtype=np.float32)
        if self.descent:
            return smooth_result(content, self.descent(frame), self.smoothing)
        if self.network:
            painted = apply_network(content, self.network, **self.options)  # type: ignore[arg-type]
            return smooth_result(content, painted, self.smoothing)
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


def _make_descent(styles: Sequence[NDArray[np.floating]], options: Mapping[str, object]) -> FrameDescent:
    """Return what optimizes frames, with the options that films have of their own."""
    rest = {name: value for name, value in options.items() if value is not None}
    own = {name: rest.pop(name) for name in ("preset", "iterations", "weight") if name in rest}
    return FrameDescent(styles, options=rest, **own)  # type: ignore[arg-type]


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
        progress: is told how many seconds of the film are done, of about how many.
        options: of the method, see `audiostyle.image.stylize`.

    Raises:
        VideoReadError, VideoWriteError: a film cannot be read or written.
        PictureReadError: a style cannot be read.
        AudiostyleError: a name, a number or an option is not among those there are.
    """
    started = time.perf_counter()
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
        stretches.recall(finished - 1, stylizer.steadiness, stylizer.memory, stylizer.descent)
    state = stylizer.steadiness, stylizer.memory, stylizer.descent
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
            stretches.save(len(times) // LENGTH - 1, waiting, *state)
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
