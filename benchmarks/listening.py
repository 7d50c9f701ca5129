"""A published listening test, analyzed again: means, what the intervals say, and who would settle the rest.

    python benchmarks/listening.py difftransfer.csv

The table has a row for each rating: listener, trial, stimulus, score (1 to 5).  It is the raw data of the
test of DiffTransfer (Comanducci, Antonacci and Sarti, "Timbre transfer using image-to-image denoising
diffusion implicit models", ISMIR 2023; public repository lucacoma/DiffTransfer), which is not part of this
project.  Stored in ``results/listening.md``.  Ten seconds.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import report

from audiostyle.evaluate.intervals import compute_interval, draw_resamples
from audiostyle.study.agreement import compute_alpha
from audiostyle.study.davidson import estimate_scores
from audiostyle.study.scale import Placements, fit_scale
from audiostyle.study.standings import Standing, rank_systems

NAMES = {
    "single": {"C1": "DiffTransfer", "C2": "universal network"},
    "multi": {
        "C1": "DiffTransfer, separate",
        "C2": "universal network",
        "C3": "DiffTransfer, mixture",
        "C4": "Music-STAR",
    },
}
"""What the stimuli of the two kinds of trials are."""

TITLES = {"single": "One instrument", "multi": "Mixtures"}


def read_ratings(path: Path, kind: str) -> tuple[np.ndarray, list[str]]:
    """Return the ratings (listeners, trials, systems) of a kind of trials, and the systems' names."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["trial"].endswith(kind)]
    listeners = sorted({row["listener"] for row in rows})
    trials = sorted({row["trial"] for row in rows})
    stimuli = sorted({row["stimulus"] for row in rows})
    ratings = np.full((len(listeners), len(trials), len(stimuli)), np.nan)
    for row in rows:
        place = listeners.index(row["listener"]), trials.index(row["trial"]), stimuli.index(row["stimulus"])
        ratings[place] = float(row["score"])
    if np.isnan(ratings).any():
        raise SystemExit(f"{path}: not everybody rated everything in trials of kind {kind!r}")
    return ratings, [NAMES[kind][name] for name in stimuli]


def rank_means(ratings: np.ndarray, systems: list[str]) -> Standing:
    """Return the systems by their mean ratings, with the bootstrap over listeners."""
    by_listener = ratings.mean(axis=1)
    replicates = draw_resamples(len(by_listener)) @ by_listener / len(by_listener)
    return rank_systems(systems, by_listener.mean(axis=0), replicates, len(by_listener))


def rank_preferences(ratings: np.ndarray, systems: list[str]) -> Standing:
    """Return the systems by who was rated higher than whom: only the order of ratings counts."""
    better = (ratings[:, :, :, None] > ratings[:, :, None, :]).sum(axis=1).astype(float)
    alike = (ratings[:, :, :, None] == ratings[:, :, None, :]).sum(axis=1).astype(float)
    alike[:, range(len(systems)), range(len(systems))] = 0
    found = estimate_scores(better, alike)
    return rank_systems(systems, found.scores, found.replicates, len(ratings))


def measure_naive_widths(ratings: np.ndarray) -> tuple[float, float]:
    """Return the mean width of intervals that take every rating for independent, and of ours."""
    listeners, systems = len(ratings), ratings.shape[2]
    flat = ratings.reshape(-1, systems)
    naive = 2 * 1.96 * flat.std(axis=0, ddof=1) / np.sqrt(len(flat))
    by_listener = ratings.mean(axis=1)
    low, high = compute_interval(draw_resamples(listeners) @ by_listener / listeners, listeners)
    return float(naive.mean()), float((high - low).mean())


def measure_pieces(ratings: np.ndarray, systems: list[str]) -> list[list[object]]:
    """Return a row for each piece with the mean rating of each system."""
    return [[f"piece {n + 1}", *map(float, piece)] for n, piece in enumerate(ratings.mean(axis=0))]


def correlate_with_gains(ratings: np.ndarray) -> float:
    """Return the correlation of mean ratings with scores that allow each listener an origin and a gain."""
    systems = ratings.shape[2]
    who, page, stimulus = (grid.ravel() for grid in np.indices(ratings.shape))
    placements = Placements.of(who, who, page * systems + stimulus, ratings.ravel())
    scores = fit_scale(placements).scores
    return float(np.corrcoef(scores, ratings.mean(axis=0).ravel())[0, 1])


def tabulate(standing: Standing) -> str:
    rows = [
        [name, f"{score:.2f}", f"{low:.2f} to {high:.2f}"]
        for name, score, low, high in zip(
            standing.systems, standing.scores, standing.low, standing.high, strict=True
        )
    ]
    return report.format_table(["system", "mean", "95 % interval"], rows)


def tabulate_differences(standing: Standing, preferences: Standing) -> str:
    p_of = {frozenset((d.one, d.other)): d.p for d in preferences.differences}
    rows = [
        [
            f"{d.one} − {d.other}",
            f"{d.size:.2f}",
            f"{d.low:.2f} to {d.high:.2f}",
            f"{d.p:.4f}",
            f"{p_of[frozenset((d.one, d.other))]:.4f}",
            "holds" if d.settled else f"open; about {d.needed} listeners" if d.needed else "open",
        ]
        for d in standing.differences
    ]
    header = ["difference", "of means", "95 % interval", "p (Holm)", "p by preferences (Holm)", "verdict"]
    return report.format_table(header, rows)


def describe(path: Path, kind: str) -> list[str]:
    """Return the parts of the report about one kind of trials."""
    ratings, systems = read_ratings(path, kind)
    standing, preferences = rank_means(ratings, systems), rank_preferences(ratings, systems)
    alpha = compute_alpha(ratings.reshape(len(ratings), -1), ordered=True)
    naive, ours = measure_naive_widths(ratings)
    return [
        f"## {TITLES[kind]}",
        f"{ratings.shape[0]} listeners, {ratings.shape[1]} pieces, {len(systems)} systems; all rated all.",
        tabulate(standing),
        tabulate_differences(standing, preferences),
        f"Agreement of listeners (Krippendorff's alpha, interval): {alpha:.2f}. Width of the intervals: "
        f"{ours:.2f}; taking all ratings for independent would make it {naive:.2f}. Mean ratings of stimuli "
        f"and scores with an origin and a gain for each listener correlate at "
        f"{correlate_with_gains(ratings):.3f}.",
        report.format_table(["mean of", *systems], measure_pieces(ratings, systems)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path, help="the CSV file of raw ratings")
    path = parser.parse_args().table
    parts = ["# A published listening test, analyzed again", report.describe_run()]
    for kind in NAMES:
        parts += describe(path, kind)
    text = "\n\n".join(parts)
    print(text)
    print(report.store("listening", text))


if __name__ == "__main__":
    main()
