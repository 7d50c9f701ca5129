"""What a submitted answer may hold, checked before it comes near the tables."""

from typing import Any

from audiostyle.serving.requests import Refused
from audiostyle.study.design import Trial, check_answer
from audiostyle.study.tables import Answer

_LONGEST = 1e8  # milliseconds: a day
_MOST_PLAYS = 1e6
_RATES = 1000.0, 1e6  # hertz


def check_body(design: str, trial: Trial, body: dict[str, Any]) -> Answer:
    """Return the answer in a request after checking all of it.

    Raises:
        Refused: something is missing, too much, or not what it must be.
    """
    if set(body) != {"trial", "answer", "milliseconds", "plays", "sample_rate"}:
        raise Refused(400, "an answer has trial, answer, milliseconds, plays and sample_rate")
    if wrong := check_answer(design, trial, body["answer"]):
        raise Refused(400, wrong)
    milliseconds, plays, rate = body["milliseconds"], body["plays"], body["sample_rate"]
    if not _is_number(milliseconds, 0, _LONGEST):
        raise Refused(400, "milliseconds must be a number")
    right = isinstance(plays, list) and len(plays) == len(trial.stimuli)
    if not right or not all(_is_number(count, 0, _MOST_PLAYS) and count == int(count) for count in plays):
        raise Refused(400, "plays must be a number for each stimulus")
    if rate is not None and not _is_number(rate, *_RATES):
        raise Refused(400, "sample_rate must be in hertz, or null")
    return Answer(body["answer"], float(milliseconds), tuple(int(count) for count in plays), rate)


def _is_number(value: object, low: float, high: float) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and low <= value <= high  # type: ignore[operator]  # NaN is not, nor is infinity
