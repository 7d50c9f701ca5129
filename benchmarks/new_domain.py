"""A new domain from ten minutes of recordings: how long it trains, and how near the truth it comes.

Ten minutes of an instrument that no shipped domain has are rendered, their scores thrown away, and
``audiostyle train domain`` is run on the folder as a user would run it.  Held-out pieces on reserved
soundfonts are then translated to the new domain and compared with the truth.
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


def recordings(name: str, folder: Path) -> Path:
    """Ten minutes of the instrument without the notes, as a user's folder."""
    render_corpus(folder, CorpusSpec(material.ANOTHER, {name: INSTRUMENTS[name]}, MINUTES, seed=77))
    for notes in (folder / name).glob("*.mid"):
        notes.unlink()
    return folder / name


def trained(name: str, folder: Path, model: Path, run: Path, steps: int) -> float:
    """Train by the command line; return the minutes it took."""
    started = time.monotonic()
    command = [sys.executable, "-m", "audiostyle", "train", "domain", name, str(folder)]
    subprocess.run([*command, "--model", str(model), "--run", str(run), "--steps", str(steps)], check=True)
    return (time.monotonic() - started) / 60


def judged(name: str, model: Path, pieces: list[str]) -> list[tuple[str, float, float]]:
    """(source instrument, LSD of the translation, LSD of copying the input), means over the pieces."""
    translator = Translator.from_pretrained(model)
    rows = []
    for instrument in material.SOURCES:
        ours, copy = [], []
        for number, piece in enumerate(pieces):
            source = material.source(piece, number, instrument, SECONDS)
            played = material.performance(piece, SECONDS)
            truth = material.rendered(played, material.ANOTHER, INSTRUMENTS[name], SECONDS)
            wave = translator.translate(source, material.RATE, domain=name).numpy()
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
    folder = recordings(name, work / "recordings")
    minutes = trained(name, folder, work / "model", work / "run", options.steps)
    rows = judged(name, work / "model", material.held_out(options.pieces, SECONDS))
    mean = ("mean", float(np.mean([row[1] for row in rows])), float(np.mean([row[2] for row in rows])))
    text = "\n\n".join(
        [
            "# A new domain from ten minutes",
            report.provenance(),
            f"{name}, {MINUTES} minutes without scores, {options.steps} steps: **{minutes:.0f} minutes**"
            " from the command to the finished model."
            f" LSD to the truth (dB), {options.pieces} held-out pieces a source:",
            report.table(("source", "translation", "copy of the input"), [*rows, mean]),
        ]
    )
    print(text)
    report.store("new_domain", text)


if __name__ == "__main__":
    main()
