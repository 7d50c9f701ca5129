"""Who listened: repeats, identical pairs, traps, sides, time; what stands out is reported, never silent.

A listener is left out of the main analysis only for what no careful one does
(:class:`~audiostyle.study.design.Screening`, in the study's file): most traps missed, all answers on one
side, answers faster than anybody can listen.  That the same answer is not given twice is reported and no
reason: between two versions that are alike it is to be expected.  The analysis without screening always
stands beside the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from audiostyle.study.design import CHOICE, COUNTED, FIRST, PAIRS, SCALE, SECOND, TIE, Role, Study
from audiostyle.study.results import Row

_CLOSE = 0.25  # of a page's spread: how near two copies of one stimulus are placed by who hears that they are


@dataclass(frozen=True)
class ListenerCheck:
    """What one listener's answers say about the listener.

    Attributes:
        session: the listener's number.
        answers: how many count.
        traps_seen, traps: versions made worse that were seen through, of how many.
        repeats_same, repeats: questions answered alike the second time, of how many.
        identical_seen, identical: pairs of one stimulus found alike, of how many.
        left_share: of decided pairs; NaN for other designs.
        seconds: median time for an answer.
        unplayed: trials answered without playing all versions.
        reasons: why the listener is left out; empty for who is kept.
    """

    session: int
    answers: int
    traps_seen: int
    traps: int
    repeats_same: int
    repeats: int
    identical_seen: int
    identical: int
    left_share: float
    seconds: float
    unplayed: int
    reasons: tuple[str, ...]


def screen_listeners(rows: Sequence[Row], study: Study) -> list[ListenerCheck]:
    """Check every listener who gave an answer that counts.

    Args:
        rows: all answers, by listener and trial.
        study: whose answers they are, with its rules of screening.
    """
    sessions = sorted({row.session for row in rows if row.role in COUNTED})
    return [_check([row for row in rows if row.session == session], session, study) for session in sessions]


def _check(rows: Sequence[Row], session: int, study: Study) -> ListenerCheck:
    counted = [row for row in rows if row.role in COUNTED]
    traps = [seen for row in rows if (seen := saw_through(row, study)) is not None]
    repeats = _compare_repeats(rows, study)
    identical = [seen for row in rows if (seen := found_alike(row, study)) is not None]
    sides = [row.answer["choice"] for row in counted] if study.design == PAIRS else []
    left, right = sides.count(FIRST), sides.count(SECOND)
    seconds = float(np.median([row.milliseconds for row in counted])) / 1000
    rules = study.screening
    reasons = []
    if len(traps) >= max(rules.least_traps, 1) and sum(traps) < rules.traps * len(traps):
        reasons.append(f"saw through {sum(traps)} of {len(traps)} traps")
    if left + right and stats.binomtest(left, left + right).pvalue < rules.one_side and min(left, right) == 0:
        reasons.append(f"chose the {'left' if left else 'right'} one {left + right} times of {left + right}")
    if seconds < rules.seconds:
        reasons.append(f"answered in {seconds:.1f} s")
    return ListenerCheck(
        session, len(counted), sum(traps), len(traps), sum(repeats), len(repeats),
        sum(identical), len(identical),
        left / (left + right) if left + right else float("nan"), seconds,
        sum(0 in row.plays for row in counted), tuple(reasons),
    )  # fmt: skip


def saw_through(row: Row, study: Study) -> bool | None:
    """Return whether a listener saw that a version was made worse; None where none was.

    In a pair the other one must be preferred, of several another one picked; on a strip, whose right end
    means more of what is asked for, it must not lie farthest to the right.
    """
    known = study.by_key
    worse = [n for n, key in enumerate(row.stimuli) if known[key].degraded]
    if not worse or row.role == Role.training:
        return None
    if study.design == SCALE:
        positions = row.answer["positions"]
        assert isinstance(positions, list)
        return max(positions) > max(positions[n] for n in worse)
    if study.design == CHOICE:
        return row.answer["choice"] not in worse
    return row.answer["choice"] == (SECOND if worse[0] == 0 else FIRST)


def found_alike(row: Row, study: Study) -> bool | None:
    """Return whether a listener found two copies of one stimulus alike; None where there were none."""
    copies = [n for n, key in enumerate(row.stimuli) if row.stimuli.count(key) > 1]
    if not copies or row.role == Role.training:
        return None
    if study.design == PAIRS:
        return row.answer["choice"] == TIE
    positions = row.answer.get("positions")
    if not isinstance(positions, list):
        return None
    spread = max(positions) - min(positions)
    apart = abs(positions[copies[0]] - positions[copies[1]])
    return bool(spread > 0 and apart <= _CLOSE * spread)


def _compare_repeats(rows: Sequence[Row], study: Study) -> list[bool]:
    """Return for each repeated question whether it was answered as before."""
    first = {row.trial: row for row in rows}
    pairs = [(first[row.repeats], row) for row in rows if row.repeats is not None and row.repeats in first]
    return [_name_choice(before, study) == _name_choice(after, study) for before, after in pairs]


def _name_choice(row: Row, study: Study) -> str:
    """Return what was chosen, whichever side it was on."""
    choice = row.answer["choice"]
    if choice in (FIRST, SECOND):
        return row.stimuli[0 if choice == FIRST else 1]
    return row.stimuli[choice] if isinstance(choice, int) else str(choice)
