"""Paintings to take styles from, painted by this program: their license is the project's.

Three manners: short curved strokes of oil that follow whirls, engraving in ink, and a mosaic of stones.
``python benchmarks/paintings.py FOLDER`` writes them.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

SIDE = 512  # pixels
SUPERSAMPLING = 2


def paint_whirls(seed: int = 3, side: int = SIDE) -> np.ndarray:
    """Paint a night of whirls in short strokes, (side, side, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 256), np.linspace(0, 1, 256)), axis=-1)  # x, y
    centers = np.array([[0.2, 0.22], [0.55, 0.3], [0.85, 0.15], [0.78, 0.55], [0.35, 0.6]])
    turn, light = np.zeros((256, 256, 2)), np.zeros((256, 256))
    for number, center in enumerate(centers):
        offset = grid - center
        radius = np.linalg.norm(offset, axis=-1) + 1e-6
        pull = np.exp(-((radius / 0.2) ** 2))[..., None]
        turn += (
            pull * np.stack([-offset[..., 1], offset[..., 0]], axis=-1) / radius[..., None] * (-1) ** number
        )
        light += np.exp(-((radius / 0.06) ** 2)) + 0.55 * np.exp(-(((radius - 0.12) / 0.02) ** 2))
    waves = np.stack([np.ones((256, 256)), 0.5 * np.sin(9 * grid[..., 0] + 2)], axis=-1)
    turn += 0.35 * waves
    hill = grid[..., 1] > 0.8 + 0.06 * np.sin(7 * grid[..., 0])
    palette = np.array([[0.05, 0.09, 0.27], [0.12, 0.25, 0.55], [0.35, 0.55, 0.72], [0.93, 0.80, 0.32]])
    return _stroke(side, rng, turn, np.clip(light, 0, 1), hill, palette)


def _stroke(
    side: int,
    rng: np.random.Generator,
    turn: np.ndarray,
    light: np.ndarray,
    hill: np.ndarray,
    palette: np.ndarray,
) -> np.ndarray:
    """Draw thousands of strokes along a field, each of one color with a light and a dark edge."""
    big = side * SUPERSAMPLING
    canvas = Image.new("RGB", (big, big), (24, 34, 80))
    pen = ImageDraw.Draw(canvas)
    tone = np.clip(light + 0.25 * gaussian_filter(rng.normal(size=(256, 256)), 6) * 8, 0, 1)
    for width, count in ((13, 5000), (9, 9000), (6, 9000)):
        for _ in range(count):
            place = rng.random(2)
            shade = tone[_at(place)] * 2.99 + rng.normal(0, 0.25)
            low = int(np.clip(shade, 0, 2))
            color = palette[low] + (palette[low + 1] - palette[low]) * np.clip(shade - low, 0, 1)
            if hill[_at(place)]:
                color = np.array([0.10, 0.22, 0.16]) + rng.random() * np.array([0.16, 0.24, 0.08])
            color = np.clip(color + rng.normal(0, 0.045, 3), 0, 1)
            path = [place]
            for _ in range(int(rng.integers(5, 10))):
                step = turn[_at(path[-1])]
                path.append(path[-1] + 0.008 * step / (np.linalg.norm(step) + 1e-6))
            points = [tuple(point * big) for point in path]
            pen.line([(x + 2, y + 2) for x, y in points], _to_bytes(0.72 * color), width, "curve")
            pen.line(points, _to_bytes(color), width - 2, "curve")
            pen.line([(x - 1, y - 2) for x, y in points], _to_bytes(color + 0.09), max(1, width // 4))
    return _finish(canvas, side)


def paint_engraving(seed: int = 5, side: int = SIDE) -> np.ndarray:
    """Engrave hills in ink: lines that follow them, closer and crossed where it is dark."""
    rng = np.random.default_rng(seed)
    big = side * SUPERSAMPLING
    height = (
        gaussian_filter(rng.normal(size=(256, 256)), 22) * 60
        + gaussian_filter(rng.normal(size=(256, 256)), 8) * 6
    )
    slope = np.stack(np.gradient(height), axis=-1)
    dark = np.clip(0.55 - 6 * slope[..., 1] - 3 * slope[..., 0], 0, 1)
    canvas = Image.new("RGB", (big, big), (243, 236, 219))
    pen = ImageDraw.Draw(canvas)
    for layer, threshold in enumerate((0.12, 0.4, 0.62, 0.8)):
        for _ in range(4200):
            place = rng.random(2)
            if dark[_at(place)] < threshold:
                continue
            path = [place]
            for _ in range(14):
                along = slope[_at(path[-1])]
                step = np.array([-along[0], along[1]]) if layer % 2 == 0 else np.array([along[1], along[0]])
                path.append(path[-1] + 0.004 * step / (np.linalg.norm(step) + 1e-6))
            points = [tuple(point * big) for point in path]
            pen.line(points, (30, 26, 30), 2 + (layer == 3), "curve")
    return _finish(canvas, side)


def paint_mosaic(seed: int = 7, side: int = SIDE) -> np.ndarray:
    """Lay a mosaic of stones along arcs, with dark joints."""
    rng = np.random.default_rng(seed)
    radii = np.arange(0.03, 1.5, 0.03)
    stones = np.concatenate(
        [
            radius * np.stack([np.cos(angles), np.sin(angles)], axis=1) + [0.5, 1.05]
            for radius in radii
            for angles in [np.arange(0, 2 * np.pi, 0.03 / radius) + rng.random()]
        ]
    )
    stones += rng.normal(0, 0.0035, stones.shape)
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1) / side
    distance, nearest = cKDTree(stones).query(grid.reshape(-1, 2), k=2)
    palette = np.array(
        [[0.75, 0.16, 0.12], [0.92, 0.62, 0.16], [0.10, 0.42, 0.50], [0.93, 0.88, 0.74], [0.12, 0.20, 0.42]]
    )
    band = (radii.searchsorted(np.linalg.norm(stones - [0.5, 1.05], axis=1)) // 4) % len(palette)
    colors = palette[band] * rng.uniform(0.72, 1.12, (len(stones), 1)) + rng.normal(0, 0.03, (len(stones), 3))
    joint = np.clip((distance[:, 1] - distance[:, 0]) / 0.008, 0, 1)[:, None]
    picture = joint * colors[nearest[:, 0]] + (1 - joint) * np.array([0.16, 0.13, 0.12])
    return np.clip(gaussian_filter(picture.reshape(side, side, 3), (0.6, 0.6, 0)), 0, 1).astype(np.float32)


PAINTINGS = {"whirls": paint_whirls, "engraving": paint_engraving, "mosaic": paint_mosaic}


def _at(place: np.ndarray) -> tuple[int, int]:
    """Return the row and the column of a place (x, y) in a field of 256 × 256."""
    column, row = np.clip((place * 256).astype(int), 0, 255)
    return int(row), int(column)


def _to_bytes(color: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = np.rint(np.clip(color, 0, 1) * 255).astype(int)
    return int(red), int(green), int(blue)


def _finish(canvas: Image.Image, side: int) -> np.ndarray:
    return np.asarray(canvas.resize((side, side), Image.Resampling.LANCZOS), np.float32) / 255


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "paintings")
    folder.mkdir(parents=True, exist_ok=True)
    for name, paint in PAINTINGS.items():
        Image.fromarray(np.rint(paint() * 255).astype(np.uint8)).save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
