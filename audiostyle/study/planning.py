"""The trials of one listener: balanced over all listeners, with training, repeats and traps among them."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from audiostyle.study.active import choose_batch
from audiostyle.study.counterbalance import take_item_trials, take_pair_trials
from audiostyle.study.design import CHOICE, COUNTED, PAIRS, SCALE, Plan, Role, Study, Trial

FEWEST_ACTIVE = 9
"""Systems from which on pairs are chosen by what their answers tell."""

MOST_ON_A_STRIP = 12
"""Stimuli on one page of the scale."""

_MOST_TRIALS = 30  # of a listener, unless a study says otherwise: about ten minutes
_REPEAT_DISTANCE = 3  # trials between a question and its repetition, at least


def make_plan(design: str, systems: int, items: int, trials: int | None = None) -> Plan:
    """Return a plan that fits a listener into about ten minutes.

    Args:
        design: ``"pairs"``, ``"choice"`` or ``"scale"``.
        systems, items: how many there are.
        trials: that are analyzed; None is as many as fit.

    Example:
        >>> make_plan("pairs", 3, 4).trials, make_plan("scale", 4, 12).trials
        (12, 4)
    """
    if design == PAIRS:
        every = systems * (systems - 1) // 2 * items
        most = (systems - 1) * 2 if systems >= FEWEST_ACTIVE else _MOST_TRIALS
        return Plan(trials or min(every, most), 2, 1, 2, active=systems >= FEWEST_ACTIVE)
    if design == CHOICE:
        return Plan(trials or min(items, _MOST_TRIALS), 1, 0, 2)
    # Items one by one, and a page on which they meet; more pages where there is one item only are no use.
    return Plan(trials or min(items, 4), 0, 1, 2, realignment=1 if items > 1 else 0)


def plan_session(study: Study, slot: int, wins: NDArray[np.float64] | None = None) -> list[Trial]:
    """Return all trials of a listener in order.

    Args:
        study: what is asked.
        slot: the listener's number, from 0; it decides everything.
        wins: (systems, systems), answers of all listeners so far; needed where pairs are chosen actively.

    Example:
        >>> from audiostyle.study.design import Stimulus, Texts
        >>> stimuli = tuple(Stimulus(f"k{n}", f"s{n}", "song", f"media/{n}.flac") for n in range(2))
        >>> study = Study("x", "pairs", "sound", 0, 10, ("s0", "s1"), ("song",), stimuli, Texts("", "?", ""),
        ...               Plan(trials=2, repeats=0, identical=0, degraded=0))
        >>> [(str(trial.role), trial.stimuli) for trial in plan_session(study, slot=0)]
        [('training', ('k1', 'k0')), ('main', ('k0', 'k1')), ('main', ('k1', 'k0'))]
    """
    random = np.random.default_rng([study.seed, slot])
    if study.design == SCALE:
        return _plan_scale(study, slot, random)
    main = _plan_pairs(study, slot, wins) if study.design == PAIRS else _plan_choice(study, slot)
    training = replace(main[int(random.integers(len(main)))], role=Role.training)
    mixed = _mix([main, _make_traps(study, slot, random)], random)
    return [training, *_add_repeats(mixed, study.plan.repeats, random, shift=1)]


def _plan_pairs(study: Study, slot: int, wins: NDArray[np.float64] | None) -> list[Trial]:
    systems, items, count = len(study.systems), len(study.items), study.plan.trials
    if not study.plan.active or wins is None:
        series = take_pair_trials(systems, items, slot * count, count)
        return [_make_trial(study, Role.main, [t.left, t.right], t.item) for t in series]
    batch: list[tuple[int, int]] = []
    while len(batch) < count:
        batch += choose_batch(
            wins, seed=int(np.random.SeedSequence([study.seed, slot, len(batch)]).generate_state(1)[0])
        )
    return [
        _make_trial(study, Role.main, pair, (slot * count + n) % items)
        for n, pair in enumerate(batch[:count])
    ]


def _plan_choice(study: Study, slot: int) -> list[Trial]:
    count = study.plan.trials
    series = take_item_trials(len(study.items), len(study.systems), slot * count, count)
    return [_make_trial(study, Role.main, order, item) for item, order in series]


def _make_trial(study: Study, role: Role, systems: "tuple[int, ...] | list[int]", item: int) -> Trial:
    name = study.items[item]
    keys = [study.find_key(study.systems[number], name) for number in systems]
    return Trial(role, name, tuple(key for key in keys if key))


def _make_traps(study: Study, slot: int, random: np.random.Generator) -> list[Trial]:
    """Return pairs of one stimulus with itself, and trials in which one version was made worse."""
    own = [s for s in study.stimuli if s.system in study.systems and not s.degraded]
    worse = [s for s in study.stimuli if s.degraded]
    traps = []
    for number in range(study.plan.identical if study.design == PAIRS else 0):
        same = own[(slot * study.plan.identical + number) % len(own)]
        traps.append(Trial(Role.identical, same.item, (same.key, same.key)))
    for number in range(study.plan.degraded if worse else 0):
        bad = worse[(slot * study.plan.degraded + number) % len(worse)]
        good = [
            s.key for s in own if s.item == bad.item and (study.design == CHOICE or s.system == bad.system)
        ]
        shown = [bad.key, *good]
        random.shuffle(shown)
        traps.append(Trial(Role.degraded, bad.item, tuple(shown)))
    return traps


def _mix(groups: list[list[Trial]], random: np.random.Generator) -> list[Trial]:
    """Return the first group in its order with the others at random places among it, not at the start."""
    mixed = list(groups[0])
    for trial in (trial for group in groups[1:] for trial in group):
        mixed.insert(int(random.integers(min(1, len(mixed)), len(mixed) + 1)), trial)
    return mixed


def _add_repeats(trials: list[Trial], count: int, random: np.random.Generator, shift: int) -> list[Trial]:
    """Ask some of the first trials again at the end, with what was left on the right.

    Args:
        trials: in order.
        count: how many to repeat.
        random: draws which.
        shift: trials that will come before all of these.
    """
    early = [n for n, trial in enumerate(trials[: len(trials) - _REPEAT_DISTANCE]) if trial.role in COUNTED]
    chosen = random.permutation(early)[:count].tolist() if early else []
    return trials + [
        replace(trials[n], role=Role.repeat, stimuli=trials[n].stimuli[::-1], repeats=n + shift)
        for n in chosen
    ]


def _plan_scale(study: Study, slot: int, random: np.random.Generator) -> list[Trial]:
    """Return pages of one item each, and then pages on which items meet.

    What links the items of different listeners: each meets all other items on the last page, by one version
    of each, the same for everybody.
    """
    count = min(study.plan.trials, len(study.items))
    series = take_item_trials(len(study.items), len(study.systems), slot * count, count)
    if len({item for item, _ in series}) < count:  # at the seam of two blocks an item may come twice
        series = [((slot * count + n) % len(study.items), order) for n, (_, order) in enumerate(series)]
    pages = [_make_trial(study, Role.main, order, item) for item, order in series]
    training = replace(pages[0], role=Role.training, stimuli=pages[0].stimuli[:3])
    own = [item for item, _ in series]
    meetings = [
        _plan_realignment(study, own, slot, number, random) for number in range(study.plan.realignment)
    ]
    return [training, *_set_scale_traps(study, pages, slot, random), *meetings]


def _plan_realignment(
    study: Study, own: list[int], slot: int, number: int, random: np.random.Generator
) -> Trial:
    systems, items = len(study.systems), len(study.items)
    turn = slot + number
    # One version of each item is the same for all listeners; of very many items they take turns.
    others = [item for item in range(turn, turn + items) if item % items not in own]
    anchors = [(item % systems, item) for item in own + [item % items for item in others]]
    further = [((item + turn + n) % systems, item) for n in range(1, systems) for item in own]
    room = MOST_ON_A_STRIP - min(len(own), MOST_ON_A_STRIP // 2)  # left for a second version of each own item
    places = (anchors[:room] + [place for place in further if place not in anchors])[:MOST_ON_A_STRIP]
    keys = [study.find_key(study.systems[system], study.items[item]) for system, item in places]
    shown = [key for key in keys if key]
    random.shuffle(shown)
    return Trial(Role.realignment, "", tuple(shown))


def _set_scale_traps(study: Study, pages: list[Trial], slot: int, random: np.random.Generator) -> list[Trial]:
    """Put a second copy of a stimulus on some pages, and a version that was made worse on others."""
    pages = list(pages)
    for number in range(min(study.plan.identical, len(pages))):
        place = (slot + number) % len(pages)
        copy = pages[place].stimuli[int(random.integers(len(pages[place].stimuli)))]
        pages[place] = _insert(pages[place], copy, random)
    worse = {s.item: s.key for s in study.stimuli if s.degraded}
    room = study.plan.degraded
    for place in random.permutation(len(pages)):
        if room and pages[place].item in worse:
            pages[place] = _insert(pages[place], worse[pages[place].item], random)
            room -= 1
    return pages


def _insert(page: Trial, key: str, random: np.random.Generator) -> Trial:
    shown = list(page.stimuli)
    shown.insert(int(random.integers(len(shown) + 1)), key)
    return replace(page, stimuli=tuple(shown))
