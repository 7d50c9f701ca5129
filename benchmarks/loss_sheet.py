"""Draws and plays the table of losses: each minimized on one pair of pictures and on one pair of sounds.

The content is the chorale's and the coffee of ``examples/``; the styles are made by ``paintings.py`` and, for
sound, by :func:`pluck` below.  Writes ``docs/_static/losses.jpg`` and ``docs/_static/losses/NAME.ogg``, and
``docs/_static/presets.jpg``, the presets of ``image optimize`` on the same pictures, larger.

    python benchmarks/loss_sheet.py pictures      # or sounds, or presets
"""

import sys
from pathlib import Path

import numpy as np
import paintings
import soundfile
import soxr
import torch
from PIL import Image, ImageDraw
from torch.nn import functional as F

from audiostyle import transfer
from audiostyle.image import optimize
from audiostyle.image.backbone import load_encoder
from audiostyle.image.optimization.bands import Bands
from audiostyle.image.optimization.features import PictureFeatures
from audiostyle.image.optimization.presets import ALL, PRESETS
from audiostyle.style.descent import DescentState, Settings, descend
from audiostyle.style.losses import INPUT, LOSSES, Ingredients, compose

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "docs" / "_static"
WIDTH, HEIGHT = 144, 96  # pixels of a picture in the sheet
ENLARGED = 2  # times as large are those of presets
ITERATIONS = 40
RATE = 22_050
SECONDS = 3.0

PICTURES = {  # what is minimized, where it is not the row alone with a little of the content
    "gram": "gram:100,perceptual:1",
    "perceptual": "perceptual:1,gram:10",
    "transformed-gram": "transformed-gram:100,perceptual:0.5",
    "centered-gram": "centered-gram:100,perceptual:1",
    "multi-scale-gram": "multi-scale-gram:100,perceptual:1",
    "mmd": "mmd:1,perceptual:0.2",
    "bn": "bn:3,perceptual:0.3",
    "histogram": "histogram:2,perceptual:0.3",
    "laplacian": "gram:100,perceptual:0.5,laplacian:300",
    "mrf": "mrf:1@relu2_1+relu3_1+relu4_1,perceptual:0.2",
    "semantic": "semantic:1@relu2_1+relu3_1+relu4_1,perceptual:0.2",
    "reshuffle": "reshuffle:1@relu2_1+relu3_1+relu4_1,perceptual:0.2",
    "adversarial": "adversarial:1@relu2_1+relu3_1,perceptual:0.1",
    "stroke": "stroke:100:size=1,perceptual:0.5",
    "hierarchical": "hierarchical:100,perceptual:0.5",
    "depth": "gram:100,perceptual:0.3,depth:300",
    "temporal": "gram:100,perceptual:1,temporal:100",
    "disparity": "gram:100,perceptual:1,disparity:100",
    "tv": "gram:100,perceptual:1,tv:10",
    "sliced-wasserstein": "sliced-wasserstein:1,perceptual:0.05",
    "style-aware-gram": "style-aware-gram:1,perceptual:0.05",
    "remd": "remd:1,perceptual:0.05",
    "self-similarity": "remd:1,self-similarity:1",
    "nearest-neighbors": "nearest-neighbors:1@relu2_1+relu3_1+relu4_1,bn:0.3@relu1_1,perceptual:0.02",
}
SOUNDS = {"perceptual": "perceptual:1,bn:0.2", "tv": "bn:1,perceptual:0.3,tv:30"}


def load_content(scale: int = 1) -> np.ndarray:
    with Image.open(ROOT / "examples" / "photo.jpg") as photo:
        sides = (scale * WIDTH, scale * HEIGHT)
        return np.asarray(photo.convert("RGB").resize(sides, Image.Resampling.LANCZOS))


def load_style(scale: int = 1) -> np.ndarray:
    painted = np.rint(paintings.paint_whirls() * 255).astype(np.uint8)
    sides = (scale * WIDTH, scale * WIDTH)
    return np.asarray(Image.fromarray(painted).resize(sides, Image.Resampling.LANCZOS))


def stylize(name: str, content: np.ndarray, style: np.ndarray) -> np.ndarray:
    """Minimize a row of the table on the pair, from the content."""
    options: dict[str, object] = {}
    if name == "semantic":  # the cup with the meadow, the table with the sky
        cup = (
            np.hypot(np.arange(WIDTH) - 0.45 * WIDTH, (np.arange(HEIGHT)[:, None] - 0.45 * HEIGHT))
            < 0.25 * WIDTH
        )
        options = {"content_mask": cup.astype(int), "style_mask": np.arange(WIDTH)[:, None] > 0.78 * WIDTH}
        options["style_mask"] = np.broadcast_to(options["style_mask"], (WIDTH, WIDTH)).astype(int)
    if name == "depth":  # a stand-in for a network: what is dark and blurred is near
        network = lambda pictures: F.avg_pool2d(pictures.mean(dim=1, keepdim=True), 8)  # noqa: E731
        options["own"] = {"depth": {"network": network}}
    if name == "temporal":  # the frame before is the same one, moved by ten pixels
        before = stylize("gram", np.roll(content, 10, axis=1), style)
        frame = torch.from_numpy(before).movedim(2, 0)[None].float() / 255
        flow = torch.zeros(1, 2, HEIGHT, WIDTH)
        flow[:, 1] = 10
        options["own"] = {"temporal": {"previous": frame, "flow": flow}}
    if name == "disparity":
        return _stylize_views(content, style)
    made = optimize(
        content, style, loss=PICTURES[name], sizes=(0,), iterations=ITERATIONS, device="cpu", **options
    )
    return np.asarray(made)


