"""Films: how steady, how fast.

Warping error of results against the content's own and against frame by frame, on rendered films whose motion
is known: a pan and a zoom over photographs, an object before a still background.  Flicker of a still
background behind a moving object.  Stored in ``results/video.md``; half an hour.  ``--clips FOLDER``: the
same errors on real films, along motion that another algorithm than the product's finds, stored in
``results/video_clips.md``.  ``--speed``: frames a second of the whole command at 720 lines, stored in
``results/video_speed.md``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import paintings
import photos
import report
from PIL import Image
from scipy.ndimage import map_coordinates

from audiostyle.video import FrameStylizer, stylize_video
from audiostyle.video.reading import FilmInfo, open_film
from audiostyle.video.writing import write_film

METHODS = ("mkl", "reinhard", "adain", "wct", "photowct", "network")
NETWORK = "mosaic"
FRAMES = 24
SIZE = (180, 240)  # rows and columns
SPEED = 3  # pixels a frame
ZOOM = 1.015  # a frame
NOISE = 1.5 / 255  # standard deviation, such as cameras have
RADIUS = 36  # of the object
STILL_FRAMES = 100  # of films with a still background
BACKGROUND = slice(0, SIZE[0] // 4)  # rows where no object comes
LONGER_SIDE = 320  # pixels of real films
ASTRAY = 0.5  # pixels by which a way there and back may miss

Film = tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]
"""Frames (frames, H, W, 3), uint8, and what gives squared differences along the motion of such frames."""


def to_bytes(picture: np.ndarray) -> np.ndarray:
    return np.rint(255 * np.clip(picture, 0, 1)).astype(np.uint8)


def film(frames: np.ndarray) -> np.ndarray:
    """Return frames as a camera has them, with noise."""
    noise = np.random.default_rng(0).normal(0, NOISE, frames.shape)
    return to_bytes(frames + noise)


def make_pan(picture: np.ndarray) -> Film:
    height, width = SIZE
    wide = np.tile(picture, (1, 2, 1)) if picture.shape[1] < width + SPEED * FRAMES else picture
    frames = np.stack([wide[:height, SPEED * n : SPEED * n + width] for n in range(FRAMES)])

    def compare(film: np.ndarray) -> np.ndarray:
        return (film[1:, :, :-SPEED] - film[:-1, :, SPEED:]) ** 2

    return film(frames), compare


def look_up(frame: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return a frame (H, W, 3) at places between its pixels, by cubics."""
    parts = [map_coordinates(frame[..., c], [rows, columns], order=3, mode="nearest") for c in range(3)]
    return np.stack(parts, axis=-1)


def make_zoom(picture: np.ndarray) -> Film:
    height, width = SIZE
    rows, columns = np.indices(SIZE, dtype=float)
    middle = np.array([height - 1, width - 1]) / 2

    def scale(factor: float) -> tuple[np.ndarray, np.ndarray]:
        return middle[0] + (rows - middle[0]) / factor, middle[1] + (columns - middle[1]) / factor

    frames = np.stack([look_up(picture, *scale(ZOOM**n)) for n in range(FRAMES)])

    def compare(film: np.ndarray) -> np.ndarray:
        earlier = np.stack([look_up(frame, *scale(ZOOM)) for frame in film[:-1]])
        return (film[1:] - earlier) ** 2

    return film(frames), compare


