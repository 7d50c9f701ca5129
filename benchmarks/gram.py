"""Gram optimisation against its first publication: time to an equal loss.

The loss is the published one, style and content with the published weight, of the wave that comes out, so
that what phase retrieval loses counts for both.  It is taken twice: with the 4,096 random filters that the
reference optimised, and with others that neither has seen, drawn likewise.  Ours gets more and more
iterations until its loss is no higher.  Everything is at 22,050 Hz, the reference's rate.  Stored in
``results/gram.md``.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pairs
import report
import torch
from material import RATE
from torch import Tensor

from audiostyle.sound.resampling import resample
from audiostyle.spectrogram.average import Average
from audiostyle.spectrogram.gram import gram
from audiostyle.spectrogram.reference import CONTENT_WEIGHT, TRANSFORM, ReferenceObjective, reference
from audiostyle.spectrogram.reference import RATE as PUBLISHED_RATE
from audiostyle.spectrogram.scene import Scene, survey

ITERATIONS = (3, 6, 12, 25, 50, 100)
FILTERS = {"the reference's own": 0, "unseen": 1}  # by their seeds


@dataclass(frozen=True)
class Judge:
    """The published loss of waves, on one draw of filters."""

    objective: ReferenceObjective

    @classmethod
    def of(cls, content: Tensor, style: Tensor, seed: int) -> "Judge":
        """Of a content and a style, waves (n,)."""
        return cls(ReferenceObjective(_spectrogram(content), _spectrogram(style), seed=seed))

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


def compared(pair: pairs.Pair, iterations: int, rounds: int) -> Iterator[list[object]]:
    """One row a draw of filters: the reference's loss and time, ours when it is no higher."""
    content, style = (
        torch.from_numpy(resample(make(pair)[None], RATE, PUBLISHED_RATE)[0])
        for make in (pairs.content, pairs.style)
    )
    average = Average.of([content], survey(PUBLISHED_RATE))
    scene = Scene.of(PUBLISHED_RATE, average, [content], [style])
    judges = {name: Judge.of(content, style, seed) for name, seed in FILTERS.items()}
    started = time.perf_counter()
    theirs = reference(scene, iterations=iterations, rounds=rounds)(content, lambda share: None)
    their_time = time.perf_counter() - started
    ours = []
    for count in ITERATIONS:
        started = time.perf_counter()
        wave = gram(scene, match=next(iter(judges.values())).match, iterations=count)(content, lambda s: None)
        ours.append((count, time.perf_counter() - started, wave))
    for name, judge in judges.items():
        goal = judge(theirs)
        reached = next(((c, t) for c, t, wave in ours if judge(wave) <= goal), None)
        lowest = min(judge(wave) for _, _, wave in ours) / goal
        told = ("–", "–", "–") if reached is None else (reached[0], reached[1], their_time / reached[1])
        yield [pair.name, name, their_time, *told, lowest, judge(content) / goal]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=4, help="each takes the reference minutes")
    parser.add_argument("--quick", action="store_true", help="one pair, few iterations; nothing is stored")
    options = parser.parse_args()
    budget = (5, 5) if options.quick else (300, 500)
    rows: list[list[object]] = []
    for pair in pairs.pairs(1 if options.quick else options.pairs):
        rows += compared(pair, *budget)
        print(*rows[-2:], sep="\n", file=sys.stderr)
    header = ["pair", "filters", "reference (s)", "our iterations", "ours (s)", "times faster"]
    header += ["our lowest loss, share of theirs", "content's, share of theirs"]
    ratios = [row[5] for row in rows if row[1] == "the reference's own" and row[5] != "–"]
    told = f"Median where it was reached, the reference's own filters: {np.median(ratios):.1f} times faster."
    text = "\n\n".join(
        ["# Gram optimisation: time to an equal loss", report.provenance(), report.table(header, rows), told]
    )
    print(text)
    if not options.quick:
        print(f"stored in {report.store('gram', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
