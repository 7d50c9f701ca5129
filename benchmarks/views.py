"""Two views of scenes whose disparities are known: rendered ones, and a real one."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import photos
import skimage
from scipy.ndimage import gaussian_filter, map_coordinates

SIZE = (240, 320)  # rows and columns
BEHIND, BEFORE = 6, 18  # pixels, disparities of the background and of the object
RADIUS = 60  # of the object
NOISE, DARKER = 1.5 / 255, 0.98  # of the cameras of other pairs, and of the right one's light
SMALLER = 4  # by which the real pair is reduced: halves of halves
AGREE = 20 / 255  # where real photographs differ less, smoothed, both show the same

Picture = np.ndarray


@dataclass(frozen=True)
class Scene:
    """Two views, (H, W, 3).

    Attributes:
        left, right: the views.
        disparity: exact, of the left view, for the method.
        places: columns of the left view that pixels of the right one show, for the judge.
        visible: pixels of the right view that the left one shows too.
    """

    left: Picture
    right: Picture
    disparity: np.ndarray
    places: np.ndarray
    visible: np.ndarray

    def compare(self, left: Picture, right: Picture) -> float:
        """Return the root mean square of the difference between two pictures of the views."""
        apart = right - look_up(left, self.places)
        return float(np.sqrt((apart**2)[self.visible].mean()))


def look_up(picture: Picture, columns: np.ndarray) -> Picture:
    """Return a picture at other columns of the same rows, by cubics."""
    rows = np.indices(columns.shape)[0]
    parts = [map_coordinates(picture[..., c], [rows, columns], order=3, mode="nearest") for c in range(3)]
    return np.stack(parts, axis=-1)


def make_object(picture: Picture, other: Picture) -> Scene:
    """A disk of another picture before a background: whole pixels, with parts that one eye sees."""
    height, width = SIZE
    rows, columns = np.indices(SIZE)

    def draw(eye: int) -> tuple[Picture, np.ndarray]:
        disk = (rows - height // 2) ** 2 + (columns - width // 2 + BEFORE * eye) ** 2 <= RADIUS**2
        shown = np.roll(other[:height, :width], -BEFORE * eye, axis=1)
        behind = picture[:height, BEHIND * eye : BEHIND * eye + width]
        return np.where(disk[..., None], shown, behind), disk

    (left, before), (right, disk) = draw(0), draw(1)
    places = columns + np.where(disk, BEFORE, BEHIND)
    inside = places < width
    same = before[rows, places.clip(max=width - 1)] == disk
    return Scene(left, right, np.where(before, BEFORE, BEHIND).astype(float), places, inside & same)


def make_relief(picture: Picture, depths: np.ndarray) -> Scene:
    """A surface that both eyes see all of; ``depths`` are the right view's disparities."""
    height, width = SIZE
    columns = np.indices(SIZE)[1]
    places = columns + depths
    left = picture[:height, :width]
    exact = np.stack([np.interp(np.arange(width), p, d) for p, d in zip(places, depths, strict=True)])
    return Scene(left, look_up(left, places).clip(0, 1), exact, places, places < width - 3)


def load_real() -> Scene:
    folder = Path(skimage.__file__).parent / "data"
    views = []
    for side in ("left", "right"):
        picture = skimage.io.imread(folder / f"motorcycle_{side}.png")[..., :3] / 255
        views.append(
            picture[: picture.shape[0] // SMALLER * SMALLER, : picture.shape[1] // SMALLER * SMALLER]
        )
    left, right = (skimage.measure.block_reduce(view, (SMALLER, SMALLER, 1), np.mean) for view in views)
    disparity = np.load(folder / "motorcycle_disp.npz")["arr_0"]
    exact = (
        disparity[SMALLER // 2 :: SMALLER, SMALLER // 2 :: SMALLER][: left.shape[0], : left.shape[1]]
        / SMALLER
    )
    places = np.indices(exact.shape)[1] + find_right(exact)
    known = np.isfinite(places) & (places < left.shape[1] - 1)
    places = np.where(known, places, 0)
    apart = gaussian_filter(np.abs(right - look_up(left, places)).max(axis=2), 1)
    return Scene(left, right, exact, places, known & (apart < AGREE))


def find_right(disparity: np.ndarray) -> np.ndarray:
    """Return the right view's disparities, NaN where only the right eye sees: row by row, nearest last."""
    found = np.full(disparity.shape, np.nan)
    for row, values in enumerate(disparity):
        columns = np.flatnonzero(np.isfinite(values))
        columns = columns[np.argsort(values[columns], kind="stable")]
        there = np.rint(columns - values[columns]).astype(int)
        inside = there >= 0
        found[row, there[inside]] = values[columns[inside]]
    return found


def make_scenes(limit: int) -> dict[str, Scene]:
    rows, columns = np.indices(SIZE)
    wide = [p for p in photos.load_photographs(SIZE[0] + 4).values() if p.shape[1] >= SIZE[1] + BEFORE]
    scenes = {}
    for n in range(limit):
        one, other, third = (wide[(3 * n + step) % len(wide)].astype(float) for step in range(3))
        scenes[f"object {n + 1}"] = make_object(one, other)
        scenes[f"plane {n + 1}"] = make_relief(other, 4 + 16 * rows / SIZE[0])
        scenes[f"hills {n + 1}"] = make_relief(third, 10 + 6 * np.sin(columns / 25 + rows / 40))
    return scenes


def make_other_scenes(limit: int) -> dict[str, Scene]:
    """Return pairs of other shapes from other parts of photographs, the last of each three with noise."""
    rows, columns = np.indices(SIZE)
    rng = np.random.default_rng(0)
    wide = [p[-SIZE[0] :, -SIZE[1] - 1 :] for p in photos.load_photographs(SIZE[0] + 110).values()]
    wide = [p.astype(float) for p in wide if p.shape[:2] == (SIZE[0], SIZE[1] + 1)]
    scenes = {}
    for n in range(limit):
        one, other, third = (wide[(3 * n + step + 3) % len(wide)] for step in range(3))
        waves = 20 - rows / 20 + 2.5 * np.sin(rows / 15) * np.cos(columns / 40)
        scenes[f"tilt {n + 1}"] = make_relief(one, 3 + 9 * columns / SIZE[1])
        scenes[f"waves {n + 1}"] = make_relief(other, waves)
        clean = make_relief(third, 8 + 5 * np.cos(columns / 50) + rows / 60)
        left, right = (
            np.clip(view * light + rng.normal(0, NOISE, view.shape), 0, 1)
            for view, light in ((clean.left, 1), (clean.right, DARKER))
        )
        scenes[f"noise {n + 1}"] = replace(clean, left=left, right=right)
    return scenes
