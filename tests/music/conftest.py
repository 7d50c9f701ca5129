"""Music that the tests of this folder share."""

from collections.abc import Callable

import numpy as np
import pytest

from audiostyle.music.etudes import compose_etude
from audiostyle.music.interpretation import perform
from audiostyle.music.performance import Performance


@pytest.fixture(scope="session")
def play_etude() -> Callable[..., Performance]:
    """``play_etude(seed, programs, seconds=20.0, number=0)``: an etude's performance."""

    def play(seed: int, programs: list[int], seconds: float = 20.0, number: int = 0) -> Performance:
        rng = np.random.default_rng(seed)
        return perform(compose_etude(number), rng, programs=programs, seconds=seconds)

    return play
