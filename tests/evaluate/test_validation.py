"""What is no wave is refused by name; silence is one, with a warning."""

import warnings

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.evaluate.validation import check_wave


@pytest.mark.parametrize(
    "wave", [np.zeros((2, 5)), np.zeros(0), np.array([0.0, np.nan]), np.array([np.inf, 1.0]), np.float64(1)]
)
def test_what_is_no_wave_is_refused_by_name(wave):
    with pytest.raises(ShapeError, match="the estimate"):
        check_wave("the estimate", np.asarray(wave), stacklevel=2)


def test_silence_warns_and_sound_does_not():
    with pytest.warns(UserWarning, match="the estimate is silent") as caught:
        check_wave("the estimate", np.zeros(4), stacklevel=2)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_wave("the estimate", np.array([0.0, 1.0]), stacklevel=2)