def _stylize_views(content: np.ndarray, style: np.ndarray) -> np.ndarray:
    """Stylize two views, six pixels apart, together; return the left one."""
    left = torch.from_numpy(content.copy()).movedim(2, 0)[None].float() / 255
    views = torch.cat([left, left.roll(-6, dims=3)])
    features = PictureFeatures(load_encoder("photo", "cpu"), [INPUT, *ALL], "average")
    painted = torch.from_numpy(style.copy()).movedim(2, 0)[None].float() / 255
    shift = torch.full((HEIGHT, WIDTH), -6.0)
    with torch.no_grad():
        own = {"disparity": {"left": shift, "right": -shift}}
        made = Ingredients([features(painted)], features(views), ALL, ALL[3:], own=own)
    bands = Bands(HEIGHT, WIDTH)
    state = DescentState(bands.to_point(views))
    found = descend(
        compose(PICTURES["disparity"], made),
        lambda z: features(bands.to_picture(z)),
        state,
        Settings(ITERATIONS),
    )
    return np.rint(255 * bands.to_picture(found.point)[0].movedim(0, 2).numpy()).astype(np.uint8)


def draw_sheet() -> None:
    """Draw all rows, five a line, after content and style; the sheet is there from the first row on."""
    content, style = load_content(), load_style()
    cells = [("content", content), ("style", style[:HEIGHT])]
    for name in LOSSES:
        cells.append((name, stylize(name, content, style)))
        print(name, file=sys.stderr, flush=True)
        save_sheet("losses.jpg", cells, 5)


def draw_presets() -> None:
    """Draw the results of all presets, three a line, after content and style."""
    content, style = load_content(ENLARGED), load_style(ENLARGED)
    cells = [("content", content), ("style", style[: len(content)])]
    for name in PRESETS:
        cells.append((name, np.asarray(optimize(content, style, preset=name, device="cpu"))))
        print(name, file=sys.stderr, flush=True)
        save_sheet("presets.jpg", cells, 3)


def save_sheet(name: str, cells: list[tuple[str, np.ndarray]], columns: int) -> None:
    """Write pictures of one size with their names below, so many a line."""
    height, width = cells[0][1].shape[:2]
    lines, step = -(-len(cells) // columns), height + 16
    sheet = Image.new("RGB", (columns * (width + 6), lines * step), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (label, picture) in enumerate(cells):
        left, top = number % columns * (width + 6), number // columns * step
        sheet.paste(Image.fromarray(picture), (left, top))
        pen.text((left + 2, top + height + 2), label, fill="black")
    sheet.save(STATIC / name, quality=88)


def pluck(seconds: float = SECONDS) -> np.ndarray:
    """Pluck strings (Karplus & Strong 1983): a noisy delay line for each note, (samples,)."""
    rng = np.random.default_rng(1)
    wave = np.zeros(round(seconds * RATE))
    for start, pitch in zip(
        np.arange(0, seconds, 0.25), [48, 55, 60, 64, 67, 64, 60, 55, 50, 57, 62, 65], strict=True
    ):
        period = round(RATE / (440 * 2 ** ((pitch - 69) / 12)))
        line, note = rng.uniform(-1, 1, period), []
        while len(note) * period < len(wave):
            note.append(line)
            line = 0.497 * (line + np.roll(line, 1))
        place = round(start * RATE)
        wave[place:] += np.concatenate(note)[: len(wave) - place]
    return (0.5 * wave / np.abs(wave).max()).astype(np.float32)


def play_all() -> None:
    """Minimize the rows that a single recording has, and write what they sound like."""
    wave, rate = soundfile.read(ROOT / "examples" / "chorale.flac", dtype="float32", always_2d=True)
    mono = wave[: round(SECONDS * rate)].mean(axis=1)
    content = soxr.resample(mono, rate, RATE)
    folder = STATIC / "losses"
    folder.mkdir(parents=True, exist_ok=True)
    style = pluck()

    def write(name: str, made: np.ndarray) -> None:
        soundfile.write(folder / f"{name}.ogg", 0.8 * made / max(0.8, np.abs(made).max()), RATE)
        print(name, file=sys.stderr, flush=True)

    write("content", content)
    write("style", style)
    for name, row in LOSSES.items():
        if row.source not in ("own", "labels") and name != "depth":
            loss = SOUNDS.get(name, f"{name}:1,perceptual:0.3")
            options = {"method": "optimize", "loss": loss, "iterations": 30}
            write(name, transfer(content, style, sample_rate=RATE, **options))


if __name__ == "__main__":
    for part in sys.argv[1:] or ["pictures", "sounds", "presets"]:
        {"pictures": draw_sheet, "sounds": play_all, "presets": draw_presets}[part]()
