"""What can be synthesized: every kind of notes, with the level and the length that it says."""

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.note_source import NoteSource
from audiostyle.translation.transcription import Transcription


def test_notes_and_performances_end_a_second_after_their_last_note(make_notes):
    notes = make_notes((0.0, 2.0, 60), (0.5, 1.0, 64))
    performance = Performance(notes, {0: 3}, {}, ((0.5, 0, 90),))
    for source in (NoteSource.read(notes), NoteSource.read(performance)):
        assert (source.seconds, source.rms, source.latent) == (3.0, None, None)
    assert NoteSource.read(performance).performance is performance
    assert NoteSource.read(make_notes()).seconds == 1.0


def test_a_transcription_has_the_level_and_the_length_of_its_recording(make_notes):
    notes, latent = make_notes((0.0, 2.0, 60)), np.zeros((4, 3), np.float32)
    source = NoteSource.read(Transcription(notes, 0.05, seconds=10.0))
    assert (source.seconds, source.rms) == (10.0, 0.05) and source.performance.notes is notes
    assert NoteSource.read(Transcription(notes, 0.05)).seconds == 3.0
    assert NoteSource.read(Transcription(notes[:0], 0.05, latent, 1.0)).latent is latent


def test_other_arrays_are_refused():
    for notes in (np.zeros((3, 5)), np.zeros(2, [("onset", "f4")]), np.zeros((2, 2), NOTE_DTYPE)):
        with pytest.raises(ShapeError, match="onset, offset, pitch, velocity, channel"):
            NoteSource.read(notes)


@pytest.mark.parametrize(
    "notes",
    [
        [(0.0, 1.0, 60, 90, 0)],
        "notes.mid",
        None,
        np.zeros(3),
        np.array([(np.nan, 1.0, 60, 90, 0)], NOTE_DTYPE),
        np.array([(0.0, np.inf, 60, 90, 0)], NOTE_DTYPE),
        np.array([(-1.0, 1.0, 60, 90, 0)], NOTE_DTYPE),
        np.array([(2.0, 1.0, 60, 90, 0)], NOTE_DTYPE),
    ],
)
def test_what_are_no_notes_is_one_line(notes):
    with pytest.raises(ShapeError, match=r"^notes must [^\n]+$"):
        NoteSource.read(notes)
