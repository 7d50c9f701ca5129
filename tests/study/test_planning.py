"""A listener's trials: as many of each kind as planned, balanced over listeners, decided by the seed."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from studies import build_study

from audiostyle.study.design import COUNTED, Plan, Role
from audiostyle.study.planning import MOST_ON_A_STRIP, make_plan, plan_session
from audiostyle.study.scale import Placements, is_linked


@pytest.mark.parametrize("design", ["pairs", "choice", "scale"])
def test_a_session_begins_with_training_and_has_what_was_planned(design):
    study = build_study(design, plan=Plan(4, repeats=1, identical=1, degraded=2))
    for slot in range(5):
        trials = plan_session(study, slot)
        roles = Counter(trial.role for trial in trials)
        assert trials[0].role == Role.training and roles[Role.training] == 1 and roles[Role.main] == 4
        if design == "scale":
            assert trials[-1].role == Role.realignment
        else:
            assert roles[Role.degraded] == 2 and roles[Role.repeat] == 1
        assert trials == plan_session(study, slot)
        known = study.by_key
        assert all(known[key].item == trial.item for trial in trials if trial.item for key in trial.stimuli)


def test_sides_are_balanced_over_listeners():
    study = build_study(plan=Plan(6, 0, 0, 0))
    shown = Counter(t.stimuli for slot in range(4) for t in plan_session(study, slot) if t.role in COUNTED)
    assert len(shown) == 24 and set(shown.values()) == {1}  # 3 pairs × 4 items × 2 sides


def test_a_repeat_asks_the_same_question_with_sides_changed():
    for slot in range(10):
        trials = plan_session(build_study(plan=Plan(8, repeats=2, identical=1, degraded=1)), slot)
        for place, trial in enumerate(trials):
            if trial.role == Role.repeat:
                before = trials[trial.repeats]
                assert before.stimuli == trial.stimuli[::-1] and before.role in COUNTED
                assert place - trial.repeats >= 3


def test_a_trap_sets_a_version_against_what_was_made_worse():
    study = build_study(plan=Plan(6, 0, 1, 1))
    for trial in plan_session(study, 2):
        known = [study.by_key[key] for key in trial.stimuli]
        if trial.role == Role.degraded:
            assert sorted(s.degraded for s in known) == [False, True] and len({s.system for s in known}) == 1
        if trial.role == Role.identical:
            assert trial.stimuli[0] == trial.stimuli[1]


def test_pages_of_all_listeners_are_linked_though_each_sees_a_third_of_the_items():
    study = build_study("scale", systems=4, items=6, plan=Plan(2, 0, 0, 0, realignment=1), worse=0)
    rows, page = [], 0
    for slot in range(6):
        for trial in plan_session(study, slot)[1:]:
            assert len(trial.stimuli) <= MOST_ON_A_STRIP and len(set(trial.stimuli)) == len(trial.stimuli)
            rows += [(slot, page, sorted(study.by_key).index(key)) for key in trial.stimuli]
            page += 1
    who, where, what = (np.array(column) for column in zip(*rows, strict=True))
    assert is_linked(Placements.of(who, where, what, np.zeros(len(who)))) and len(np.unique(what)) == 24
    main = who < 0  # without the last pages, items are apart
    for slot in range(6):
        last = where[who == slot].max()
        main |= (who == slot) & (where < last)
    assert not is_linked(Placements.of(who[main], where[main], what[main], np.zeros(main.sum())))


def test_many_items_still_fit_on_a_strip():
    study = build_study("scale", systems=8, items=30, plan=Plan(4, 0, 0, 0, realignment=2), worse=0)
    for trial in plan_session(study, 7)[-2:]:
        assert trial.role == Role.realignment and 6 <= len(trial.stimuli) <= MOST_ON_A_STRIP


def test_with_many_systems_pairs_follow_from_the_answers_so_far():
    study = build_study(
        systems=10, items=2, plan=replace(make_plan("pairs", 10, 2), identical=0, degraded=0, repeats=0)
    )
    assert study.plan.active
    wins = np.zeros((10, 10))
    first = plan_session(study, 0, wins)
    assert len(first) == 1 + study.plan.trials
    wins[0, 1] = wins[1, 0] = 50
    asked = Counter(
        frozenset(study.by_key[key].system for key in trial.stimuli)
        for slot in range(8)
        for trial in plan_session(study, slot, wins)[1:]
    )
    assert asked[frozenset({"s0", "s1"})] <= 4  # by the random share alone: 1 of 45 pairs, of some 30


@pytest.mark.parametrize("design", ["pairs", "choice", "scale"])
def test_the_smallest_study_has_a_plan(design):
    study = build_study(design, systems=2, items=1, plan=make_plan(design, 2, 1), worse=1)
    assert plan_session(study, 0)[0].role == Role.training
