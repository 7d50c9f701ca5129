"""A new domain from ten minutes of recordings: how long it trains, and how near the truth it comes.

Ten minutes of an instrument that no shipped domain has are rendered, their scores are thrown away, and
``audiostyle train domain`` runs on the folder as a user would run it.  Held-out pieces on reserved soundfonts
are then translated to the new domain and compared with the truth.  Prints a table and stores it in
``results/new_domain.md``.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import material
import numpy as np
import report

from audiostyle.evaluate import log_spectral_distance
from audiostyle.music.corpus import CorpusSpec, render_corpus
from audiostyle.translation.translator import Translator

INSTRUMENTS = {"flute": 73, "trumpet": 56, "harpsichord": 6}
MINUTES = 10
SECONDS = 30.0


def render_recordings(name: str, folder: Path) -> Path:
    """Render ten minutes of the instrument, remove the notes, and return the folder."""
    render_corpus(folder, CorpusSpec(material.ANOTHER, {name: INSTRUMENTS[name]}, MINUTES, seed=77))
    for notes in (folder / name).glob("*.mid"):
        notes.unlink()
    return folder / name


def train(name: str, folder: Path, model: Path, run: Path, steps: int) -> float:
    """Train by the command line, and return the minutes that it took."""
    started = time.monotonic()
    command = [sys.executable, "-m", "audiostyle", "train", "domain", name, str(folder)]
    subprocess.run([*command, "--model", str(model), "--run", str(run), "--steps", str(steps)], check=True)
    return (time.monotonic() - started) / 60


def judge(name: str, model: Path, pieces: list[str]) -> list[tuple[str, float, float]]:
    """Return (source instrument, mean LSD of the translation, mean LSD of a copy of the input)."""
    translator = Translator.from_pretrained(model)
    rows = []
    for instrument in material.SOURCES:
        ours, copy = [], []
        for number, piece in enumerate(pieces):
            source = material.render_source(piece, number, instrument, SECONDS)
            performance = material.make_performance(piece, SECONDS)
            truth = material.render(performance, material.ANOTHER, INSTRUMENTS[name], SECONDS)
            wave = translator.translate(source, material.RATE, domain=name)
            ours.append(log_spectral_distance(wave, truth, material.RATE))
            copy.append(log_spectral_distance(source, truth, material.RATE))
        rows.append((instrument, float(np.mean(ours)), float(np.mean(copy))))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--instrument", choices=INSTRUMENTS, default="trumpet")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--pieces", type=int, default=6)
    options = parser.parse_args()
    name, work = options.instrument, material.RUNS / "new-domain" / options.instrument
    shutil.rmtree(work, ignore_errors=True)
    folder = render_recordings(name, work / "recordings")
    minutes = train(name, folder, work / "model", work / "run", options.steps)
    rows = judge(name, work / "model", material.choose_pieces(options.pieces, SECONDS))
    mean = ("mean", float(np.mean([row[1] for row in rows])), float(np.mean([row[2] for row in rows])))
    text = "\n\n".join(
        [
            "# A new domain from ten minutes",
            report.describe_run(),
            f"{name}, {MINUTES} minutes without scores, {options.steps} steps: **{minutes:.0f} minutes**"
            " from the command to the finished model."
            f" LSD to the truth (dB), {options.pieces} held-out pieces a source:",
            report.format_table(("source", "translation", "copy of the input"), [*rows, mean]),
        ]
    )
    print(text)
    report.store("new_domain", text)


if __name__ == "__main__":
    main()
