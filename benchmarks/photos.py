"""Photographs that no shipped network was trained on, and the pairs on which methods are compared.

On a machine that lacks the packages that they are of, ``AUDIOSTYLE_PHOTOGRAPHS`` is a folder of copies.
"""

import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from audiostyle.image.training.photographs import hold_out, load_reduced

# The held-out part of recipes/photo.toml that is photographs, and sample pictures of two Python packages.
DEBIAN = {
    "/usr/share/backgrounds/Bridge_by_Sander_Klootwijk.jpg": "lomiri-wallpapers-16.04",
    "/usr/share/backgrounds/life_by_Aitzol_Berasategi.jpg": "lomiri-wallpapers-16.04",
    "/usr/share/backgrounds/mate/nature/FreshFlower.jpg": "mate-backgrounds",
    "/usr/share/wallpapers/ColdRipple/contents/images/2560x1600.jpg": "plasma-workspace-wallpapers",
    "/usr/share/wallpapers/Volna/contents/images/5120x2880.jpg": "plasma-workspace-wallpapers",
}
PYTHON = {
    "skimage": ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "motorcycle_left.png"],
    "sklearn": ["china.jpg", "flower.jpg"],
}
FOLDERS = {"skimage": "data", "sklearn": "datasets/images"}
GROUND = {  # polygons of what is no sky, (x, y) as shares of the sides
    "Bridge_by_Sander_Klootwijk": [[(0, 0.83), (1, 0.83), (1, 1), (0, 1)]],
    "ColdRipple": [
        [
            (0, 1), (0, 0.94), (0.235, 0.6), (0.17, 0.58), (0.17, 0.52), (0.81, 0.5), (0.82, 0.58),
            (0.75, 0.6), (1, 0.9), (1, 1),
        ]
    ],
    "rocket": [[(0, 0.92), (1, 0.92), (1, 1), (0, 1)], [(0.49, 0.28), (0.57, 0.28), (0.57, 1), (0.49, 1)]],
    "china": [
        [
            (0, 0.45), (0.08, 0.42), (0.13, 0.55), (0.14, 0.32), (0.27, 0.22), (0.31, 0.07), (0.35, 0.22),
            (0.5, 0.32), (0.5, 0.6), (0.56, 0.78), (0.75, 0.72), (0.85, 0.62), (0.9, 0.4), (1, 0.3), (1, 1),
            (0, 1),
        ]
    ],
}  # fmt: skip

STEPS = (1, 3, 5)  # each photograph takes its style from the ones so many places farther in the list


def find_photographs() -> list[Path]:
    """Return the photographs' paths; where some are missing, exit with the packages to install."""
    if folder := os.environ.get("AUDIOSTYLE_PHOTOGRAPHS"):
        names = [*(name.lstrip("/") for name in DEBIAN), *(n for files in PYTHON.values() for n in files)]
        return [Path(folder, name) for name in names]
    found = [Path(name) for name in DEBIAN]
    if missing := sorted({package for name, package in DEBIAN.items() if not Path(name).is_file()}):
        sys.exit(f"photographs are missing: apt install {' '.join(missing)}")
    if leaked := set(found) & set(hold_out(found)[0]):
        sys.exit(f"not held out: {', '.join(map(str, leaked))}")
    for package, names in PYTHON.items():
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.origin:
            sys.exit("photographs are missing: pip install scikit-image scikit-learn")
        found += [Path(spec.origin).parent / FOLDERS[package] / name for name in names]
    return found


def load_photographs(short_side: int) -> dict[str, np.ndarray]:
    """Load all, by name: (H, W, 3) float32 in [0, 1], the short side at most ``short_side`` pixels."""
    return {
        path.stem if path.parent.name != "images" or "contents" not in path.parts else path.parts[-4]: (
            load_reduced(path, short_side).astype(np.float32) / 255
        )
        for path in find_photographs()
    }


def choose_pairs(names: list[str]) -> list[tuple[str, str]]:
    """Return pairs of names, (content, style)."""
    return [(name, names[(n + step) % len(names)]) for step in STEPS for n, name in enumerate(names)]


def paint_mask(name: str, size: tuple[int, int]) -> np.ndarray:
    """Return the painted mask of a photograph, (H, W): 0 sky, 1 what is in front of it."""
    height, width = size
    image = Image.new("L", (width, height))
    for polygon in GROUND[name]:
        ImageDraw.Draw(image).polygon([(x * width, y * height) for x, y in polygon], fill=1)
    return np.asarray(image).astype(int)
