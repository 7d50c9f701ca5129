"""Written and played notes are two kinds of rows, and both hold what a piano can play."""

import numpy as np

from audiostyle.music.notes import DRUM_CHANNEL, HIGHEST_KEY, LOWEST_KEY, NOTE_DTYPE, SCORE_DTYPE


def test_a_row_keeps_what_is_put_into_it():
    played = np.array([(0.25, 1.5, HIGHEST_KEY, 127, 15)], NOTE_DTYPE)[0]
    assert played.tolist() == (0.25, 1.5, 108, 127, 15)
    written = np.array([(0.25, 1.5, LOWEST_KEY, 3)], SCORE_DTYPE)[0]
    assert written.tolist() == (0.25, 1.5, 21, 3)


def test_a_piano_has_88_keys_and_percussion_a_channel_of_its_own():
    assert HIGHEST_KEY - LOWEST_KEY + 1 == 88
    assert 0 <= DRUM_CHANNEL < 16
