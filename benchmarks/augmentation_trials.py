"""Style augmentation of sound: what else was tried than ``augmentation.py`` measures, on the same task.

Styles around an example's own, whose changes are drawn from how the notes of one instrument vary
(``within``), or from how the same note differs between two soundfonts (``between``; ``between:2`` twice as
much); a random room; random attacks and decays.  None of the instruments of the task is used to fit them, and
no soundfont of the test.  Prints accuracies on the soundfont by which settings are chosen; with ``--test`` on
the other two as well.  A minute a row and seed for 200 steps, on one core.
"""

import argparse
import time
from pathlib import Path

import augmentation
import numpy as np
import report
import torch
from torch import Tensor, nn

from audiostyle.augment import StyleAugment, WaveStatistics
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance

ROWS = ("usual", "shipped+usual", "within:1+usual", "between:1+usual", "room+usual", "decay+usual")
RATE = 22050  # hertz, of what styles are fitted to
PROGRAMS, CHANNELS, NOTES = 112, 8, 12  # of a soundfont; rendered at once; of a program
SECONDS, APART = 1.5, 4.0
SHRINKAGE = 0.05


def measure_styles(font: str) -> dict[tuple[int, int], Tensor]:
    """Return the styles of notes, by program and number, of all programs that the task does not have."""
    rng, statistics, found = np.random.default_rng(0), WaveStatistics(RATE), {}
    for first in range(0, PROGRAMS, CHANNELS):
        rows = [
            (APART * n, APART * n + SECONDS, rng.integers(36, 85), rng.integers(40, 120), n % CHANNELS)
            for n in range(NOTES * CHANNELS)
        ]
        programs = {channel: first + channel for channel in range(CHANNELS)}
        performance = Performance(np.array(rows, NOTE_DTYPE), programs)
        path = Path("/usr/share/sounds", augmentation.FONTS[font])
        wave = render_performance(performance, path, sample_rate=RATE)
        for number, row in enumerate(rows):
            note = wave[round(row[0] * RATE) :][: round(SECONDS * RATE)]
            program = first + number % CHANNELS
            if program not in augmentation.PROGRAMS.values() and np.abs(note).max() > 1e-4:
                found[program, number] = statistics.measure(torch.from_numpy(note[None].copy()))[0].double()
    return found


def fit_changes() -> dict[str, Tensor]:
    """Return the roots of covariances of changes, (56, 56), by name."""
    learned, other = (measure_styles(font) for font in (augmentation.LEARNED, augmentation.CHOSEN))
    between = torch.stack([other[key] - learned[key] for key in learned if key in other])
    programs: dict[int, list[Tensor]] = {}
    for (program, _), style in learned.items():
        programs.setdefault(program, []).append(style)
    within = torch.cat([torch.stack(notes) - torch.stack(notes).mean(0) for notes in programs.values()])
    return {name: find_root(changes) for name, changes in (("between", between), ("within", within))}


def find_root(changes: Tensor) -> Tensor:
    covariance = changes.mT @ changes / len(changes)
    spread = torch.diag(covariance.diagonal().clamp(min=1e-8))
    return torch.linalg.cholesky((1 - SHRINKAGE) * covariance + SHRINKAGE * spread).float()


class Change(nn.Module):
    """Changes styles by what is drawn, up to ``most`` times."""

    def __init__(self, root: Tensor, most: float) -> None:
        super().__init__()
        self.root, self.most, self.statistics = root, most, WaveStatistics(augmentation.RATE)

    def forward(self, waves: Tensor) -> Tensor:
        drawn = torch.randn(len(waves), len(self.root)) @ self.root.mT
        return self.statistics.transform(
            waves, lambda own: own + self.most * torch.rand(len(waves), 1) * drawn
        )


class Room(nn.Module):
    """Noise that dies away within 0.05 to 0.55 s, 5 to 25 dB below the sound, on seven tenths of examples."""

    def forward(self, waves: Tensor) -> Tensor:
        count, length = waves.shape
        seconds = torch.arange(length) / augmentation.RATE
        tail = torch.randn(count, length) * 10 ** (-3 * seconds / (0.05 + 0.5 * torch.rand(count, 1)))
        tail = tail / tail.square().sum(1, keepdim=True).sqrt()
        wet = torch.fft.irfft(torch.fft.rfft(waves, 2 * length) * torch.fft.rfft(tail, 2 * length))[
            :, :length
        ]
        level = 10 ** ((20 * torch.rand(count, 1) - 25) / 20) * (torch.rand(count, 1) < 0.7)
        return waves + level * wet


class Decay(nn.Module):
    """Up to 15 dB a second of decay more or less, and attacks of up to 60 ms on half of the examples."""

    def forward(self, waves: Tensor) -> Tensor:
        seconds = torch.arange(waves.shape[1]) / augmentation.RATE
        slope, attack, chance = torch.rand(3, len(waves), 1).unbind()
        rise = 1e-3 + 0.06 * attack * (chance < 0.5)
        return waves * 10 ** (-15 * (2 * slope - 1) * seconds / 20) * (1 - torch.exp(-seconds / rise))


def make_row(row: str, roots: dict[str, Tensor], seed: int) -> nn.Module:
    parts: list[nn.Module] = []
    for part in row.split("+"):
        name, _, most = part.partition(":")
        if name == "usual":
            parts.append(augmentation.UsualWaves())
        elif name == "shipped":
            strength = augmentation.STRENGTH["waves"]
            parts.append(StyleAugment("waves", sample_rate=augmentation.RATE, strength=strength, seed=seed))
        elif name in ("room", "decay"):
            parts.append(Room() if name == "room" else Decay())
        else:
            parts.append(Change(roots[name], float(most or 1)))
    return nn.Sequential(*parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", nargs="*", default=list(ROWS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=augmentation.STEPS)
    parser.add_argument("--test", action="store_true", help="name the instruments of the test, too")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    fonts = [augmentation.CHOSEN, *(augmentation.TESTED if options.test else ())]
    waves, labels = augmentation.render_notes(augmentation.LEARNED, 0, 2 * augmentation.NOTES)
    tests = [augmentation.render_notes(font, 1) for font in fonts]
    roots, rows = fit_changes(), []
    for row in options.rows:
        started, found = time.process_time(), []
        for seed in range(options.seeds):
            torch.manual_seed(seed)
            network = augmentation.WaveNetwork(len(augmentation.PROGRAMS))
            augment = make_row(row, roots, seed)
            augmentation.train(network, waves[::2], labels[::2], augment, seed, options.steps)
            found.append([augmentation.test(network, *each) for each in tests])
        cells = [augmentation.summarize(list(column)) for column in zip(*found, strict=True)]
        rows.append([row, *(f"{100 * mean:.1f} ± {100 * half:.1f}" for mean, half in cells)])
        print(*rows[-1], f"{time.process_time() - started:.0f} s", flush=True)
    about = f"Accuracy in percent, means over {options.seeds} seeds ± 90 %, {options.steps} steps."
    table = report.format_table(["augmentation", *fonts], rows)
    text = "\n\n".join(["# Style augmentation of sound: trials", report.describe_run(), about, table])
    print(text)
    if options.store:
        print(report.store("augmentation_trials", text))


if __name__ == "__main__":
    main()
