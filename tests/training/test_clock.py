"""Learning rates by the clock rise, stay, and end at nothing."""

from itertools import pairwise

import numpy as np
import pytest

from audiostyle.training.clock import compute_rate_factor


def test_the_learning_rate_rises_stays_and_ends_at_zero() -> None:
    values = [compute_rate_factor(share) for share in np.linspace(0, 1, 101)]
    assert max(values) == 1.0 and values[-1] == pytest.approx(0, abs=1e-9)
    assert all(late <= early + 1e-9 for early, late in pairwise(values[2:]))
