"""What the benchmark of expression collects: curves that were found beside those that were played."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Findings:
    """What was measured on some lines of one kind, by one system.

    Attributes:
        moves: pairs of deviation (mean of the note removed) that was found and that was played, (frames, 2).
        errors: absolute errors in cents or decibels.
        values: name → one number for each line.
    """

    moves: list[np.ndarray] = field(default_factory=list)
    errors: list[np.ndarray] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, found: np.ndarray, played: np.ndarray) -> None:
        """Add a note's curve, (points,), NaN where nothing was found."""
        known = np.isfinite(found)
        self.values.setdefault("covered", []).append(float(known.mean()) if len(known) else 0.0)
        if known.sum() > 1:
            found, played = found[known], played[known]
            self.moves.append(np.stack([found - found.mean(), played - played.mean()], axis=1))
            self.errors.append(np.abs(found - played))

    def note(self, name: str, value: float) -> None:
        """Add one number for a line."""
        self.values.setdefault(name, []).append(float(value))

    @property
    def correlation(self) -> float:
        """Correlation of what was found with what was played, over all frames of all notes."""
        found, played = (np.concatenate(self.moves) if self.moves else np.zeros((2, 2))).T
        spread = found.std() * played.std()
        return float(np.mean(found * played) / spread) if spread > 1e-9 else 0.0

    @property
    def error(self) -> float:
        """The median absolute error."""
        return float(np.median(np.concatenate(self.errors))) if self.errors else float("nan")

    def mean(self, name: str) -> float:
        """Return the mean over the lines."""
        return float(np.mean(self.values[name])) if self.values.get(name) else float("nan")


Results = dict[tuple[str, str, str], Findings]
"""Kind, what (pitch, level, …), system → findings."""


def find(results: Results, kind: str, what: str, system: str) -> Findings:
    """Return the findings of one kind, one thing and one system, which are new where there were none."""
    return results.setdefault((kind, what, system), Findings())


def merge(parts: Iterable[Results]) -> Results:
    """Return the findings of many lines together."""
    merged: Results = {}
    for part in parts:
        for key, findings in part.items():
            whole = merged.setdefault(key, Findings())
            whole.moves += findings.moves
            whole.errors += findings.errors
            for name, values in findings.values.items():
                whole.values.setdefault(name, []).extend(values)
    return merged
