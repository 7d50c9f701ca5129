"""Tests of :mod:`audiostyle.translation.training.expressive.soundfonts`."""

import numpy as np
from translation.training.expressive import renderers

from audiostyle.translation.training.expressive.soundfonts import render_part
from audiostyle.translation.training.expressive.voices import Part


def test_vibrato_and_attack_sound_as_they_are_played() -> None:
    soundfont = renderers.load_soundfont()
    renderers.check_renderer(lambda part: render_part(part, soundfont, 73, renderers.SAMPLES))


def test_a_rendering_does_not_depend_on_the_one_before() -> None:
    soundfont = renderers.load_soundfont()
    part = renderers.make_part(60, np.full(2, 0.3))
    first = render_part(part, soundfont, 0, 8000)
    render_part(renderers.make_part(50, np.full(2, -5.0)), soundfont, 40, 8000)
    assert np.array_equal(render_part(part, soundfont, 0, 8000), first)


def test_drums_and_nothing_are_rendered() -> None:
    soundfont = renderers.load_soundfont()
    assert np.abs(render_part(renderers.make_part(38, np.zeros(1)), soundfont, 0, 8000, drums=True)).max() > 0
    assert not render_part(Part(()), soundfont, 0, 100).any()
