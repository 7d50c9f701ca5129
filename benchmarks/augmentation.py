"""Style augmentation: does it help a network on data of another style, and what does it cost?

Sound: instruments are learned from the notes of one soundfont (FluidR3) and named in two others, which
neither the network nor the distribution of styles has heard.  Pictures: letters that are cut from three
photographs are learned, and read under shifts of color and of texture, and cut from other photographs.  Each
with no augmentation, with the usual one, with ours, and with both; means over seeds with 90 % intervals
(Student's t).  Strengths are chosen by ``--choose`` on a third soundfont, and on letters of which there is no
result.

Stored in ``results/augmentation_waves.md`` and ``…_pictures.md``; five minutes.  ``--choose`` prints results
for several strengths.
"""

import argparse
import io
import itertools
import math
import multiprocessing
import sys
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import photos
import report
import torch
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import gaussian_filter
from scipy.stats import t as student
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.augment import StyleAugment
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance

Augment = Callable[[Tensor], Tensor]

FONTS = {
    "FluidR3": "sf2/FluidR3_GM.sf2",
    "MuseScore": "sf3/MuseScore_General_Full.sf3",
    "TimGM6mb": "sf2/TimGM6mb.sf2",
    "sf_GMbank": "sf2/sf_GMbank.sf2",
}
LEARNED, CHOSEN, TESTED = "FluidR3", "MuseScore", ("TimGM6mb", "sf_GMbank")
PROGRAMS = {
    "piano": 0, "harpsichord": 6, "vibraphone": 11, "organ": 19, "guitar": 24, "violin": 40,
    "cello": 42, "harp": 46, "trumpet": 56, "horn": 60, "clarinet": 71, "flute": 73,
}  # fmt: skip
CHANNELS = [channel for channel in range(16) if channel != 9][: len(PROGRAMS)]
RATE = 16000  # hertz
NOTES = 30  # of each instrument, to learn from and for each test
KEYS, VELOCITIES = (48, 80), (45, 115)
SECONDS, APART = 1.0, 2.0

SIDE = 48  # pixels of a picture
LETTERS = "ABCDEFGHKMRS"
DRAWN = 40  # of each letter, to learn from and for each test
KNOWN = 3  # photographs from which the letters that are learned are cut; as many more to choose strengths by
STRENGTH = {"waves": (0.0, 0.5), "pictures": (0.0, 0.5)}
STEPS, BATCH, LEARNING_RATE = 200, 32, 3e-3
ARMS = ("none", "usual", "ours", "usual and ours")


def render_notes(font: str, seed: int, notes: int = NOTES) -> tuple[Tensor, Tensor]:
    """Return notes (instruments · notes, samples) at random keys and velocities, and their instruments."""
    rng = np.random.default_rng(seed)
    rows, labels = [], []
    for (label, channel), _ in itertools.product(enumerate(CHANNELS), range(notes)):
        start = APART * len(rows)
        rows.append((start, start + SECONDS, rng.integers(*KEYS), rng.integers(*VELOCITIES), channel))
        labels.append(label)
    programs = dict(zip(CHANNELS, PROGRAMS.values(), strict=True))
    path = Path("/usr/share/sounds", FONTS[font])
    wave = render_performance(Performance(np.array(rows, NOTE_DTYPE), programs), path, sample_rate=RATE)
    count = round(SECONDS * RATE)
    waves = np.stack([wave[round(row[0] * RATE) :][:count] for row in rows])
    return torch.from_numpy(waves), torch.tensor(labels)


class WaveNetwork(nn.Module):
    """Names instruments from waves (B, samples): log-mel spectra, three convolutions, means over time."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.register_buffer("mel", torch.from_numpy(librosa.filters.mel(sr=RATE, n_fft=512, n_mels=64)))
        self.network = make_network(1, classes, (4, 1))

    def forward(self, waves: Tensor) -> Tensor:
        window = torch.hann_window(512)
        spectra = torch.stft(waves, 512, 256, window=window, return_complex=True).abs()
        levels = torch.log(self.mel @ spectra + 1e-4 * spectra.amax(dim=(1, 2), keepdim=True) + 1e-8)
        return self.network((levels - levels.mean(dim=(1, 2), keepdim=True))[:, None])


class PictureNetwork(nn.Module):
    """Names crops (B, 3, H, W)."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.network = make_network(3, classes, (3, 3))

    def forward(self, crops: Tensor) -> Tensor:
        return self.network(2 * crops - 1)


