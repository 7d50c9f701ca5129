"""Answers as they were stored, counted by who, what and which side."""

import csv
import json

import numpy as np
import pytest
from studies import build_study, make_row

from audiostyle.errors import AudiostyleError
from audiostyle.study.files import load_study
from audiostyle.study.results import (
    collect_placements,
    count_pairs,
    count_votes,
    guard_cell,
    list_listeners,
    read_answers,
    write_table,
)
from audiostyle.study.simulation import simulate_answers


def test_a_preference_counts_for_the_system_whichever_side_it_was_on():
    study = build_study()
    rows = [
        make_row(0, 1, ("s0i0", "s1i0"), "first"),
        make_row(0, 2, ("s1i1", "s0i1"), "second"),
        make_row(1, 1, ("s2i0", "s1i0"), "tie"),
        make_row(1, 2, ("s2i0", "s0i0"), "cannot-tell"),
        make_row(1, 3, ("s0i0", "s1i0"), "second", role="training"),
        make_row(2, 1, ("s0i0", "s1i0"), "second"),
    ]
    wins, ties, abstained = count_pairs(rows, study, [0, 1])
    assert wins[0, 0, 1] == 2 and wins.sum() == 2
    assert ties[1, 1, 2] == ties[1, 2, 1] == 1 and ties.sum() == 2
    assert abstained[1, 0, 2] == 1 and list_listeners(rows) == [0, 1, 2]


def test_votes_are_counted_where_there_was_a_choice():
    study = build_study("choice")
    rows = [make_row(0, 1, ("s2i0", "s0i0", "s1i0"), 0), make_row(0, 2, ("s0i1", "s1i1"), 1)]
    picked, shown = count_votes(rows, study, [0])
    assert picked.tolist() == [[0, 1, 1]] and shown.tolist() == [[2, 2, 1]]


def test_placements_leave_out_what_was_made_worse():
    study = build_study("scale")
    rows = [
        make_row(4, 1, ("s0i0", "bad0", "s1i0"), [1.0, 2.0, 3.0]),
        make_row(7, 1, ("s1i0", "s2i0"), [5.0, 6.0]),
    ]
    placements, keys = collect_placements(rows, study, [4, 7])
    assert keys == ["s0i0", "s1i0", "s2i0"] and placements.position.tolist() == [1, 3, 5, 6]
    assert placements.listener.tolist() == [0, 0, 1, 1] and placements.page.tolist() == [0, 0, 1, 1]
    assert placements.stimulus.tolist() == [0, 1, 1, 2]


def test_the_table_has_every_answer_with_all_that_was_stored(folder, tmp_path):
    study = load_study(folder)
    path = simulate_answers(study, folder, {"ours": 1, "theirs": 0}, listeners=3)
    answers = read_answers(path, study)
    write_table(answers, study, tmp_path / "a.csv")
    lines = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8")))
    assert len(lines) == len(answers.rows) and answers.began == answers.finished == 3
    for line, row in zip(lines, answers.rows, strict=True):
        assert (
            line["study"] == study.id
            and line["simulated"] == "1"
            and line["listener"] == f"L{row.session + 1:03}"
        )
        assert line["left"].split(" (")[0] == study.by_key[row.stimuli[0]].system
        assert json.loads(line["answer"]) == row.answer and json.loads(line["plays"]) == list(row.plays)
        assert float(line["milliseconds"]) == row.milliseconds and line["role"] == row.role


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text):
    assert guard_cell(text).startswith("'")


def test_no_answers_and_those_of_another_study_are_one_line(folder, tmp_path):
    study = load_study(folder)
    with pytest.raises(AudiostyleError, match="no answers yet"):
        read_answers(folder / "answers.sqlite", study)
    path = simulate_answers(study, folder, {"ours": 1, "theirs": 0}, listeners=1)
    with pytest.raises(AudiostyleError, match="another study"):
        read_answers(path, build_study())
    path.write_bytes(b"damaged" * 500)
    with pytest.raises(AudiostyleError, match=r"simulated\.sqlite"):
        read_answers(path, study)


def test_counts_of_all_are_the_sum_of_counts_of_each():
    study = build_study()
    rows = [make_row(n, 1, ("s0i0", "s1i0"), "first") for n in range(5)]
    together = count_pairs(rows, study, range(5))[0]
    np.testing.assert_array_equal(together.sum(axis=0), 5 * together[0])
