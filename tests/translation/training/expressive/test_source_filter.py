"""Tests of :mod:`audiostyle.translation.training.expressive.source_filter`."""

import numpy as np
import pytest
from translation.training.expressive import renderers

from audiostyle.translation.training.expressive import source_filter
from audiostyle.translation.training.expressive.source_filter import SourceFilterInstrument
from audiostyle.translation.training.expressive.voices import Part


def _render(part: Part) -> np.ndarray:
    formants = np.array([[730, 1090, 2440, 3400, 4500]], float)
    singer = SourceFilterInstrument(formants, 0.1, 2.0, 0.01, 0.0, 0.02, 0.05, 0.0, 0.0)
    return source_filter.render_part(part, singer, renderers.SAMPLES, np.random.default_rng(1))


def test_vibrato_and_attack_sound_as_they_are_played() -> None:
    renderers.check_renderer(_render)


def test_twice_the_velocity_is_four_times_the_amplitude() -> None:
    renderers.check_loudness(_render)


@pytest.mark.parametrize("draw", [source_filter.draw_singer, source_filter.draw_instrument])
def test_whatever_is_drawn_can_sing(draw: object) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        wave = source_filter.render_part(renderers.make_part(60, np.zeros(2)), draw(rng), 8000, rng)  # type: ignore[operator]
        assert np.isfinite(wave).all() and wave.any()
