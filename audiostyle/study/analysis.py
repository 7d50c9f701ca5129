"""The analysis of a study: scores with intervals, what is settled, who was left out, who agrees."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.evaluate.intervals import LEVEL
from audiostyle.study.agreement import compute_alpha
from audiostyle.study.davidson import estimate_scores
from audiostyle.study.design import CANNOT_TELL, CHOICE, COUNTED, FIRST, PAIRS, SECOND, TIE, Study
from audiostyle.study.results import (
    Answers,
    Row,
    collect_placements,
    count_pairs,
    count_votes,
    list_listeners,
)
from audiostyle.study.scale import estimate_scale
from audiostyle.study.screening import ListenerCheck, screen_listeners
from audiostyle.study.standings import Standing, rank_systems
from audiostyle.study.votes import estimate_shares

UNITS = {
    PAIRS: "log-odds of being preferred",
    CHOICE: "share of votes",
    "scale": "standard deviations of all stimuli",
}
"""What a score of each design means."""


@dataclass(frozen=True)
class Analysis:
    """What a study found.

    Attributes:
        standing: of the systems, by listeners who are kept.
        unscreened: the same by all listeners; the same object where nobody was left out.
        checks: one for each listener.
        agreement: Krippendorff's alpha of those who are kept; NaN where no two judged the same.
        notes: what must be known to read the numbers, a line each.
        abstentions: answers that said they cannot tell.
        answers: that count, of all listeners.
        stimulus_scores: key → (score, low, high), for the scale.
        level: coverage of the intervals.
    """

    standing: Standing
    unscreened: Standing
    checks: tuple[ListenerCheck, ...]
    agreement: float
    notes: tuple[str, ...]
    abstentions: int
    answers: int
    stimulus_scores: dict[str, tuple[float, float, float]]
    level: float

    @property
    def left_out(self) -> tuple[ListenerCheck, ...]:
        """Listeners who are left out of the main analysis."""
        return tuple(check for check in self.checks if check.reasons)


@dataclass(frozen=True)
class _Part:
    """What one group of listeners says."""

    standing: Standing
    notes: tuple[str, ...]
    stimulus_scores: dict[str, tuple[float, float, float]]


def analyze(
    study: Study, answers: Answers, *, level: float = LEVEL, seed: int = 0, cannot_tell_as_tie: bool = False
) -> Analysis:
    """Analyze the answers of a study.

    Args:
        study: what was asked.
        answers: of its listeners.
        level: coverage of the intervals.
        seed: decides who is drawn in the bootstrap.
        cannot_tell_as_tie: count answers of who cannot tell as ties, and not as no answers.

    Raises:
        AudiostyleError: there is no answer that counts, or nobody is left after screening.
    """
    everyone = list_listeners(answers.rows)
    if not everyone:
        raise AudiostyleError("there are no answers to analyze yet; training and traps do not count")
    checks = screen_listeners(answers.rows, study)
    kept = [check.session for check in checks if not check.reasons]
    if not kept:
        raise AudiostyleError("every listener fails the screening; see [screening] in the study's file")
    rows = [row for row in answers.rows if row.role in COUNTED]
    if cannot_tell_as_tie:
        rows = [_turn_into_tie(row) for row in rows]
    part = _estimate(study, rows, kept, level, seed)
    whole = part if len(kept) == len(everyone) else _estimate(study, rows, everyone, level, seed)
    notes = list(part.notes)
    if len(kept) < 5:
        notes.append(f"{len(kept)} listeners are few: intervals over so few are not reliable")
    abstentions = sum(row.answer.get("choice") == CANNOT_TELL for row in rows)
    if abstentions:
        notes.append(
            f"{abstentions} answers of {len(rows)} said that they cannot tell; they count as no answer"
        )
    return Analysis(
        part.standing, whole.standing, tuple(checks), _compute_agreement(study, rows, kept), tuple(notes),
        abstentions, len(rows), part.stimulus_scores, level,
    )  # fmt: skip


def _estimate(study: Study, rows: Sequence[Row], listeners: list[int], level: float, seed: int) -> _Part:
    if study.design == PAIRS:
        return _estimate_pairs(study, rows, listeners, level, seed)
    if study.design == CHOICE:
        votes = estimate_shares(*count_votes(rows, study, listeners), level=level, seed=seed)
        note = f"if all were alike, each would have {votes.chance:.0%} of the votes"
        standing = rank_systems(study.systems, votes.shares, votes.replicates, len(listeners), level=level)
        return _Part(standing, (note,), {})
    return _estimate_scale(study, rows, listeners, level, seed)


def _estimate_pairs(
    study: Study, rows: Sequence[Row], listeners: list[int], level: float, seed: int
) -> _Part:
    wins, ties, _ = count_pairs(rows, study, listeners)
    found = estimate_scores(wins, ties, level=level, seed=seed)
    notes = []
    if found.with_prior:
        notes.append(
            "the answers do not tie all systems together (some never lost, or never won, against others); a "
            "weak prior keeps their scores finite, so distances between such groups are guesses"
        )
    standing = rank_systems(study.systems, found.scores, found.replicates, len(listeners), level=level)
    return _Part(standing, tuple(notes), {})


def _estimate_scale(
    study: Study, rows: Sequence[Row], listeners: list[int], level: float, seed: int
) -> _Part:
    placements, keys = collect_placements(rows, study, listeners)
    found = estimate_scale(placements, level=level, seed=seed)
    known = study.by_key
    # A system's score is the mean over items of what its stimuli have.
    share = np.array([[known[key].system == system for key in keys] for system in study.systems], dtype=float)
    if not share.sum(axis=1).all():
        raise ShapeError("some systems have no answers yet; let more listeners take part")
    share /= share.sum(axis=1, keepdims=True)
    notes = []
    if not found.linked:
        notes.append(
            "no listener ties all items together yet: scores compare versions of one item, but not one item "
            "with another"
        )
    standing = rank_systems(
        study.systems, share @ found.fit.scores, found.replicates @ share.T, len(listeners), level=level
    )
    ends = zip(keys, found.fit.scores, found.low, found.high, strict=True)
    return _Part(
        standing, tuple(notes), {key: (float(q), float(low), float(high)) for key, q, low, high in ends}
    )


def _turn_into_tie(row: Row) -> Row:
    from dataclasses import replace

    return replace(row, answer={"choice": TIE}) if row.answer.get("choice") == CANNOT_TELL else row


def _compute_agreement(study: Study, rows: Sequence[Row], listeners: list[int]) -> float:
    """Return Krippendorff's alpha over what several listeners judged.

    Of pairs, what is judged is a pair of stimuli, whichever was on the left; of a strip, a stimulus, by its
    place among the others of the page.
    """
    units: dict[tuple[str, ...], dict[int, float]] = {}
    for row in rows:
        if row.session in listeners:
            for unit, value in _list_judgments(study, row):
                units.setdefault(unit, {}).setdefault(row.session, value)
    table = np.full((len(listeners), len(units)), np.nan)
    for column, judged in enumerate(units.values()):
        for session, value in judged.items():
            table[listeners.index(session), column] = value
    return compute_alpha(table, ordered=study.design == "scale")


def _list_judgments(study: Study, row: Row) -> list[tuple[tuple[str, ...], float]]:
    if study.design == PAIRS:
        if row.answer["choice"] == CANNOT_TELL:
            return []
        value = {FIRST: 1.0, TIE: 0.0, SECOND: -1.0}[str(row.answer["choice"])]
        ordered = tuple(sorted(row.stimuli))
        return [(ordered, value if ordered == row.stimuli else -value)]
    if study.design == CHOICE:
        systems = [study.by_key[key].system for key in row.stimuli]
        return [((row.item,), float(study.systems.index(systems[int(str(row.answer["choice"]))])))]
    positions = np.array(row.answer["positions"], dtype=np.float64)
    spread = float(positions.std()) or 1.0
    places = (positions - positions.mean()) / spread
    keep = [
        (key, place) for key, place in zip(row.stimuli, places, strict=True) if not study.by_key[key].degraded
    ]
    return [((row.role.value, row.item, key), float(place)) for key, place in keep]
