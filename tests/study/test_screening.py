"""Who does not listen is left out, who slips once is not, and both are reported."""

import pytest
from studies import build_study, make_row

from audiostyle.study.screening import found_alike, saw_through, screen_listeners

GOOD = ("s0i0", "bad0")


def screen(rows, design="pairs"):
    return screen_listeners(rows, build_study(design))[0]


def answer_all(choice, count=20, **changes):
    return [make_row(0, n, ("s0i0", "s1i0"), choice, **changes) for n in range(count)]


def test_a_careful_listener_is_kept():
    rows = [make_row(0, n, ("s0i0", "s1i0"), "first" if n % 2 else "second") for n in range(20)]
    check = screen(rows)
    assert check.reasons == () and check.left_share == 0.5 and check.answers == 20 and check.seconds == 8


def test_always_one_side_is_a_reason_but_not_a_short_run():
    assert "20 times of 20" in screen(answer_all("second")).reasons[0]
    assert screen(answer_all("second", count=6)).reasons == ()
    assert screen(answer_all("tie")).reasons == ()


def test_answers_faster_than_listening_are_a_reason():
    rows = [make_row(0, n, ("s0i0", "s1i0"), "tie", milliseconds=300.0) for n in range(5)]
    assert screen(rows).reasons == ("answered in 0.3 s",)


@pytest.mark.parametrize(("right", "kept"), [(3, True), (2, True), (1, False), (0, False)])
def test_one_missed_trap_is_forgiven(right, kept):
    traps = [
        make_row(0, 100 + n, GOOD, "first" if n < right else "second", role="degraded") for n in range(3)
    ]
    check = screen(answer_all("tie") + traps)
    assert (check.traps_seen, check.traps) == (right, 3) and (not check.reasons) == kept


def test_a_single_trap_never_counts():
    assert screen([*answer_all("tie"), make_row(0, 100, GOOD, "second", role="degraded")]).reasons == ()


def test_repeats_are_compared_by_what_was_chosen_and_are_no_reason():
    rows = [
        make_row(0, 1, ("s0i0", "s1i0"), "first"),
        make_row(0, 2, ("s0i1", "s1i1"), "tie"),
        make_row(0, 3, ("s1i0", "s0i0"), "second", role="repeat", repeats=1),
        make_row(0, 4, ("s1i1", "s0i1"), "first", role="repeat", repeats=2),
    ]
    check = screen(rows)
    assert (check.repeats_same, check.repeats) == (1, 2) and check.reasons == ()


def test_copies_should_be_alike():
    study = build_study()
    assert found_alike(make_row(0, 1, ("s0i0", "s0i0"), "tie", role="identical"), study)
    assert found_alike(make_row(0, 1, ("s0i0", "s0i0"), "first", role="identical"), study) is False
    assert found_alike(make_row(0, 1, ("s0i0", "s1i0"), "tie"), study) is None
    scale = build_study("scale")
    assert found_alike(make_row(0, 1, ("s0i0", "s1i0", "s0i0"), [0.0, 10.0, 1.0]), scale)
    assert found_alike(make_row(0, 1, ("s0i0", "s1i0", "s0i0"), [0.0, 10.0, 9.0]), scale) is False


def test_traps_in_every_design():
    assert saw_through(make_row(0, 1, GOOD, "first", role="degraded"), build_study()) is True
    assert saw_through(make_row(0, 1, GOOD, "tie", role="degraded"), build_study()) is False
    choice = build_study("choice")
    assert saw_through(make_row(0, 1, ("s0i0", "bad0", "s1i0"), 2, role="degraded"), choice) is True
    assert saw_through(make_row(0, 1, ("s0i0", "bad0", "s1i0"), 1, role="degraded"), choice) is False
    scale = build_study("scale")
    assert saw_through(make_row(0, 1, ("s0i0", "bad0", "s1i0"), [0.0, 5.0, 9.0]), scale) is True
    assert saw_through(make_row(0, 1, ("s0i0", "bad0", "s1i0"), [0.0, 9.0, 5.0]), scale) is False
    assert saw_through(make_row(0, 1, ("s0i0", "s1i0"), [0.0, 9.0]), scale) is None


def test_what_was_not_played_is_counted():
    rows = [make_row(0, n, ("s0i0", "s1i0"), "tie", plays=(1, n % 2)) for n in range(6)]
    assert screen(rows).unplayed == 3
