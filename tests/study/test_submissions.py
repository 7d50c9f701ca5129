"""What comes with an answer is checked to the last field."""

import pytest

from audiostyle.serving.requests import Refused
from audiostyle.study.design import Role, Trial
from audiostyle.study.submissions import check_body

TRIAL = Trial(Role.main, "a", ("x", "y"))
GOOD = {"trial": 0, "answer": {"choice": "tie"}, "milliseconds": 900, "plays": [1, 2], "sample_rate": 48000}


def test_a_good_one_is_kept_as_it_is():
    found = check_body("pairs", TRIAL, GOOD)
    assert found.answer == {"choice": "tie"} and found.milliseconds == 900.0
    assert found.plays == (1, 2) and found.sample_rate == 48000
    assert check_body("pairs", TRIAL, GOOD | {"sample_rate": None}).sample_rate is None


@pytest.mark.parametrize(
    "change",
    [
        {"answer": {"choice": "left"}},
        {"answer": None},
        {"milliseconds": -1},
        {"milliseconds": "900"},
        {"milliseconds": True},
        {"milliseconds": 1e30},
        {"milliseconds": 10**400},
        {"plays": [1]},
        {"plays": [1, 2, 3]},
        {"plays": [1, -2]},
        {"plays": [1, 0.5]},
        {"plays": [1, "2"]},
        {"plays": "12"},
        {"sample_rate": 1},
        {"sample_rate": "48000"},
        {"extra": 1},
    ],
)
def test_anything_else_is_refused(change):
    with pytest.raises(Refused) as caught:
        check_body("pairs", TRIAL, GOOD | change)
    assert caught.value.status == 400


def test_nothing_may_be_missing():
    for name in GOOD:
        with pytest.raises(Refused):
            check_body("pairs", TRIAL, {key: value for key, value in GOOD.items() if key != name})
