"""Every loss of the library on sound: distance to the truth, timbre and pitches, beside the other methods.

The pairs and the measures are those of ``spectrogram.py``.  Each loss is minimized from the equalized content
by ``transfer --method optimize``, with a perceptual loss beside losses of style.  Prints a Markdown table and
stores it in ``results/sound_losses.md``.  With ``--jobs``, processes of one thread share the work; seconds
are then those of a busy machine.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial

import pairs
import report
import spectrogram
import torch
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
    parser.add_argument("--mixes", nargs="*", default=[], help="sums of losses to try besides, as of --loss")
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no more is begun")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--name", help="of the file in results/; without one nothing is stored")
    options = parser.parse_args()
    systems = choose_systems(options)
    rows: dict[int, list[spectrogram.Row]] = {}
    errors: dict[int, float] = {}
    chosen = pairs.choose_pairs(options.pairs)
    for number, found, error in judge_pairs(chosen, systems, options.jobs, 60 * options.minutes):
        rows[number], errors[number] = found, error
        print(f"{len(rows)} of {options.pairs}: {chosen[number].name}", file=sys.stderr, flush=True)
        judged = [row for one in sorted(rows) for row in rows[one]]
        text = spectrogram.format_report(judged, list(errors.values())).replace(
            "# Spectrogram transfer", "# Losses on sound", 1
        )
        if options.name:
            report.store(options.name, text)  # what is judged so far
    print(text)


def choose_systems(options: argparse.Namespace) -> dict[str, spectrogram.System]:
    """Return the methods to compare with, both floors, and every loss on every kind of features."""
    systems = spectrogram.choose_systems(REFERENCES, [])
    losses = choose_losses(options.losses) | {mix: mix for mix in options.mixes}
    for features in options.features:
        for name, loss in losses.items():
            systems[f"{name} ({features})"] = partial(
                transfer,
                sample_rate=RATE,
                method="optimize",
                loss=loss,
                features=features,
                iterations=options.iterations,
                device="cpu",
            )
    return systems


def judge_pairs(
    chosen: list[pairs.Pair], systems: dict[str, spectrogram.System], jobs: int, seconds: float
) -> Iterator[tuple[int, list[spectrogram.Row], float]]:
    """Yield, for each pair that is judged whole, its number, its rows, and the note judge's own error."""
    end = time.monotonic() + seconds
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_take_one_thread) as pool:
        futures = {
            pool.submit(_judge_one, pair, name, system, end): (number, name)
            for number, pair in enumerate(chosen)
            for name, system in systems.items()
        }
        found: dict[int, dict[str, spectrogram.Row]] = {}
        for future in as_completed(futures):
            number, name = futures[future]
            if (row := future.result()) is None:
                continue
            found.setdefault(number, {})[name] = row
            if len(found[number]) == len(systems):
                error = spectrogram.measure_transcriber(chosen[number])
                yield number, [found[number][each] for each in systems], error


def _take_one_thread() -> None:
    torch.set_num_threads(1)


def _judge_one(pair: pairs.Pair, name: str, system: spectrogram.System, end: float) -> spectrogram.Row | None:
    if time.monotonic() > end:
        return None
    return next(spectrogram.judge_pair(pair, {name: system}))


if __name__ == "__main__":
    main()
