"""What a domain's distance from its truth is made of, and which sources it is largest for.

Held-out pieces on reserved soundfonts are transcribed as ``domains.py`` does.  Then what the transcription
got wrong is replaced by the truth, one thing after the other: notes that were not played, ends, loudness,
onsets, notes that were not found; at last the result no longer follows the source's level.  What each step
takes off the distance is what that mistake costs.  Prints tables and stores them in ``results/causes.md``.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import material
import numpy as np
import report
import torch
from domains import synthesize

from audiostyle.evaluate import log_spectral_distance
from audiostyle.music.performance import Performance
from audiostyle.translation.transcription import Transcription
from audiostyle.translation.translator import Translator

DOMAINS = ("guitar", "clarinet", "trumpet", "saxophone")  # the farthest from their truths
NEAR = 0.1  # seconds between the onsets of notes that are one
STEPS = (
    "as transcribed", "only notes that were played", "with their ends", "their loudness", "their onsets",
    "all notes", "the source's level not followed",
)  # fmt: skip


def align(found: np.ndarray, played: np.ndarray) -> np.ndarray:
    """Return for every note that was found which one that was played it is, or −1."""
    result, used = np.full(len(found), -1), set()
    for number, note in enumerate(found):
        same = (played["pitch"] == note["pitch"]) & (abs(played["onset"] - note["onset"]) < NEAR)
        free = [place for place in np.flatnonzero(same) if place not in used]
        if free:
            result[number] = free[0]
            used.add(free[0])
    return result


def correct(transcription: Transcription, played: Performance) -> Iterator[Transcription | Performance]:
    """Yield a transcription, and what it becomes step by step; see :data:`STEPS`."""
    yield transcription
    places = align(transcription.notes, played.notes)
    kept = transcription.select(places >= 0)
    yield kept
    kept, notes, truth = replace(kept, curves=None), kept.notes.copy(), played.notes[places[places >= 0]]
    notes["offset"] = np.maximum(truth["offset"], notes["onset"] + 0.03)
    yield replace(kept, notes=notes.copy())
    notes["velocity"] = truth["velocity"]
    yield replace(kept, notes=notes.copy())
    notes["onset"] = truth["onset"]
    yield replace(kept, notes=notes.copy())
    yield replace(kept, notes=played.notes)
    yield played


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--domains", nargs="+", default=list(DOMAINS))
    parser.add_argument("--pieces", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--name", default="causes", help="of the file in results/; 'none' stores nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    translator = Translator.from_pretrained("universal", device="cpu")
    found: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    for number, piece in enumerate(material.choose_pieces(options.pieces, options.seconds)):
        played = material.make_performance(piece, options.seconds)
        for source in material.SOURCES:
            heard = material.render_source(piece, number, source, options.seconds)
            steps = list(correct(translator.transcribe(heard, material.RATE), played))
            for name in options.domains:
                truth = material.render_truth(piece, name, options.seconds)
                waves = (synthesize(translator, step, name, options.seconds)[0] for step in steps)
                found[name, source].append([log_spectral_distance(w, truth, material.RATE) for w in waves])
        print(f"judged {piece}", file=sys.stderr, flush=True)
    by_domain = [
        (name, *np.mean([rows for (n, _), rows in found.items() if n == name], axis=(0, 1)).tolist())
        for name in options.domains
    ]
    by_source = [
        (source, *(float(np.mean(found[name, source], axis=0)[0]) for name in options.domains))
        for source in material.SOURCES
    ]
    text = "\n\n".join(
        [
            "# What distances are made of",
            report.describe_run(),
            f"{options.pieces} held-out pieces of {options.seconds:g} s on {len(material.SOURCES)} sources;"
            " log-spectral distance (dB). Each column keeps what the ones before it put right.",
            report.format_table(("domain", *STEPS), by_domain),
            "As transcribed, by the source:",
            report.format_table(("source", *options.domains), by_source),
        ]
    )
    print(text)
    if options.name != "none":
        report.store(options.name, text)


if __name__ == "__main__":
    main()
