"""What a study consists of: systems, items, stimuli, and the trials that a listener is given.

A *system* is what is judged, such as a method or a model.  An *item* is what all systems were applied to,
such as a song.  A *stimulus* is one file: what one system made of one item.  A *listener* hears, or sees, a
series of *trials*.  Whoever judges pictures is called a listener, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

PAIRS, CHOICE, SCALE = "pairs", "choice", "scale"
DESIGNS = {
    PAIRS: "two versions at a time; ties are allowed",
    CHOICE: "all versions of an item at once; one is picked",
    SCALE: "all versions placed on a strip without ends",
}
"""How listeners are asked, with a line about each."""

SOURCE, REFERENCE = "source", "reference"
"""Names of what is not judged: what the systems were applied to, and what results should be like."""

FIRST, SECOND, TIE, CANNOT_TELL = "first", "second", "tie", "cannot-tell"
PAIR_ANSWERS = (FIRST, SECOND, TIE, CANNOT_TELL)
"""Answers to a pair.  A tie says that both are alike; who cannot tell says nothing about the two."""


class Role(StrEnum):
    """What a trial is for."""

    training = "training"
    main = "main"
    repeat = "repeat"
    identical = "identical"
    degraded = "degraded"
    realignment = "realignment"


COUNTED = (Role.main, Role.realignment)
"""Roles whose answers are analyzed; the others are for training and screening."""


@dataclass(frozen=True)
class Stimulus:
    """One file of the study.

    Attributes:
        key: its name in the study, which tells a listener nothing.
        system: what made it; or ``"source"`` or ``"reference"``.
        item: what it was made of.
        file: relative to the study's folder.
        degraded: whether it was made worse on purpose, for a trap.
        facts: length, size and loudness, as far as they apply.
    """

    key: str
    system: str
    item: str
    file: str
    degraded: bool = False
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """One question to one listener.

    Attributes:
        role: what the trial is for.
        item: whose versions are compared; empty on pages that mix items.
        stimuli: keys, in the order shown: left and right, or from the first on.
        repeats: position of the trial that this one asks again, or None.
    """

    role: Role
    item: str
    stimuli: tuple[str, ...]
    repeats: int | None = None


@dataclass(frozen=True)
class Plan:
    """How many trials of which kind a listener gets; all of it can be changed in the study's file.

    Attributes:
        trials: that are analyzed, for each listener; pages, for the scale.
        repeats: trials that are asked again later, with sides changed.
        identical: pairs of one stimulus with itself.
        degraded: trials in which one version was made worse on purpose.
        active: whether pairs are chosen by what their answers are expected to tell.
        realignment: pages of the scale that mix items.
    """

    trials: int
    repeats: int = 2
    identical: int = 1
    degraded: int = 1
    active: bool = False
    realignment: int = 1


@dataclass(frozen=True)
class Texts:
    """What a listener reads; plain text.

    Attributes:
        title: of the study.
        question: asked in every trial.
        consent: what a listener agrees to before the first trial.
        less, more: what the left and the right of the infinite scale stand for.
        thanks: after the last trial.
        contact: whom to write to.
    """

    title: str
    question: str
    consent: str
    less: str = "less so"
    more: str = "more so"
    thanks: str = "That was all. Your answers are stored. Thank you!"
    contact: str = ""


@dataclass(frozen=True)
class Screening:
    """When a listener's answers are left out of the main analysis; both analyses are reported.

    Nobody is left out for one slip.

    Attributes:
        traps: least share of degraded traps that are seen through.
        least_traps: how many traps there must have been for the share to count.
        seconds: shortest median time for an answer.
        one_side: greatest improbability, under fair coins, of so many answers on one side.
    """

    traps: float = 0.5
    least_traps: int = 2
    seconds: float = 1.0
    one_side: float = 0.001


@dataclass(frozen=True)
class Limits:
    """What the server allows.

    Attributes:
        requests_per_second: of one listener, on average.
        sessions_per_minute: that one address may begin.
        listeners: that may take part at most.
    """

    requests_per_second: float = 10.0
    sessions_per_minute: float = 60.0
    listeners: int = 1000


@dataclass(frozen=True)
class Study:
    """A whole study.

    Attributes:
        id: random, so that answers of two studies are never mixed.
        design: ``"pairs"``, ``"choice"`` or ``"scale"``.
        medium: ``"sound"`` or ``"picture"``.
        seed: decides every random choice.
        listeners: how many are planned.
        systems, items: in the order in which they are listed.
        stimuli: all files.
        texts, plan, screening, limits: settings.
    """

    id: str
    design: str
    medium: str
    seed: int
    listeners: int
    systems: tuple[str, ...]
    items: tuple[str, ...]
    stimuli: tuple[Stimulus, ...]
    texts: Texts
    plan: Plan
    screening: Screening = Screening()
    limits: Limits = Limits()

    def find_key(self, system: str, item: str, *, degraded: bool = False) -> str | None:
        """Return the key of what a system made of an item, or None."""
        return next(
            (
                stimulus.key
                for stimulus in self.stimuli
                if (stimulus.system, stimulus.item, stimulus.degraded) == (system, item, degraded)
            ),
            None,
        )

    @property
    def by_key(self) -> dict[str, Stimulus]:
        """The stimuli by their keys."""
        return {stimulus.key: stimulus for stimulus in self.stimuli}


def check_answer(design: str, trial: Trial, answer: object) -> str | None:
    """Return what is wrong with an answer, or None if it fits the trial.

    Args:
        design: of the study.
        trial: that is answered.
        answer: what came from the page, parsed from JSON.

    Example:
        >>> trial = Trial(Role.main, "song", ("a", "b"))
        >>> check_answer("pairs", trial, {"choice": "first"}), check_answer("pairs", trial, {"choice": 3})
        (None, 'choice must be one of first, second, tie, cannot-tell')
    """
    if not isinstance(answer, dict):
        return "an answer is an object"
    if design == SCALE:
        return _check_positions(answer, len(trial.stimuli))
    if set(answer) != {"choice"}:
        return "an answer has a choice and nothing else"
    choice = answer["choice"]
    if design == PAIRS:
        known = isinstance(choice, str) and choice in PAIR_ANSWERS
        return None if known else f"choice must be one of {', '.join(PAIR_ANSWERS)}"
    if isinstance(choice, bool) or not isinstance(choice, int) or not 0 <= choice < len(trial.stimuli):
        return f"choice must be a number from 0 to {len(trial.stimuli) - 1}"
    return None


_FARTHEST = 1e6  # of a position: nobody scrolls a million pixels


def _check_positions(answer: dict[str, object], count: int) -> str | None:
    positions = answer.get("positions")
    if set(answer) != {"positions"} or not isinstance(positions, Sequence) or isinstance(positions, str):
        return "an answer has positions and nothing else"
    if len(positions) != count:
        return f"there must be {count} positions"
    for position in positions:
        if isinstance(position, bool) or not isinstance(position, int | float):
            return "positions must be numbers"
        if not abs(position) <= _FARTHEST:
            return f"positions must lie within {_FARTHEST:g}"
    return None
