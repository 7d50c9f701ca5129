"""Answers that fit a trial, and those that do not."""

import pytest
from studies import build_study

from audiostyle.study.design import Role, Trial, check_answer

PAIR = Trial(Role.main, "song", ("a", "b"))
FIVE = Trial(Role.main, "song", tuple("abcde"))


@pytest.mark.parametrize("choice", ["first", "second", "tie", "cannot-tell"])
def test_the_four_answers_to_a_pair(choice):
    assert check_answer("pairs", PAIR, {"choice": choice}) is None


@pytest.mark.parametrize(
    "answer", [None, [], "first", {}, {"choice": 0}, {"choice": []}, {"choice": "first", "x": 1}]
)
def test_other_answers_to_a_pair(answer):
    assert check_answer("pairs", PAIR, answer)


def test_a_choice_is_the_number_of_a_version():
    assert [check_answer("choice", FIVE, {"choice": n}) is None for n in (-1, 0, 4, 5, True, 1.0, "1")] == [
        False, True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("positions", "fits"),
    [
        ([0, 1.5, -3, 1e5, 2], True),
        ([0, 1, 2, 3], False),
        ("01234", False),
        ([0, 1, 2, 3, "4"], False),
        ([0, 1, 2, 3, True], False),
        ([0, 1, 2, 3, 1e7], False),
        ([0, 1, 2, 3, float("nan")], False),
    ],
)
def test_positions_are_numbers_for_all_versions(positions, fits):
    assert (check_answer("scale", FIVE, {"positions": positions}) is None) == fits


def test_stimuli_are_found_by_system_and_item():
    study = build_study()
    assert study.find_key("s1", "i2") == "s1i2" and study.find_key("s1", "none") is None
    assert study.find_key("s1", "i1", degraded=True) == "bad1" and study.by_key["bad0"].degraded
