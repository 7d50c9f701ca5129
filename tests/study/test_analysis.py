"""The analysis: what listeners say, with and without those who were left out."""

import math

import pytest
from studies import build_study, make_row

from audiostyle.errors import AudiostyleError
from audiostyle.study.analysis import analyze
from audiostyle.study.results import Answers


def gather(rows):
    sessions = {row.session for row in rows}
    return Answers(tuple(rows), False, {}, len(sessions), len(sessions))


def vote(session, pattern, **changes):
    """Answers to three pairs of systems on two items, on either side."""
    pairs = [("s0", "s1"), ("s0", "s2"), ("s1", "s2")]
    rows = []
    for n, letter in enumerate(pattern):
        (one, other), item = pairs[n % 3], f"i{n // 3 % 2}"
        stimuli, choice = (
            (f"{one}{item}", f"{other}{item}"),
            {">": "first", "<": "second", "=": "tie", "?": "cannot-tell"}[letter],
        )
        if n % 2:
            stimuli, choice = stimuli[::-1], {"first": "second", "second": "first"}.get(choice, choice)
        rows.append(make_row(session, n, stimuli, choice, item=item, **changes))
    return rows


def test_one_mind_settles_the_order():
    found = analyze(build_study(), gather([row for who in range(8) for row in vote(who, ">>>>><")]))
    assert found.standing.systems[0] == "s0" and found.agreement > 0.5
    assert found.standing is found.unscreened and found.left_out == ()


def test_who_is_left_out_is_in_the_other_analysis():
    careful = [row for who in range(6) for row in vote(who, ">>>=><")]
    hasty = [row for who in range(6, 9) for row in vote(who, "<<<<<>", milliseconds=100.0)]
    found = analyze(build_study(), gather(careful + hasty))
    assert [check.session for check in found.left_out] == [6, 7, 8]
    assert found.standing.listeners == 6 and found.unscreened.listeners == 9
    assert found.standing.scores[0] > found.unscreened.scores[0]


def test_who_cannot_tell_says_nothing_unless_wanted():
    rows = [row for who in range(6) for row in vote(who, ">>><><??????")]
    found = analyze(build_study(), gather(rows))
    assert found.abstentions == 36 and any("cannot tell" in note for note in found.notes)
    tied = analyze(build_study(), gather(rows), cannot_tell_as_tie=True)
    assert tied.abstentions == 0 and tied.standing.scores[0] < found.standing.scores[0]


def test_a_prior_is_said():
    found = analyze(build_study(), gather([row for who in range(6) for row in vote(who, ">>>>>>")]))
    assert any("weak prior" in note for note in found.notes)


def test_few_listeners_are_said():
    found = analyze(build_study(), gather([row for who in range(2) for row in vote(who, ">>>=><")]))
    assert any("are few" in note for note in found.notes)


def test_pages_that_are_not_linked_are_said():
    study = build_study("scale", worse=0)
    rows = [
        make_row(who, n, tuple(f"s{s}i{n}" for s in range(3)), [0.0, 1.0 + 0.1 * who, 3.0], item=f"i{n}")
        for who in range(6)
        for n in range(4)
        if n % 2 == who % 2
    ]
    found = analyze(study, gather(rows))
    assert any("one item with another" in note for note in found.notes)
    assert found.standing.systems == ("s2", "s1", "s0") and len(found.stimulus_scores) == 12


def test_agreement_does_not_ask_which_side():
    rows = vote(0, ">>>>>>") + [
        make_row(
            1, row.trial, row.stimuli[::-1], {"first": "second", "second": "first"}[row.answer["choice"]]
        )
        for row in vote(0, ">>>>>>")
    ]
    found = analyze(build_study(), gather([*rows, *vote(2, "<>>>><")]))
    assert math.isfinite(found.agreement)
    same = analyze(build_study(), gather([*vote(0, "><><><"), *vote(1, "><><><")]))
    assert same.agreement == pytest.approx(1)


def test_no_answers_are_one_line():
    with pytest.raises(AudiostyleError, match="no answers"):
        analyze(build_study(), gather([make_row(0, 0, ("s0i0", "s1i0"), "tie", role="training")]))
