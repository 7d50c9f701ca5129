"""Gram optimisation against its first publication: time to an equal loss.

The loss is the published one, style and content with the published weight, of the wave that comes out, so
that what phase retrieval loses counts for both.  It is taken twice: with the 4,096 random filters that the
reference optimised, and with others that neither has seen, drawn likewise.  Ours gets more and more
iterations until its loss is no higher.  That is at 22,050 Hz, the reference's rate, and with content and
style at the level that ours brings them to anyway, so that both see the same spectrograms.  Then what the
reference made is judged beside other methods, as ``spectrogram.py`` does on many more pairs.  Stored in
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
from audiostyle.spectrogram.inputs import LEVEL, TransferInputs, compute_rms, make_survey_transform
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.ulyanov import CONTENT_WEIGHT, TRANSFORM, UlyanovObjective, ulyanov
from audiostyle.spectrogram.ulyanov import RATE as PUBLISHED_RATE

ITERATIONS = (3, 6, 12, 25, 50, 100)
FILTERS = {"the reference's own": 0, "unseen": 1}  # by their seeds
REFERENCE = "ulyanov"
METHODS, MATCHES = ("wct", "complex-wct", "cascade", "musaicing", "gram"), (0.25, 0.5)


@dataclass(frozen=True)
class Judge:
    """The published loss of waves, on one draw of filters."""

    objective: UlyanovObjective

    @classmethod
    def of(cls, content: Tensor, style: Tensor, seed: int) -> "Judge":
        """Of a content and a style, waves (n,)."""
        return cls(UlyanovObjective(_spectrogram(content), _spectrogram(style), seed=seed))

    @torch.inference_mode()
    def __call__(self, wave: Tensor) -> float:
        """(n,) → the loss."""
        return float(self.objective(_spectrogram(wave)))

    @property
    def match(self) -> float:
        """Our knob at which both terms have the weights of the published loss, as shares of their sizes."""
        content = CONTENT_WEIGHT * float(self.objective.content.square().sum())
        weight = content / float(self.objective.style_size)
        return 1 / (1 + weight)


def _spectrogram(wave: Tensor) -> Tensor:
    return torch.log1p(TRANSFORM(wave).abs())


def compared(pair: pairs.Pair, iterations: int, rounds: int) -> tuple[list[list[object]], np.ndarray]:
    """One row a draw of filters: the reference's loss and time, ours when it is no higher.

    And what the reference makes, (samples,) at the rate of the pairs.
    """
    content, style = (_levelled(make(pair)) for make in (pairs.content, pairs.style))
    average = LongTermSpectrum.of([content], make_survey_transform(PUBLISHED_RATE))
    scene = TransferInputs.of(PUBLISHED_RATE, average, [content], [style])
    judges = {name: Judge.of(content, style, seed) for name, seed in FILTERS.items()}
    started = time.perf_counter()
    theirs = ulyanov(scene, iterations=iterations, rounds=rounds)(content, lambda share: None)
    their_time = time.perf_counter() - started
    ours = []
    for count in ITERATIONS:
        started = time.perf_counter()
        wave = gram(scene, match=next(iter(judges.values())).match, iterations=count)(content, lambda s: None)
        ours.append((count, time.perf_counter() - started, wave))
    rows: list[list[object]] = []
    for name, judge in judges.items():
        goal = judge(theirs)
        reached = next(((c, t) for c, t, wave in ours if judge(wave) <= goal), None)
        lowest = min(judge(wave) for _, _, wave in ours) / goal
        told = ("–", "–", "–") if reached is None else (reached[0], reached[1], their_time / reached[1])
        rows.append([pair.name, name, their_time, *told, lowest, judge(content) / goal])
    return rows, resample(theirs[None].numpy(), PUBLISHED_RATE, RATE)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=4, help="each takes the reference minutes")
    parser.add_argument("--quick", action="store_true", help="one pair, few iterations; nothing is stored")
    options = parser.parse_args()
    budget = (5, 5) if options.quick else (300, 500)
    rows: list[list[object]] = []
    judged: list[spectrogram.Row] = []
    chosen = spectrogram.systems(METHODS, MATCHES)
    for pair in pairs.pairs(1 if options.quick else options.pairs):
        found, made = compared(pair, *budget)
        rows += found
        judged += spectrogram.judged_pair(pair, {REFERENCE: partial(_as_made, made), **chosen})
        print(*found, sep="\n", file=sys.stderr)
    text = written(rows, judged)
    print(text)
    if not options.quick:
        print(f"stored in {report.store('gram', text)}", file=sys.stderr)


def _levelled(wave: np.ndarray) -> Tensor:
    """Return a wave (samples,) at the published rate and the level that ours brings everything to."""
    slow = torch.from_numpy(resample(wave[None], RATE, PUBLISHED_RATE)[0])
    return slow * (LEVEL / compute_rms(slow))


def _as_made(made: np.ndarray, content: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.pad(made, (0, max(0, len(content) - len(made))))[: len(content)]


def written(rows: list[list[object]], judged: list[spectrogram.Row]) -> str:
    """The whole report."""
    header = ["pair", "filters", "reference (s)", "our iterations", "ours (s)", "times faster"]
    header += ["our lowest loss, share of theirs", "content's, share of theirs"]
    ratios = [row[5] for row in rows if row[1] == next(iter(FILTERS)) and row[5] != "–"]
    count = len(rows) // len(FILTERS)
    told = (
        f"Reached on {len(ratios)} of {count} pairs with the reference's own filters;"
        f" median {np.median(ratios) if ratios else np.nan:.0f} times faster."
    )
    means, *errors = spectrogram.tables(judged)
    return "\n\n".join(
        [
            "# Gram optimisation: time to an equal loss",
            report.describe_run(),
            report.format_table(header, rows),
            told,
            f"## What is heard: means over these {count} pairs",
            "As in spectrogram.md; the reference's seconds stand above.",
            means,
            *errors,
        ]
    )


if __name__ == "__main__":
    main()
