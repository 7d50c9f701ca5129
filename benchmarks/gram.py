"""The method ``gram`` against ``ulyanov``, Gram optimization as first published: time to an equal loss.

The loss is the published one, style and content with the published weight, of the resulting wave, so that
what phase retrieval loses counts for both.  It is computed twice: with the 4,096 random filters that
``ulyanov`` optimized, and with others that neither method used, drawn likewise.  ``gram`` gets more and more
iterations until its loss is no higher.  This is at 22,050 Hz, the published rate, and with content and style
at the level to which ``gram`` brings them anyway, so that both take the same spectrograms.  Then the results
of ``ulyanov`` are judged beside other methods, as ``spectrogram.py`` does on many more pairs.  Stored in
``results/gram.md``.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from functools import partial

import numpy as np
import pairs
import report
import spectrogram
import torch
from material import RATE
from torch import Tensor

from audiostyle.sound.resampling import resample
from audiostyle.spectrogram.gram import gram
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.levels import FEATURE_RMS, compute_rms
from audiostyle.spectrogram.ulyanov import CONTENT_WEIGHT, UlyanovObjective, compute_log_magnitude, ulyanov
from audiostyle.spectrogram.ulyanov import RATE as PUBLISHED_RATE

ITERATIONS = (3, 6, 12, 25, 50, 100)
FILTERS = {"those of ulyanov": 0, "others": 1}  # by their seeds
PUBLISHED = "ulyanov"
METHODS, MATCHES = ("wct", "complex-wct", "cascade", "musaicing", "gram"), (0.25, 0.5)


@dataclass(frozen=True)
class Judge:
    """The published loss of waves, on one draw of filters."""

    objective: UlyanovObjective

    @classmethod
    def from_waves(cls, content: Tensor, style: Tensor, seed: int) -> "Judge":
        """Make the judge of a content and a style, waves (n,)."""
        spectrograms = map(compute_log_magnitude, (content, style))
        return cls(UlyanovObjective(*spectrograms, seed=seed))

    @torch.inference_mode()
    def __call__(self, wave: Tensor) -> float:
        """Return the loss of a wave (n,)."""
        return float(self.objective(compute_log_magnitude(wave)))

    @property
    def match(self) -> float:
        """The ``match`` at which both terms have the weights of the published loss, by their sizes."""
        content = CONTENT_WEIGHT * float(self.objective.content.square().sum())
        weight = content / float(self.objective.style_size)
        return 1 / (1 + weight)


def compare(pair: pairs.Pair, iterations: int, rounds: int) -> tuple[list[list[object]], np.ndarray]:
    """Compare both methods on a pair.

    Returns:
        A row for each draw of filters, and the result of ``ulyanov``, (samples,) at the rate of the pairs.
    """
    content, style = (_prepare(render(pair)) for render in (pairs.render_content, pairs.render_style))
    inputs = TransferInputs.from_waves(content, style, sample_rate=PUBLISHED_RATE)
    judges = {name: Judge.from_waves(content, style, seed) for name, seed in FILTERS.items()}
    started = time.perf_counter()
    theirs = ulyanov(inputs, iterations=iterations, rounds=rounds)(content)
    their_time = time.perf_counter() - started
    ours = []
    for count in ITERATIONS:
        started = time.perf_counter()
        wave = gram(inputs, match=next(iter(judges.values())).match, iterations=count)(content)
        ours.append((count, time.perf_counter() - started, wave))
    rows: list[list[object]] = []
    for name, judge in judges.items():
        goal = judge(theirs)
        reached = next(((c, t) for c, t, wave in ours if judge(wave) <= goal), None)
        lowest = min(judge(wave) for _, _, wave in ours) / goal
        cells = ("–", "–", "–") if reached is None else (reached[0], reached[1], their_time / reached[1])
        rows.append([pair.name, name, their_time, *cells, lowest, judge(content) / goal])
    return rows, resample(theirs[None].numpy(), PUBLISHED_RATE, RATE)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=4, help="each takes ulyanov minutes")
    parser.add_argument("--quick", action="store_true", help="one pair, few iterations; nothing is stored")
    options = parser.parse_args()
    budget = (5, 5) if options.quick else (300, 500)
    rows: list[list[object]] = []
    judged: list[spectrogram.Row] = []
    chosen = spectrogram.choose_systems(METHODS, MATCHES)
    for pair in pairs.choose_pairs(1 if options.quick else options.pairs):
        found, made = compare(pair, *budget)
        rows += found
        judged += spectrogram.judge_pair(pair, {PUBLISHED: partial(_cut_to_length, made), **chosen})
        print(*found, sep="\n", file=sys.stderr)
    text = format_report(rows, judged)
    print(text)
    if not options.quick:
        print(f"stored in {report.store('gram', text)}", file=sys.stderr)


def _prepare(wave: np.ndarray) -> Tensor:
    """Return a wave (samples,) at the published rate, and at the level at which features are taken."""
    slow = torch.from_numpy(resample(wave[None], RATE, PUBLISHED_RATE)[0])
    return slow * (FEATURE_RMS / compute_rms(slow))


def _cut_to_length(made: np.ndarray, content: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.pad(made, (0, max(0, len(content) - len(made))))[: len(content)]


def format_report(rows: list[list[object]], judged: list[spectrogram.Row]) -> str:
    """Return the whole report."""
    header = ["pair", "filters", "ulyanov (s)", "iterations of gram", "gram (s)", "times faster"]
    header += ["lowest loss of gram, share of ulyanov's", "content's, share of ulyanov's"]
    ratios = [row[5] for row in rows if row[1] == next(iter(FILTERS)) and row[5] != "–"]
    count = len(rows) // len(FILTERS)
    summary = (
        f"Reached on {len(ratios)} of {count} pairs with the filters of ulyanov;"
        f" median {np.median(ratios) if ratios else np.nan:.0f} times faster."
    )
    means, *errors = spectrogram.format_tables(judged)
    return "\n\n".join(
        [
            "# Gram optimization: time to an equal loss",
            report.describe_run(),
            report.format_table(header, rows),
            summary,
            f"## What is heard: means over these {count} pairs",
            "As in spectrogram.md; the seconds of ulyanov stand above.",
            means,
            *errors,
        ]
    )


if __name__ == "__main__":
    main()
