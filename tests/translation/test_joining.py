"""Joining: what one voice leaves on several keys is one note, what two players leave is two."""

import numpy as np
import pytest

from audiostyle.translation.fragments import Fragment
from audiostyle.translation.joining import join_fragments


def make_fragment(key: int, first: int, cents: np.ndarray, onset: float = 0.0) -> Fragment:
    row = np.ones(len(cents), np.float32)
    return Fragment(key, first, onset, [np.stack([row, row, cents.astype(np.float32), row, row])])


def count_notes(*fragments: Fragment) -> int:
    return len(join_fragments(sorted(fragments, key=lambda part: part.first)))


RISE, FLAT = np.linspace(-45, 45, 9), np.zeros(20)


def test_a_rise_over_three_keys_is_one_note():
    assert count_notes(*(make_fragment(40 + n, 9 * n, RISE) for n in range(3))) == 1


@pytest.mark.parametrize(("onset", "notes"), [(0.3, 1), (0.9, 2)])
def test_an_attack_begins_another_note(onset, notes):
    assert count_notes(make_fragment(40, 0, RISE), make_fragment(41, 9, RISE, onset)) == notes


def test_a_trill_is_many_notes():
    assert count_notes(*(make_fragment(40 + n % 2, 6 * n, FLAT[:6], 0.9) for n in range(6))) == 6


def test_the_same_pitch_on_two_keys_is_one_note():
    assert count_notes(make_fragment(40, 0, FLAT + 50), make_fragment(41, 0, FLAT - 50)) == 1


def test_what_is_held_a_step_away_is_another_note():
    legato = np.concatenate([np.linspace(-50, 0, 3), FLAT])
    assert count_notes(make_fragment(40, 0, FLAT), make_fragment(41, 20, legato)) == 2


def test_neighbors_that_sound_together_are_two_notes():
    assert count_notes(make_fragment(40, 0, FLAT), make_fragment(41, 3, FLAT)) == 2


@pytest.mark.parametrize(("gap", "notes"), [(3, 1), (8, 2)])
def test_a_voice_may_be_unheard_for_a_moment(gap, notes):
    assert count_notes(make_fragment(40, 0, RISE), make_fragment(41, 9 + gap, RISE)) == notes


def test_nothing_is_joined_to_nothing():
    assert join_fragments([]) == []


def test_one_attack_that_is_heard_as_two_is_one_note():
    assert count_notes(make_fragment(40, 0, FLAT[:4], 0.7), make_fragment(40, 4, FLAT, 0.9)) == 1
    assert count_notes(make_fragment(40, 0, FLAT[:9], 0.9), make_fragment(40, 9, FLAT, 0.9)) == 2
