"""Listeners that do not exist, with tastes, biases, gains, noise and laziness, to plan and to test studies.

Their answers go to a file of their own, which says that no person gave them, and every report on them says
so.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiostyle.checks import check_count, check_number
from audiostyle.errors import AudiostyleError
from audiostyle.study import tables
from audiostyle.study.davidson import compute_probabilities
from audiostyle.study.design import CHOICE, FIRST, PAIRS, SECOND, TIE, Study, Trial
from audiostyle.study.files import SIMULATED
from audiostyle.study.planning import plan_session
from audiostyle.study.results import count_pairs_in
from audiostyle.study.storage import Store

WORSE = 4.0
"""How far a version that was made worse lies below the original."""


@dataclass(frozen=True)
class Population:
    """How listeners differ.

    Attributes:
        taste: standard deviation, between listeners, of a system's score.
        item: standard deviation, between items, of a system's score; the same for all listeners.
        side: standard deviation of the preference for the left side, as a score.
        ties: ν of Davidson's model.
        gain: standard deviation of the logarithm of how wide listeners place.
        noise: standard deviation of a placement, as a score.
        lazy: share of listeners who answer at once and always the same.
    """

    taste: float = 0.5
    item: float = 0.3
    side: float = 0.2
    ties: float = 0.5
    gain: float = 0.3
    noise: float = 0.5
    lazy: float = 0.0


class SimulatedListener:
    """One listener who does not exist.

    Args:
        study: that is answered.
        truth: system → score.
        population: how listeners differ.
        seed: decides what kind of listener it is, and every answer.
        items: (system, item) → what an item adds to a system's score.
    """

    def __init__(
        self,
        study: Study,
        truth: Mapping[str, float],
        population: Population,
        seed: "int | list[int]",
        items: Mapping[tuple[str, str], float],
    ) -> None:
        self._study, self._population, self._items = study, population, items
        self._random = np.random.default_rng(seed)
        self._known = study.by_key
        self._taste = {name: truth[name] + self._draw(population.taste) for name in study.systems}
        self._side = self._draw(population.side)
        self._gain = float(np.exp(self._draw(population.gain)))
        self._lazy = bool(self._random.random() < population.lazy)

    def answer(self, trial: Trial) -> tables.Answer:
        """Answer a trial."""
        scores = [self._score(key) for key in trial.stimuli]
        if self._study.design == PAIRS:
            found: dict[str, object] = {"choice": FIRST if self._lazy else self._compare(*scores)}
        elif self._study.design == CHOICE:
            found = {"choice": 0 if self._lazy else self._pick(scores)}
        else:
            found = {"positions": self._place(scores)}
        typical = 400.0 if self._lazy else 8000.0
        plays = tuple(int(n) for n in self._random.integers(0 if self._lazy else 1, 4, len(scores)))
        return tables.Answer(found, round(typical * float(np.exp(self._draw(0.4))), 1), plays, 48000.0)

    def _draw(self, deviation: float) -> float:
        return float(self._random.normal(0, deviation))

    def _score(self, key: str) -> float:
        stimulus = self._known[key]
        own = self._taste[stimulus.system] + self._items[stimulus.system, stimulus.item]
        return own - WORSE * stimulus.degraded

    def _compare(self, left: float, right: float) -> str:
        gap = np.array(left - right + self._side)
        first, second, _ = (float(p) for p in compute_probabilities(gap, self._population.ties))
        luck = self._random.random()
        return FIRST if luck < first else SECOND if luck < first + second else TIE

    def _pick(self, scores: list[float]) -> int:
        strength = np.exp(np.array(scores) - max(scores))
        return int(self._random.choice(len(scores), p=strength / strength.sum()))

    def _place(self, scores: list[float]) -> list[float]:
        if self._lazy:
            return [float(n) for n in range(len(scores))]
        origin = self._draw(3.0)
        noise = self._random.normal(0, self._population.noise, len(scores))
        return [
            round(100 * (origin + self._gain * score + e), 2) for score, e in zip(scores, noise, strict=True)
        ]


def simulate_answers(
    study: Study,
    folder: Path,
    truth: Mapping[str, float],
    *,
    listeners: int | None = None,
    population: Population = Population(),
    seed: int = 0,
) -> Path:
    """Answer a study by listeners that do not exist, in place of those who did so before.

    Args:
        study: that is answered.
        folder: of the study.
        truth: system → score, on the scale of log-odds.
        listeners: how many; None is as many as are planned.
        population: how they differ.
        seed: decides all of it.

    Returns:
        The file of their answers.

    Raises:
        AudiostyleError: a system has no score, or a number is out of range.
    """
    count = check_count("listeners", study.listeners if listeners is None else listeners, 1, 100_000)
    for name, value in vars(population).items():
        check_number(name, value, 0, 1 if name == "lazy" else 100)
    missing = [system for system in study.systems if system not in truth]
    if missing:
        raise AudiostyleError(f"--truth: says nothing about {missing[0]!r}; give a number for every system")
    path = folder / SIMULATED
    for old in (path, path.with_name(f"{SIMULATED}-wal"), path.with_name(f"{SIMULATED}-shm")):
        old.unlink(missing_ok=True)
    random = np.random.default_rng([seed, 7])
    items = {(s, i): float(random.normal(0, population.item)) for s in study.systems for i in study.items}
    store = Store(path, study.id, simulated=True)
    try:
        for number in range(count):
            listener = SimulatedListener(study, truth, population, [seed, 11, number], items)
            store.run(lambda db, n=number, who=listener: _take_part(db, study, n, who))  # type: ignore[misc]
    finally:
        store.close()
    return path


def _take_part(db: sqlite3.Connection, study: Study, number: int, listener: SimulatedListener) -> None:
    """Add one listener with all answers."""
    wins = count_pairs_in(db, study)[0] if study.plan.active else None
    trials = plan_session(study, number, wins)
    secret = hashlib.sha256(f"simulated {number}".encode()).hexdigest()
    tables.add_session(db, secret, trials, "simulated", number)
    tables.set_consent(db, number)
    for position, trial in enumerate(trials):
        tables.add_answer(db, number, position, listener.answer(trial))
