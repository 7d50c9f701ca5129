"""Shares of votes add up, and their intervals come of listeners."""

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.study.votes import estimate_shares


def test_shares_add_up_where_all_were_shown():
    picked = np.random.default_rng(0).multinomial(9, [0.5, 0.3, 0.2], 12)
    found = estimate_shares(picked, np.full((12, 3), 9))
    assert found.shares.sum() == pytest.approx(1) and found.chance == pytest.approx(1 / 3)
    assert (found.low < found.shares).all() and (found.shares < found.high).all()


def test_listeners_of_one_mind_leave_no_doubt():
    found = estimate_shares(np.tile([3, 1], (6, 1)), np.full((6, 2), 4))
    np.testing.assert_allclose(found.low, [0.75, 0.25])
    np.testing.assert_allclose(found.high, [0.75, 0.25])


def test_listeners_of_many_votes_are_no_more_than_one_listener_each():
    votes = np.array([[4, 0], [0, 4], [4, 0], [0, 4]])
    one, many = (estimate_shares(n * votes, np.full((4, 2), 4 * n)) for n in (1, 25))
    np.testing.assert_allclose(one.low, many.low)


@pytest.mark.parametrize(
    ("picked", "shown"), [([[2]], [[1]]), ([[1, 0]], [[1, 0]]), ([1, 2], [3, 3]), ([[-1, 1]], [[1, 1]])]
)
def test_what_are_no_votes_is_refused(picked, shown):
    with pytest.raises(ShapeError):
        estimate_shares(picked, shown)
