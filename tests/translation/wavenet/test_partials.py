"""Partials are found where the phases of a domain say, and else where they are expected."""

import math

import numpy as np
import pytest

from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE, N_FFT
from audiostyle.translation.wavenet.lpc import list_harmonics
from audiostyle.translation.wavenet.partials import measure_partials

KEY = 39  # middle C


def _stretch(table: PhaseTable, stiffness: float) -> np.ndarray:
    """Let the partials of a key be those of a stiff string; return them."""
    number = np.arange(1, 9)
    partials = 261.626 * number * np.sqrt(1 + stiffness * number**2)
    for partial in partials:
        place = round(partial * N_FFT / DECODER_RATE)
        for own in (place - 1, place, place + 1):
            away = partial - own * DECODER_RATE / N_FFT
            table.advance[KEY, own] = away * 2 * math.pi * DECODER_HOP / DECODER_RATE
    return partials


@pytest.mark.parametrize("stiffness", [0.0, 3e-4, 1e-3])
def test_the_partials_of_a_stiff_string_are_found(stiffness):
    table = PhaseTable()
    expected = _stretch(table, stiffness)
    np.testing.assert_allclose(measure_partials(table, 8)[KEY], expected, rtol=1e-5)


def test_without_coherence_they_are_where_they_are_expected():
    table = PhaseTable()
    _stretch(table, 1e-3)
    table.coherence[KEY] = 0
    np.testing.assert_allclose(measure_partials(table, 8)[KEY], list_harmonics(8)[KEY])


def test_a_partial_of_something_else_is_not_taken():
    table = PhaseTable()
    table.advance[KEY] = 2.0  # 27 Hz beside every bin
    np.testing.assert_allclose(measure_partials(table, 3)[KEY], list_harmonics(3)[KEY], rtol=0.11)
    assert abs(measure_partials(table, 1)[KEY, 0] / list_harmonics(1)[KEY, 0] - 1) < 0.02


def test_none_are_none():
    assert measure_partials(PhaseTable(), 0).shape == (88, 0)
