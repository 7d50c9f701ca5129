"""Tests of :mod:`audiostyle.translation.training.expressive.articulation`."""

from itertools import pairwise

import numpy as np
import pytest

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.translation.training.expressive import articulation, targets
from audiostyle.translation.training.expressive.playing_style import PlayingStyle

_NOTES = np.array([(0.5, 1.0, 60, 80, 0), (1.0, 1.6, 64, 70, 0), (1.6, 2.4, 67, 90, 0)], NOTE_DTYPE)
_TICKS, _FRAMES = 600, 300


def _rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_a_slide_is_one_attack_and_its_target_changes_where_it_is_half_done() -> None:
    part = articulation.play_melody(_NOTES, PlayingStyle(slide_probability=1.0), _TICKS, _rng())
    (voice,) = part.voices
    assert [note.pitch for note in voice.targets] == [60, 64, 67]
    middle = voice.targets[1].start
    assert voice.key + voice.sample_bend(np.array([middle]))[0] == pytest.approx(62, abs=0.2)
    grids = targets.rasterize_parts([part], [0.0], _FRAMES)
    assert ((grids.flags & targets.ONSET) > 0).sum() == 3


def test_the_pedal_holds_notes_until_they_are_struck_again_or_have_decayed() -> None:
    notes = np.array([(0.1, 0.2, 96, 80, 0), (0.3, 0.4, 40, 80, 0), (0.7, 0.8, 40, 80, 0)], NOTE_DTYPE)
    dry = articulation.play_polyphonically(notes, PlayingStyle(), _TICKS, _rng())
    for seed in range(20):
        part = articulation.hold_pedal(dry, np.random.default_rng(seed))
        high, low, again = part.voices
        assert high.end <= high.start + articulation.count_audible_ticks(96)
        assert low.end <= again.start
        assert all(voice.end >= voice.stop for voice in part.voices)
        assert all(voice.targets[0].stop == voice.end for voice in part.voices)


def test_a_melody_is_one_note_at_a_time() -> None:
    rng = _rng()
    notes = np.zeros(60, NOTE_DTYPE)
    notes["onset"] = np.sort(rng.uniform(0, 10, 60))
    notes["offset"] = notes["onset"] + rng.uniform(0.1, 2, 60)
    notes["pitch"], notes["velocity"] = rng.integers(40, 90, 60), 80
    melody = articulation.find_melody(notes)
    assert len(melody) > 5
    assert all(a["offset"] <= b["onset"] + 1e-6 for a, b in pairwise(melody))


def test_stops_sound_along_and_are_not_to_be_found() -> None:
    part = articulation.play_polyphonically(_NOTES, PlayingStyle(), _TICKS, _rng())
    sounding = articulation.add_stop_voices(part, np.random.default_rng(0))
    assert len(sounding.voices) > len(part.voices)
    found = [note for voice in sounding.voices for note in voice.targets]
    assert found == [note for voice in part.voices for note in voice.targets]
