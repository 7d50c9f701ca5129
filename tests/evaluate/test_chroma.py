"""Laws of the chroma distance: harmonies count, nothing else does."""

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.evaluate import chroma_distance

RATE = 22_050
C, F, G = (60, 64, 67), (65, 69, 72), (67, 71, 74)


def play(*chords, seconds=0.5, octave=0, partials=3, level=0.2) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    waves = []
    for chord in chords:
        pitches = 440 * 2 ** ((np.array(chord) + 12 * octave - 69) / 12)
        waves.append(
            sum(np.sin(2 * np.pi * k * f * time) / k for f in pitches for k in range(1, partials + 1))
        )
    return level * np.concatenate(waves)


SONG = play(C, F, G, C)


def test_other_chords_are_far_and_the_same_near():
    assert chroma_distance(play(C, F, G, C), SONG, RATE) == pytest.approx(0, abs=1e-9)
    assert chroma_distance(play(F, G, C, F), SONG, RATE) > 0.05  # warping leaves out the first chord
    semitone = [tuple(pitch + 1 for pitch in chord) for chord in (C, F, G, C)]
    assert chroma_distance(play(*semitone), SONG, RATE) > 0.2


def test_tempo_octave_level_and_color_do_not_matter():
    """What it is blind to, as its documentation says; edges between chords leave a little."""
    for other in (
        play(C, F, G, C, seconds=0.8),
        play(C, F, G, C, octave=1),
        play(C, F, G, C, level=0.01),
        play(C, F, G, C, partials=1),
    ):
        assert chroma_distance(other, SONG, RATE) < 0.1


def test_it_does_not_ask_for_the_order_of_the_two():
    other = play(C, G, seconds=0.7)
    assert chroma_distance(other, SONG, RATE) == pytest.approx(chroma_distance(SONG, other, RATE), abs=0.02)


def test_silence_is_far_from_sound_and_near_to_silence():
    silence = np.zeros(RATE)
    with pytest.warns(UserWarning, match="silent"):
        assert chroma_distance(silence, SONG, RATE) == 1
        assert chroma_distance(silence, silence, RATE) == 0


def test_long_recordings_are_averaged():
    long = np.tile(SONG, 60)  # two minutes
    assert chroma_distance(long, long[: len(long) // 2], RATE) < 0.25


@pytest.mark.parametrize("bad", [np.ones((2, 9)), [], [np.nan]])
def test_what_is_no_wave_is_refused(bad):
    with pytest.raises(ShapeError):
        chroma_distance(bad, SONG, RATE)
