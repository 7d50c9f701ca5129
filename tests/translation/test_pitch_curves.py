"""Contours: a note on several keys has one pitch at a time, and the key where it mostly is."""

import numpy as np
import pytest

from audiostyle.translation.fragments import Fragment
from audiostyle.translation.pitch_curves import trace_contour


def make_fragment(key: int, first: int, cents: np.ndarray, sounding: float = 1.0) -> Fragment:
    row = np.ones(len(cents), np.float32)
    return Fragment(key, first, 0.9, [np.stack([sounding * row, row, cents.astype(np.float32), row, row])])


def test_the_pitch_goes_on_across_keys():
    pitch = np.linspace(4000, 4180, 19)
    low, high = make_fragment(40, 5, pitch[:10] - 4000), make_fragment(41, 13, pitch[8:] - 4100)
    contour = trace_contour([low, high])
    assert (contour.first, contour.key) == (5, 41)
    assert 4100 + contour.cents == pytest.approx(pitch, abs=0.1)


def test_the_key_is_where_the_note_stays():
    scoop = make_fragment(39, 0, np.full(6, 30.0))
    assert trace_contour([scoop, make_fragment(40, 6, np.full(30, 10.0))]).key == 40


def test_a_gap_is_bridged():
    contour = trace_contour([make_fragment(40, 0, np.zeros(5)), make_fragment(41, 8, np.zeros(5))])
    assert 100 * contour.key + contour.cents == pytest.approx([4000] * 5 + [4025, 4050, 4075] + [4100] * 5)
    assert contour.sounding[5:8].tolist() == [0, 0, 0]


def test_what_is_surer_counts_more():
    together = [make_fragment(40, 0, np.full(5, 40.0), 0.9), make_fragment(41, 0, np.full(5, -40.0), 0.3)]
    assert 100 * trace_contour(together).key + trace_contour(together).cents == pytest.approx(
        np.full(5, 4045.0), abs=0.1
    )


def test_what_hardly_moves_is_steady():
    wobble = 3 * np.sin(np.arange(40))
    assert np.ptp(trace_contour([make_fragment(40, 0, 12 + wobble)]).cents) == 0
    assert np.ptp(trace_contour([make_fragment(40, 0, 12 + 3 * wobble)]).cents) > 16


def test_keys_are_counted_from_the_tuning_of_the_recording():
    for cents in (46.0, 54.0):
        contour = trace_contour([make_fragment(40, 0, np.full(9, cents))], tuning=48)
        assert (contour.key, contour.cents[0]) == (40, cents)
    contour = trace_contour([make_fragment(41, 0, np.full(9, -46.0))], tuning=48)
    assert (contour.key, contour.cents[0]) == (40, 54.0)
