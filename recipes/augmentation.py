"""Fits the distributions of styles that `audiostyle.augment` comes with: ``python recipes/augmentation.py``.

Pictures: crops of Debian's wallpapers at three sizes, without those that are held out (as in
``recipes/photo.toml``).  Waves: notes of all programs of FluidR3, at random keys and velocities; no other
soundfont is heard, so that all others can test what the styles are good for.  Two minutes.

    apt install fluidsynth fluid-soundfont-gm plasma-workspace-wallpapers mate-backgrounds \\
        gnome-backgrounds ukui-wallpapers lomiri-wallpapers-16.04 lomiri-wallpapers-20.04
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from audiostyle.augment import PictureStatistics, WaveStatistics, fit_styles
from audiostyle.augment.distribution import FITTED
from audiostyle.image.training.photographs import find_photographs, hold_out, load_reduced
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance

PHOTOGRAPHS = ["/usr/share/backgrounds", "/usr/share/wallpapers"]
SIZES = (96, 192, 384)  # pixels of the shorter side
CROP, CROPS = 96, 8  # pixels a side, and how many of a picture at a size

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RATE = 22050  # hertz
KEYS, VELOCITIES = (36, 85), (40, 120)
NOTES = 12  # of a program
PROGRAMS = 112  # from there on there are percussion and noises
SECONDS, APART = 1.5, 4.0  # of a note, and from each to the next
CHANNELS = 8  # programs that are rendered at once
HEARD = 1e-4  # of full scale


def read_crops() -> Iterator[torch.Tensor]:
    """Yield batches of crops (crops, 3, 96, 96), one for each photograph."""
    rng = np.random.default_rng(0)
    for path in hold_out(find_photographs(PHOTOGRAPHS))[0]:
        crops, whole = [], load_reduced(path, SIZES[-1])
        for size in SIZES:
            sides = [round(side * size / SIZES[-1]) for side in whole.shape[:2]]
            picture = np.asarray(Image.fromarray(whole).resize(sides[::-1], Image.Resampling.BOX))
            spans = [side - CROP + 1 for side in picture.shape[:2]]
            for _ in range(CROPS):
                top, left = (int(rng.integers(span)) for span in spans)
                crops.append(picture[top : top + CROP, left : left + CROP])
        yield torch.from_numpy(np.stack(crops)).movedim(3, 1).float() / 255


def render_notes() -> Iterator[torch.Tensor]:
    """Yield batches of notes (notes, samples), of eight programs each, each on a channel of its own."""
    rng = np.random.default_rng(0)
    for first in range(0, PROGRAMS, CHANNELS):
        rows = [
            (APART * n, APART * n + SECONDS, rng.integers(*KEYS), rng.integers(*VELOCITIES), n % CHANNELS)
            for n in range(NOTES * CHANNELS)
        ]
        programs = {channel: first + channel for channel in range(CHANNELS)}
        performance = Performance(np.array(rows, NOTE_DTYPE), programs)
        wave = render_performance(performance, SOUNDFONT, sample_rate=RATE)
        starts = [round(APART * n * RATE) for n in range(len(rows))]
        notes = [wave[start : start + round(SECONDS * RATE)] for start in starts]
        yield torch.from_numpy(np.stack([note for note in notes if np.abs(note).max() > HEARD]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", default=str(FITTED), help="folder for the two files")
    parser.add_argument("--kinds", nargs="*", default=["pictures", "waves"])
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    if "pictures" in options.kinds:
        fit_styles(PictureStatistics(), read_crops()).save(out / "pictures.safetensors")
    if "waves" in options.kinds:
        fit_styles(WaveStatistics(RATE), render_notes()).save(out / "waves.safetensors")


if __name__ == "__main__":
    main()
