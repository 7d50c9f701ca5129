"""Tests of :mod:`audiostyle.translation.training.expressive.targets`: the targets are what was played."""

import numpy as np
import pytest

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.note_grid import rasterize
from audiostyle.translation.training.expressive import targets
from audiostyle.translation.training.expressive.articulation import play_polyphonically
from audiostyle.translation.training.expressive.playing_style import PlayingStyle
from audiostyle.translation.training.expressive.targets import QuantizedTargets, rasterize_parts
from audiostyle.translation.training.expressive.voices import Part

_NOTES = np.array([(0.5, 1.0, 60, 80, 0), (1.0, 1.6, 64, 70, 0), (1.6, 2.4, 67, 90, 0)], NOTE_DTYPE)
_TICKS, _FRAMES = 600, 300


def _play(notes: np.ndarray, style: PlayingStyle) -> Part:
    return play_polyphonically(notes, style, _TICKS, np.random.default_rng(5))


def _draw(part: Part) -> QuantizedTargets:
    return rasterize_parts([part], [0.0], _FRAMES)


def test_plain_playing_has_the_targets_of_a_performance() -> None:
    drawn = _draw(_play(_NOTES, PlayingStyle()))
    grid = rasterize(Performance(_NOTES, {0: 0}), _FRAMES)
    assert np.array_equal((drawn.flags & targets.ONSET) > 0, grid.onset > 0)
    sounding = (drawn.flags & targets.SOUNDING) > 0
    assert (sounding != (grid.sounding > 0)).sum() <= 3  # ends are rounded to ticks first
    both = sounding & (grid.sounding > 0)
    np.testing.assert_allclose(drawn.loudness[both] / 255, grid.loudness[both], atol=0.003)
    assert (drawn.cents[sounding] == 128).all()


def test_vibrato_is_in_the_cents_and_not_in_the_notes() -> None:
    style = PlayingStyle(vibrato=0.6, vibrato_probability=1.0, delay=0.0, rate=6.0)
    drawn = _draw(_play(_NOTES[2:], style))
    held = drawn.flags[:, 67 - 21] & targets.SOUNDING > 0
    cents = (drawn.cents[held, 67 - 21].astype(float) - 128) * targets.CENTS_STEP
    assert 30 < cents.max() <= 62 and -62 <= cents.min() < -30
    periods = np.sum(np.diff(np.sign(cents[10:])) != 0) / 2
    assert periods / (len(cents[10:]) / 86.13) == pytest.approx(6, abs=1.5)
    assert (drawn.flags.any(axis=0)).sum() == 1


def test_a_swell_is_in_loudness_and_level() -> None:
    drawn = _draw(_play(_NOTES[2:], PlayingStyle(swell_probability=1.0, depth=30.0)))
    held = (drawn.flags[:, 46] & targets.SOUNDING) > 0
    level = drawn.level[held, 46] * targets.LEVEL_STEP
    assert 8 < level.max() - level.min() < 32
    loudness = drawn.loudness[held, 46] / 255
    loud = loudness > 0.1
    np.testing.assert_allclose(40 * np.log10(loudness[loud]) + 100, level[loud], atol=0.8)


def test_a_part_mixed_louder_counts_as_played_louder() -> None:
    part = _play(_NOTES[:1], PlayingStyle())
    plain, louder = _draw(part), _draw(Part(part.voices, 6.0))
    held = plain.flags[:, 39] > 0
    ratio = louder.loudness[held, 39] / plain.loudness[held, 39]
    np.testing.assert_allclose(ratio, targets.gain_to_loudness(6.0), rtol=0.01)
    assert (louder.level[held, 39].astype(int) - plain.level[held, 39] == 12).all()


def test_the_level_of_a_part_matches_its_sound() -> None:
    part = _play(_NOTES[:1], PlayingStyle())
    offset = targets.measure_level_offset(part, np.full(_FRAMES * 256, 0.01), _FRAMES)
    level = targets.compute_levels(np.array([80 / 127]))[0] + offset
    assert level == pytest.approx(-40, abs=0.1)
