"""Bands of four parts: are notes in the right part, and is each part where it was?

Held-out pieces with four parts or more are played by four instruments of reserved soundfonts, each at a place
of its own between left and right, and once more all in the middle.  The notes that are found are matched with
those that were played; the truth's parts, from the highest to the lowest, are melody, counter, chords and
bass.  Prints a table and stores it in ``results/parts.md``.
"""

import argparse
import sys

import material
import numpy as np
import report
import torch

from audiostyle.evaluate.notes import match_notes
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.interpretation import perform
from audiostyle.music.performance import Performance
from audiostyle.translation.band import split_band
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.parts import ROLES
from audiostyle.translation.pipeline import Pipeline
from audiostyle.translation.translator import Translator

PROGRAMS = (73, 71, 24, 42)  # flute, clarinet, guitar, cello: from the highest part to the lowest
PLACES = (0.5, -0.5, 0.15, -0.15)  # from left, −1, to right, 1
SECONDS = 20.0
FEWEST = 40  # notes of a piece


def choose_bands(count: int) -> list[tuple[str, Performance]]:
    """Return test pieces whose four parts have at least four notes each, as they are performed."""
    chosen: list[tuple[str, Performance]] = []
    for piece in material.choose_pieces(24, SECONDS):
        score = material.load_score(piece)
        performed = perform(
            score, np.random.default_rng(5), programs=[0, 1, 2, 3], seconds=SECONDS - 2, swells=False
        )
        counts = np.bincount(performed.notes["channel"], minlength=4)[:4]
        if len(np.unique(score["part"])) == 4 and len(performed.notes) >= FEWEST and counts.min() >= 4:
            chosen.append((piece, performed))
        if len(chosen) == count:
            break
    return chosen


def render(performance: Performance, soundfont, order: list[int], places: tuple[float, ...]) -> np.ndarray:
    """Return the band, (2, samples); ``order`` has the channels from the highest part to the lowest."""
    total = np.zeros((2, round(SECONDS * material.RATE)), np.float32)
    for rank, channel in enumerate(order):
        notes = performance.notes[performance.notes["channel"] == channel]
        part = Performance(notes, {0: 0}).arrange_for(PROGRAMS[rank])
        wave = render_performance(part, soundfont, sample_rate=material.RATE)[: total.shape[1]]
        gains = np.array([1 - places[rank], 1 + places[rank]], np.float32)
        total[:, : len(wave)] += gains[:, None] * wave
    return 0.7 * total / np.abs(total).max()


def judge_band(
    translator: Translator, number: int, performance: Performance, places: tuple[float, ...]
) -> tuple[float, list[float]]:
    """Return the share of found notes in the right part, and the place that was found for each part."""
    medians = [np.median(performance.notes["pitch"][performance.notes["channel"] == c]) for c in range(4)]
    order = [int(c) for c in np.argsort(medians)[::-1]]
    wave = render(performance, material.RESERVED[number % 2], order, places)
    pipeline = Pipeline.of_wave(wave, material.RATE, TranslationOptions(), 5)
    transcription = pipeline.transcribe(translator.encoder)
    parts = split_band(pipeline, transcription, dict.fromkeys(ROLES, "piano"))
    right = total = 0
    for role, part in enumerate(parts):
        found = np.stack([part.notes.notes["onset"], part.notes.notes["pitch"]], axis=1).astype(float)
        for rank, channel in enumerate(order):
            notes = performance.notes[performance.notes["channel"] == channel]
            true = np.stack([notes["onset"], notes["pitch"]], axis=1).astype(float)
            matched = len(match_notes(found, true)) if len(found) else 0
            total += matched
            right += matched * (role == rank)
    gains = [part.gains if len(part.gains) > 1 else np.ones(2) for part in parts]
    return right / max(total, 1), [float((g[1] - g[0]) / (g[0] + g[1])) for g in gains]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pieces", type=int, default=10)
    parser.add_argument("--name", default="parts", help="of the file in results/; 'none' stores nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    translator = Translator.from_pretrained(device="cpu")
    bands = choose_bands(options.pieces)
    rows, found_places = [], []
    for number, (piece, performance) in enumerate(bands):
        wide, places = judge_band(translator, number, performance, PLACES)
        narrow, _ = judge_band(translator, number, performance, (0.0,) * 4)
        rows.append((piece, wide, narrow))
        found_places += places
        print(piece, f"{wide:.2f} {narrow:.2f}", np.round(places, 2), file=sys.stderr)
    correlation = np.corrcoef(found_places, np.tile(PLACES, len(bands)))[0, 1]
    rows.append(("mean", float(np.mean([row[1] for row in rows])), float(np.mean([row[2] for row in rows]))))
    text = "\n\n".join(
        [
            "# Parts of bands",
            report.describe_run(),
            f"{len(bands)} held-out pieces in four parts. Places found and true: correlation"
            f" **{correlation:.2f}**. Share of the notes found that are in the right part: instruments"
            " side by side, and all in the middle:",
            report.format_table(("piece", "side by side", "in the middle"), rows),
        ]
    )
    print(text)
    if options.name != "none":
        report.store(options.name, text)


if __name__ == "__main__":
    main()