def draw_object(picture: np.ndarray, other: np.ndarray, count: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return frames in which a disk of another picture moves before a still one, and where it is."""
    height, width = SIZE
    rows, columns = np.indices(SIZE)
    masks, frames = [], []
    for n in range(count):
        left = RADIUS + SPEED * n % (width - 2 * RADIUS)
        mask = (rows - height // 2) ** 2 + (columns - left) ** 2 <= RADIUS**2
        shown = np.roll(other[:height, :width], SPEED * n, axis=1)
        masks.append(mask)
        frames.append(np.where(mask[..., None], shown, picture[:height, :width]))
    return np.stack(frames), masks


def make_object(picture: np.ndarray, other: np.ndarray) -> Film:
    """Only pixels that were there a frame ago count."""
    frames, masks = draw_object(picture, other, FRAMES)

    def compare(film: np.ndarray) -> np.ndarray:
        parts = []
        for n in range(1, FRAMES):
            still = ~masks[n] & ~masks[n - 1]
            parts.append(((film[n] - film[n - 1]) ** 2)[still])
            moved = np.roll(film[n - 1], SPEED, axis=1)
            parts.append(((film[n] - moved) ** 2)[masks[n]])
        return np.concatenate(parts)

    return film(frames), compare


def make_films(limit: int) -> dict[str, Film]:
    pictures = [p for p in photos.load_photographs(SIZE[0] + 4).values() if p.shape[1] >= SIZE[1]]
    films: dict[str, Film] = {}
    for number in range(limit):
        one, other = pictures[2 * number], pictures[2 * number + 1]
        films[f"pan {number + 1}"] = make_pan(one)
        films[f"zoom {number + 1}"] = make_zoom(other)
        films[f"object {number + 1}"] = make_object(one, other)
    return films


def make_still(limit: int) -> list[np.ndarray]:
    """Return films without noise in which the object moves before a background that stays the same."""
    pictures = [p for p in photos.load_photographs(SIZE[0] + 4).values() if p.shape[1] >= SIZE[1]]
    return [
        to_bytes(draw_object(pictures[2 * n], pictures[2 * n + 1], STILL_FRAMES)[0]) for n in range(limit)
    ]


def load_clip(path: Path) -> Film:
    """Return the first frames of a real film, reduced, to be compared where motion leads there and back."""
    with open_film(path) as opened:
        frames = [frame.pixels for frame, _ in zip(opened.read_frames(), range(FRAMES), strict=False)]
    height, width = frames[0].shape[:2]
    factor = LONGER_SIDE / max(height, width)
    size = round(width * factor), round(height * factor)
    film = np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames])
    grays = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in film]
    ways = [find_way(one, other) for one, other in pairwise(grays)]

    def compare(film: np.ndarray) -> np.ndarray:
        parts = []
        for (earlier, later), (places, known) in zip(pairwise(film), ways, strict=True):
            moved = cv2.remap(np.float32(earlier), *places, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            parts.append(((later - moved) ** 2)[known])
        return np.concatenate(parts)

    return film, compare


def find_way(before: np.ndarray, after: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Return columns and rows where pixels were by Farnebäck's flow, and where that can be relied on."""
    there, back = (
        cv2.calcOpticalFlowFarneback(one, other, None, 0.5, 4, 15, 5, 7, 1.5, 0)
        for one, other in ((after, before), (before, after))
    )
    rows, columns = np.indices(before.shape, dtype=np.float32)
    places = [columns + there[..., 0], rows + there[..., 1]]
    home = there + cv2.remap(back, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = [(p >= 0) & (p <= side - 1) for p, side in zip(places, before.shape[::-1], strict=True)]
    return places, (np.hypot(home[..., 0], home[..., 1]) < ASTRAY) & inside[0] & inside[1]


def stylize(frames: np.ndarray, style: np.ndarray, method: str, steadiness: float) -> np.ndarray:
    if method == "network":
        stylizer = FrameStylizer([], network=NETWORK, steadiness=steadiness)
    else:
        stylizer = FrameStylizer([style], method=method, steadiness=steadiness)
    return np.stack([stylizer(frame) for frame in frames]).astype(np.float64) / 255


def measure_errors(method: str, films: dict[str, Film], styles: list[np.ndarray]) -> np.ndarray:
    """Return warping errors, a row for each film: of the content, frame by frame, steady."""
    found = []
    for number, (name, (frames, compare)) in enumerate(films.items()):
        style = styles[number % len(styles)]
        plain, steady = (stylize(frames, style, method, share) for share in (0.0, 0.9))
        errors = [float(np.sqrt(compare(each).mean())) for each in (frames / 255.0, plain, steady)]
        found.append(errors)
        print(method, name, *(f"{error:.4f}" for error in errors), file=sys.stderr, flush=True)
    return np.array(found)


def measure_flicker(method: str, films: list[np.ndarray], styles: list[np.ndarray]) -> np.ndarray:
    """Return deviations in time of still backgrounds, of 255, a row for each film: frame by frame, steady."""
    found = []
    for number, frames in enumerate(films):
        both = [stylize(frames, styles[number % len(styles)], method, share) for share in (0.0, 0.9)]
        found.append([255 * each[:, BACKGROUND].std(axis=0).mean() for each in both])
    return np.array(found)


def make_rows(methods: list[str], films: dict[str, Film], still: list[np.ndarray]) -> list[list[object]]:
    styles = [paint(side=256) for paint in paintings.PAINTINGS.values()]
    rows: list[list[object]] = []
    for method in methods:
        own, plain, steady = measure_errors(method, films, styles).mean(axis=0)
        row = [method, *(f"{error:.4f}" for error in (own, plain, steady))]
        row += [f"{steady / own:.2f}", f"{steady / plain:.2f}"]
        if still:
            row += [f"{value:.2f}" for value in measure_flicker(method, still, styles).mean(axis=0)]
        rows.append(row)
    return rows


def measure_speed(methods: list[str]) -> list[list[object]]:
    picture = next(iter(photos.load_photographs(720).values()))
    wide = np.tile(picture, (1, 2, 1))[:720]
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        style, clip = Path(scratch, "style.png"), Path(scratch, "film.mp4")
        Image.fromarray(to_bytes(paintings.PAINTINGS["whirls"]())).save(style)
        for method in methods:
            frames = 40 if method in ("mkl", "reinhard") else 4
            info = FilmInfo(1280, 720, Fraction(1, 25), Fraction(25), None, Fraction(1), 0, 8, 0)
            with write_film(clip, info) as writer:
                for n in range(frames):
                    writer.write(to_bytes(wide[:, 4 * n : 4 * n + 1280]), n)
            started = time.perf_counter()
            stylize_video(clip, style, Path(scratch, "out.mp4"), method=method)
            rows.append([method, f"{frames / (time.perf_counter() - started):.2f}"])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--films", type=int, default=2, help="of each kind")
    parser.add_argument("--clips", metavar="FOLDER", help="real films to measure instead")
    parser.add_argument("--speed", action="store_true", help="measure speed, and nothing else")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    header = ["method", "content", "frame by frame", "steady", "÷ content", "÷ frame by frame"]
    if options.speed:
        name, parts = "video_speed", ["# Films: speed", report.describe_run(), "Whole command, 1280 × 720."]
        parts.append(report.format_table(["method", "frames a second"], measure_speed(["mkl", "photowct"])))
    elif options.clips:
        films = {path.stem: load_clip(path) for path in sorted(Path(options.clips).iterdir())}
        name, parts = "video_clips", ["# Real films", report.describe_run()]
        parts += [
            f"Warping error along Farnebäck's flow (root mean square), where that leads there and back, "
            f"means over the first {FRAMES} frames of {len(films)} films: {', '.join(films)}.",
            report.format_table(header, make_rows(options.methods, films, [])),
        ]
    else:
        films, still = make_films(options.films), make_still(options.films)
        name, parts = "video", ["# Films", report.describe_run()]
        parts += [
            f"Warping error along known motion (root mean square), means over {len(films)} films of "
            f"{FRAMES} frames with a camera's noise; standard deviation in time of a still background behind "
            f"a moving object, {STILL_FRAMES} frames without noise.",
            report.format_table(
                [*header, "flicker frame by frame (of 255)", "steady"],
                make_rows(options.methods, films, still),
            ),
        ]
    text = "\n\n".join(parts)
    print(text)
    if options.store:
        print(f"stored in {report.store(name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
