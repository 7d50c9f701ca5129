"""Positions: a note is where its partials are, whatever else sounds elsewhere."""

import numpy as np
import pytest

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.sound.recording import ArraySource, Recording
from audiostyle.sound.units import midi_to_hz
from audiostyle.translation.positions import find_balance, measure_positions

RATE = 22050


def make_tones(*tones: tuple[int, tuple[float, ...]]) -> np.ndarray:
    """Tones of two seconds that sound together, each with its gains in the channels."""
    time = np.arange(2 * RATE) / RATE
    waves = [
        np.outer(gains, sum(np.sin(2 * np.pi * n * float(midi_to_hz(pitch)) * time) / n for n in (1, 2, 3)))
        for pitch, gains in tones
    ]
    return (0.1 * sum(waves)).astype(np.float32)


def measure(wave: np.ndarray, *pitches: int) -> np.ndarray:
    notes = np.array([(0.1, 1.9, pitch, 80, 0) for pitch in pitches], NOTE_DTYPE)
    return measure_positions(Recording(ArraySource(wave), RATE, len(wave)), notes)


@pytest.mark.parametrize("gains", [(1.0, 1.0), (1.5, 0.5), (0.2, 1.8)])
def test_a_note_is_where_it_sounds(gains):
    found = measure(make_tones((60, gains), (67, gains[::-1])), 60, 67)
    assert np.allclose(found, [gains, gains[::-1]], atol=0.05)


def test_balance_goes_from_left_to_right():
    found = find_balance(
        measure(make_tones((50, (1.8, 0.2)), (61, (1.0, 1.0)), (72, (0.2, 1.8))), 50, 61, 72)
    )
    assert np.allclose(found, [-0.8, 0, 0.8], atol=0.1)


def test_silence_and_no_notes_are_in_the_middle():
    assert np.allclose(measure(np.zeros((2, RATE), np.float32), 60), 1)
    assert measure(np.zeros((2, RATE), np.float32)).shape == (0, 2)


def test_any_number_of_channels():
    assert measure(make_tones((60, (1.0, 0.0, 2.0))), 60)[0] == pytest.approx([1, 0, 2], abs=0.05)