def make_network(channels: int, classes: int, places: tuple[int, int]) -> nn.Module:
    """Return three convolutions, means over so many rows and columns of places, and a linear map."""
    layers: list[nn.Module] = []
    for width in (16, 32, 64):
        layers += [nn.Conv2d(channels, width, 3, stride=2, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    head = nn.AdaptiveAvgPool2d(places), nn.Flatten(), nn.Linear(channels * math.prod(places), classes)
    return nn.Sequential(*layers, *head)


class UsualWaves(nn.Module):
    """A random equalizer, up to 9 dB; half a semitone up or down; noise at 15 to 40 dB."""

    def forward(self, waves: Tensor) -> Tensor:
        count = waves.shape[1]
        ratios = 2 ** ((torch.rand(len(waves)) - 0.5) / 12)
        places = (torch.arange(count) * ratios[:, None]).clamp(max=count - 1.001)
        low = places.floor().long()
        part = places - low
        moved = waves.gather(1, low) * (1 - part) + waves.gather(1, low + 1) * part
        curve = F.interpolate(9 * (2 * torch.rand(len(waves), 1, 6) - 1), count // 2 + 1, mode="linear")[:, 0]
        equalized = torch.fft.irfft(torch.fft.rfft(moved) * 10 ** (curve / 20), count)
        power = equalized.square().mean(1, keepdim=True)
        decibels = 15 + 25 * torch.rand(len(waves), 1)
        return equalized + torch.randn_like(waves) * (power * 10 ** (-decibels / 10)).sqrt()


class UsualPictures(nn.Module):
    """Brightness, contrast and saturation jittered by up to two fifths; a little noise."""

    def forward(self, crops: Tensor) -> Tensor:
        brightness, contrast, saturation = (0.6 + 0.8 * torch.rand(3, len(crops), 1, 1, 1)).unbind()
        gray = crops.mean(1, keepdim=True)
        colored = gray + saturation * (crops - gray)
        mean = colored.mean(dim=(1, 2, 3), keepdim=True)
        jittered = brightness * (mean + contrast * (colored - mean))
        return (jittered + 0.02 * torch.randn_like(crops)).clamp(0, 1)


def draw_letters(seed: int, materials: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Return pictures (letters · DRAWN, 3, SIDE, SIDE) of letters cut from materials, and which they are.

    A letter is lighter than what lies behind it; both are crops of the materials, which are photographs.
    """
    rng = np.random.default_rng(seed)
    pictures, labels = [], []
    for (label, letter), _ in itertools.product(enumerate(LETTERS), range(DRAWN)):
        mask = draw_mask(letter, rng)[..., None]
        front, behind = (cut_square(materials[rng.integers(len(materials))], rng) for _ in range(2))
        pictures.append(mask * (0.4 + 0.6 * front) + (1 - mask) * 0.5 * behind)
        labels.append(label)
    return torch.from_numpy(np.stack(pictures)).movedim(3, 1).float().contiguous(), torch.tensor(labels)


def draw_mask(letter: str, rng: np.random.Generator) -> np.ndarray:
    """Return where a letter is, (SIDE, SIDE) in [0, 1]: of some size, a little turned, somewhere."""
    image = Image.new("L", (SIDE, SIDE))
    font = ImageFont.load_default(int(rng.integers(26, 40)))
    place = tuple(SIDE / 2 + rng.uniform(-6, 6, 2))
    ImageDraw.Draw(image).text(place, letter, fill=255, font=font, anchor="mm")
    turned = image.rotate(rng.uniform(-20, 20), Image.Resampling.BILINEAR)
    return np.asarray(turned, np.float64) / 255


def cut_square(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    top, left = (int(rng.integers(side - SIDE)) for side in picture.shape[:2])
    return picture[top : top + SIDE, left : left + SIDE]


def shift_colors(crops: Tensor, seed: int) -> Tensor:
    """Return crops in other light: white balance, gamma and saturation."""
    rng = np.random.default_rng(seed)
    shifted = []
    for crop in crops.movedim(1, 3).numpy():
        lit = crop ** rng.uniform(0.5, 2) * rng.uniform(0.6, 1.3, 3)
        gray = lit.mean(axis=2, keepdims=True)
        shifted.append(np.clip(gray + rng.uniform(0, 1.6) * (lit - gray), 0, 1))
    return torch.from_numpy(np.stack(shifted)).movedim(3, 1).float()


def shift_textures(crops: Tensor, seed: int) -> Tensor:
    """Return crops blurred, sharpened, noisy, or compressed to little: each crop one of the four."""
    rng = np.random.default_rng(seed)
    shifted = []
    for number, crop in enumerate(crops.movedim(1, 3).numpy()):
        soft = gaussian_filter(crop, (rng.uniform(1, 2),) * 2 + (0,))
        if number % 4 == 0:
            made = soft
        elif number % 4 == 1:
            made = crop + rng.uniform(1, 3) * (crop - soft)
        elif number % 4 == 2:
            made = crop + rng.normal(0, rng.uniform(0.05, 0.15), crop.shape)
        else:
            buffer = io.BytesIO()
            image = Image.fromarray(np.rint(255 * crop).astype(np.uint8))
            image.save(buffer, "JPEG", quality=int(rng.integers(5, 20)))
            made = np.asarray(Image.open(buffer)) / 255
        shifted.append(np.clip(made, 0, 1))
    return torch.from_numpy(np.stack(shifted)).movedim(3, 1).float()


def train(
    network: nn.Module, examples: Tensor, labels: Tensor, augment: Augment, seed: int, steps: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, steps)
    torch.set_num_threads(1)
    network.train()
    for _ in range(steps):
        chosen = torch.randint(len(examples), (BATCH,), generator=generator)
        loss = F.cross_entropy(network(augment(examples[chosen])), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


@torch.no_grad()
def test(network: nn.Module, examples: Tensor, labels: Tensor) -> float:
    network.eval()
    named = torch.cat([network(part) for part in examples.split(128)]).argmax(1)
    return float((named == labels).float().mean())


def make_arm(arm: str, kind: str, seed: int, strength: tuple[float, float]) -> Augment:
    usual = UsualWaves() if kind == "waves" else UsualPictures()
    ours = StyleAugment(kind, sample_rate=RATE if kind == "waves" else None, strength=strength, seed=seed)
    parts = {"none": [], "usual": [usual], "ours": [ours], "usual and ours": [ours, usual]}[arm]
    return nn.Sequential(*parts)


Data = dict[str, tuple[Tensor, Tensor]]


def run(kind: str, data: Data, arm: str, seed: int, strength: tuple[float, float], steps: int) -> list[float]:
    """Train on the first of the sets and return accuracies on all the others."""
    learned, *tested = data.values()
    torch.manual_seed(seed)
    classes = int(learned[1].max()) + 1
    network = WaveNetwork(classes) if kind == "waves" else PictureNetwork(classes)
    train(network, *learned, make_arm(arm, kind, seed, strength), seed, steps)
    found = [test(network, *each) for each in tested]
    print(kind, arm, seed, *(f"{value:.3f}" for value in found), file=sys.stderr, flush=True)
    return found


def summarize(values: list[float]) -> tuple[float, float]:
    """Return the mean and half of its 90 % interval."""
    half = student.ppf(0.95, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return float(np.mean(values)), float(half)


def measure(
    kind: str, data: Data, seeds: int, jobs: int, steps: int
) -> tuple[str, dict[str, tuple[float, float]]]:
    """Return a table of accuracies, and the mean over the shifted sets for each arm."""
    names = list(data)[1:]
    tasks = [(kind, data, arm, seed, STRENGTH[kind], steps) for seed in range(seeds) for arm in ARMS]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        results = pool.starmap(run, tasks, chunksize=1)
    rows, means = [], {}
    for arm in ARMS:
        found = [result for task, result in zip(tasks, results, strict=True) if task[2] == arm]
        columns = [list(column) for column in zip(*found, strict=True)]
        shifted = [float(np.mean(row[1:])) for row in found]
        means[arm] = summarize(shifted)
        cells = [summarize(column) for column in [*columns, shifted]]
        rows.append([arm, *(f"{100 * mean:.1f} ± {100 * half:.1f}" for mean, half in cells)])
    return report.format_table(["augmentation", *names, "mean of the shifted"], rows), means


def judge(means: dict[str, tuple[float, float]]) -> str:
    (usual, margin), (both, other) = means["usual"], means["usual and ours"]
    apart = both - other > usual + margin
    words = "do not overlap" if apart else "overlap"
    gain = 100 * (both - usual)
    return f"Usual and ours against usual alone: {gain:+.1f} points; the 90 % intervals {words}."


def load(kind: str, choosing: bool) -> Data:
    if kind == "waves":
        fonts = (CHOSEN,) if choosing else TESTED
        waves, labels = render_notes(LEARNED, 0, 2 * NOTES)
        learned, other = ((waves[half::2], labels[half::2]) for half in (0, 1))
        sets = {LEARNED: learned, f"{LEARNED}, other notes": other}
        return sets | {font: render_notes(font, 1) for font in fonts}
    seed = 10 if choosing else 20
    materials = list(photos.load_photographs(288).values())
    others = materials[KNOWN : 2 * KNOWN] if choosing else materials[2 * KNOWN :]
    pictures, labels = draw_letters(seed, materials[:KNOWN])
    return {
        "letters": draw_letters(0, materials[:KNOWN]),
        "other letters": (pictures, labels),
        "other colors": (shift_colors(pictures, seed), labels),
        "other textures": (shift_textures(pictures, seed), labels),
        "other materials": draw_letters(seed + 1, others),
    }


def choose(kind: str) -> None:
    """Print the accuracy of our arms for several strengths, on data that no result is of."""
    data = load(kind, choosing=True)
    for arm, strength in itertools.product(("ours", "usual and ours"), ((0.0, 0.5), (0.0, 1.0), (0.5, 1.0))):
        found = np.mean([run(kind, data, arm, seed, strength, STEPS) for seed in range(2)], axis=0)
        print(kind, arm, strength, *(f"{value:.3f}" for value in found), flush=True)
    for arm in ("none", "usual"):
        found = np.mean([run(kind, data, arm, seed, (0, 0), STEPS) for seed in range(2)], axis=0)
        print(kind, arm, *(f"{value:.3f}" for value in found), flush=True)


def measure_speed() -> str:
    """Return what an example costs, in seconds of processors, which do not depend on what else runs."""
    pictures, waves = torch.rand(64, 3, 96, 96), torch.randn(16, 4 * RATE)
    lines = []
    for augment, batch, amount, unit in (
        (StyleAugment("pictures", seed=0), pictures, len(pictures), "pictures of 96 × 96 a second"),
        (StyleAugment("waves", sample_rate=RATE, seed=0), waves, 4 * len(waves), "× real time at 16 kHz"),
    ):
        augment(batch)
        started = time.process_time()
        for _ in range(20):
            augment(batch)
        lines.append(f"{20 * amount / (time.process_time() - started):.0f} {unit}")
    return f"Speed on one core: {lines[0]} (must be 200 on two), {lines[1]} (must be 30 on two)."


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kinds", nargs="*", default=["waves", "pictures"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=STEPS, help="of a training")
    parser.add_argument("--jobs", type=int, default=2, help="processes to train in")
    parser.add_argument("--choose", action="store_true", help="print strengths, and store nothing")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    if options.choose:
        for kind in options.kinds:
            choose(kind)
        return
    titles = {
        "waves": f"Accuracy in percent, {len(PROGRAMS)} instruments, learned from {LEARNED}.",
        "pictures": f"Accuracy in percent, {len(LETTERS)} letters, learned from {KNOWN} photographs.",
    }
    for kind in options.kinds:
        table, means = measure(kind, load(kind, choosing=False), options.seeds, options.jobs, options.steps)
        about = f"Means over {options.seeds} seeds ± 90 %, {options.steps} steps; strengths {STRENGTH[kind]}."
        head = [f"# Style augmentation: {kind}", report.describe_run(), measure_speed()]
        text = "\n\n".join([*head, f"{titles[kind]} {about}", table, judge(means)])
        print(text, flush=True)
        if options.store:
            print(f"stored in {report.store(f'augmentation_{kind}', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
