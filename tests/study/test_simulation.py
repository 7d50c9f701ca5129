"""Listeners who do not exist: as different as asked for, and never taken for people."""

import sqlite3

import pytest
from studies import build_study

from audiostyle.errors import AudiostyleError
from audiostyle.study.analysis import analyze
from audiostyle.study.design import Plan
from audiostyle.study.results import read_answers
from audiostyle.study.simulation import Population, simulate_answers

TRUTH = {"s0": 1.5, "s1": 0.0, "s2": -1.5}
PLAN = Plan(12, repeats=1, identical=1, degraded=2)


def simulate(tmp_path, design="pairs", listeners=12, **settings):
    study = build_study(design, plan=PLAN if design != "scale" else Plan(4, 0, 1, 2))
    population = Population(**settings)
    return study, read_answers(
        simulate_answers(study, tmp_path, TRUTH, listeners=listeners, population=population), study
    )


@pytest.mark.parametrize("design", ["pairs", "choice", "scale"])
def test_the_truth_is_found_in_every_design(tmp_path, design):
    study, answers = simulate(tmp_path, design)
    found = analyze(study, answers)
    assert found.standing.systems == ("s0", "s1", "s2") and found.standing.differences[1].settled


def test_the_file_says_that_nobody_answered(tmp_path):
    _, answers = simulate(tmp_path, listeners=2)
    assert answers.simulated and not (tmp_path / "answers.sqlite").exists()
    with sqlite3.connect(tmp_path / "simulated.sqlite") as db:
        assert db.execute("SELECT simulated FROM study").fetchone() == (1,)


def test_the_seed_decides_and_old_answers_are_replaced(tmp_path):
    one, two = (simulate(tmp_path, listeners=3)[1] for _ in range(2))
    assert [row.answer for row in one.rows] == [row.answer for row in two.rows] and two.began == 3


def test_the_lazy_are_found_by_the_screening(tmp_path):
    study, answers = simulate(tmp_path, listeners=10, lazy=1.0)
    with pytest.raises(AudiostyleError, match="every listener fails"):
        analyze(study, answers)
    study, answers = simulate(tmp_path, listeners=30, lazy=0.2)
    left_out = analyze(study, answers).left_out
    hasty = [check for check in left_out if any("answered in" in reason for reason in check.reasons)]
    assert 1 <= len(hasty) <= 12 and len(left_out) - len(hasty) <= 3


def test_without_ties_there_are_none(tmp_path):
    _, answers = simulate(tmp_path, listeners=5, ties=0.0)
    assert {row.answer["choice"] for row in answers.rows} <= {"first", "second"}


@pytest.mark.parametrize(
    ("truth", "settings", "message"),
    [({"s0": 1}, {}, "'s1'"), (TRUTH, {"lazy": 2.0}, "lazy"), (TRUTH, {"noise": -1.0}, "noise")],
)
def test_settings_out_of_range_are_one_line(tmp_path, truth, settings, message):
    with pytest.raises(AudiostyleError, match=message):
        simulate_answers(build_study(), tmp_path, truth, listeners=1, population=Population(**settings))
