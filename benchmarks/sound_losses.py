"""Every loss of the library on sound: distance to the truth, timbre and pitches, beside the other methods.

The pairs and the measures are those of ``spectrogram.py``.  Each loss is minimized from the equalized content
by ``transfer --method optimize``, with a perceptual loss beside losses of style.  Prints a Markdown table and
stores it in ``results/sound_losses.md``.
"""

import argparse
import sys
from functools import partial

import pairs
import report
import spectrogram
from material import RATE

from audiostyle import transfer
from audiostyle.style.losses import LOSSES

REFERENCES = ("wct", "cascade", "gram")
WEIGHTS = {  # of losses whose values are of another order
    "histogram": "histogram:1,perceptual:0.5",
    "gram": "gram:1,perceptual:1",
    "perceptual": "perceptual:1",
    "tv": "bn:1,perceptual:0.5,tv:1",
    "laplacian": "bn:1,perceptual:0.5,laplacian:1",
    "self-similarity": "bn:1,self-similarity:0.5",
}


def choose_losses(names: list[str]) -> dict[str, str]:
    """Return the sum of losses to try for each row that a single recording has."""
    able = [name for name, row in LOSSES.items() if row.source not in ("own", "labels") and name != "depth"]
    return {
        name: WEIGHTS.get(name, f"{name}:1,perceptual:0.5") for name in able if not names or name in names
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--losses", nargs="*", default=[], help="only these")
    parser.add_argument("--features", nargs="*", default=["encoder"])
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--name", help="of the file in results/; without one nothing is stored")
    options = parser.parse_args()
    systems = spectrogram.choose_systems(REFERENCES, [])
    for features in options.features:
        for name, loss in choose_losses(options.losses).items():
            systems[f"{name} ({features})"] = partial(
                transfer,
                sample_rate=RATE,
                method="optimize",
                loss=loss,
                features=features,
                iterations=options.iterations,
            )
    rows, errors = [], []
    for number, pair in enumerate(pairs.choose_pairs(options.pairs), 1):
        rows += spectrogram.judge_pair(pair, systems)
        errors.append(spectrogram.measure_transcriber(pair))
        print(f"{number} of {options.pairs}: {pair.name}", file=sys.stderr, flush=True)
        text = spectrogram.format_report(rows, errors).replace(
            "# Spectrogram transfer", "# Losses on sound", 1
        )
        if options.name:
            report.store(options.name, text)  # what is judged so far
    print(text)


if __name__ == "__main__":
    main()
