"""Every loss of the library on sound: distance to the truth, timbre and pitches, beside the other methods.

The pairs and the measures are those of ``spectrogram.py``.  Each loss is minimized from the equalized content
by ``transfer --method optimize``, with a perceptual loss beside losses of style.  Prints a Markdown table;
``--name`` stores it in ``results/``, where lines of other losses on the same pairs are kept.  What each pair
came to is kept too, so that a second run goes on where the first one was stopped.  With ``--jobs``, processes
of one thread share the work; seconds are then those of a busy machine.
"""

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pairs
import report
import spectrogram
import torch
from kept import FOLDER, Kept
from material import RATE

from audiostyle import transfer
from audiostyle.style.losses import LOSSES

KEPT = FOLDER / "sound_losses.jsonl"
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


@dataclass(frozen=True)
class Summary:
    """A system's line in the table.

    Attributes:
        pairs: over how many.
        means, errors: of the measurements, and their standard errors.
        run: when and where.
    """

    pairs: int
    means: list[float]
    errors: list[float]
    run: str


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("--losses", nargs="*", default=[], help="only these")
    parser.add_argument("--features", nargs="*", default=["encoder"])
    parser.add_argument("--mixes", nargs="*", default=[], help="sums of losses to try besides, as of --loss")
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no more is begun")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=KEPT, help="where what is measured is kept")
    parser.add_argument("--name", help="of the file in results/; without one nothing is stored")
    options = parser.parse_args()
    systems, chosen = choose_systems(options), pairs.choose_pairs(options.pairs)
    kept = Kept(options.keep)
    judge_pairs(chosen, systems, options, kept)
    summaries = summarize(chosen, list(systems), options.iterations, kept)
    if options.name:
        summaries = merge(options.name, summaries)
    errors = [spectrogram.measure_transcriber(pair) for pair in chosen]
    text = format_summaries(summaries, errors)
    if options.name:
        report.store(options.name, text)
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


def name_measurement(pair: pairs.Pair, system: str, iterations: int) -> str:
    """Return what a measurement is of; methods that are no losses have iterations of their own."""
    made = f", {iterations} iterations" if system.endswith(")") else ""
    return f"{system}{made}: {pair.key}"


def judge_pairs(
    chosen: list[pairs.Pair], systems: dict[str, spectrogram.System], options: argparse.Namespace, kept: Kept
) -> None:
    """Judge every system on every pair of which nothing is kept yet, and keep the measurements."""
    end = time.monotonic() + 60 * options.minutes
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, context, initializer=_take_one_thread) as pool:
        futures = {}
        for pair in chosen:
            for name, system in systems.items():
                if (of := name_measurement(pair, name, options.iterations)) not in kept.found:
                    futures[pool.submit(_judge_one, pair, name, system, end)] = of
        for number, future in enumerate(as_completed(futures), 1):
            if (row := future.result()) is not None:
                kept.add(futures[future], row.numbers)
                print(
                    f"{number} of {len(futures)}: {futures[future]}",
                    *row.numbers,
                    file=sys.stderr,
                    flush=True,
                )


def summarize(
    chosen: list[pairs.Pair], systems: list[str], iterations: int, kept: Kept
) -> dict[str, Summary]:
    """Return the means of every system that was judged on all pairs."""
    found = {}
    for system in systems:
        names = [name_measurement(pair, system, iterations) for pair in chosen]
        if all(name in kept.found for name in names):
            numbers = np.array([kept.found[name] for name in names])
            errors = numbers.std(axis=0) / np.sqrt(len(numbers))
            found[system] = Summary(
                len(names), numbers.mean(axis=0).tolist(), errors.tolist(), report.describe_run()
            )
    return found


def merge(name: str, new: dict[str, Summary]) -> dict[str, Summary]:
    """Return what is stored under a name, with new lines in the place of those of the same systems.

    Floors and references are the same on the same pairs: that they are is checked, and they are kept.
    """
    path = report.RESULTS / f"{name}.json"
    known = (
        {key: Summary(**one) for key, one in json.loads(path.read_text()).items()} if path.exists() else {}
    )
    if odd := {key for key, one in known.items() if any(one.pairs != other.pairs for other in new.values())}:
        sys.exit(f"{path.name} is over other pairs: {', '.join(sorted(odd))}")
    for key in (spectrogram.COPY_CONTENT, spectrogram.COPY_STYLE, *REFERENCES):
        if key in known and key in new:
            if not np.allclose(
                known[key].means[:3], new[key].means[:3], atol=0.05
            ):  # other machines round otherwise
                sys.exit(f"{key} was {known[key].means} on these pairs and is {new[key].means}")
            del new[key]
    merged = known | new
    path.write_text(json.dumps({key: asdict(one) for key, one in merged.items()}, indent=1) + "\n")
    return merged


def format_summaries(summaries: dict[str, Summary], errors: list[float]) -> str:
    """Return the whole report: with several runs, which lines are of which."""
    runs: dict[str, list[str]] = {}
    for name, one in summaries.items():
        runs.setdefault(one.run, []).append(name)
    told = [
        run if len(runs) == 1 else f"{run}  Of that run: {', '.join(names)}." for run, names in runs.items()
    ]
    counts = ", ".join(map(str, sorted({one.pairs for one in summaries.values()})))
    summary = (
        f"Means over {counts} pairs of {pairs.SECONDS:g} s, distances to the truth: the content's notes on"
        f" the style's instrument. The note judge itself, hearing the truth, is {np.mean(errors):.2f} from"
        " the notes that are played."
    )
    header = ["system", *spectrogram.COLUMNS]
    return "\n\n".join(
        [
            f"# Losses on sound, {counts} pairs",
            *told,
            summary,
            report.format_table(header, [[name, *one.means] for name, one in summaries.items()]),
            "## Standard errors of these means",
            report.format_table(header, [[name, *one.errors] for name, one in summaries.items()]),
        ]
    )


def _take_one_thread() -> None:
    torch.set_num_threads(1)


def _judge_one(pair: pairs.Pair, name: str, system: spectrogram.System, end: float) -> spectrogram.Row | None:
    if time.monotonic() > end:
        return None
    return next(spectrogram.judge_pair(pair, {name: system}))


if __name__ == "__main__":
    main()
