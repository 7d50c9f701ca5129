"""Parts: outer voices are found, places tell instruments apart, every note has one part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.translation.parts import ROLES, assign_parts, check_parts, parse_parts


def make_chorale(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Four voices in chords, each near its own center: notes, and the voice of each, from the highest."""
    rng = np.random.default_rng(seed)
    rows, voices = [], []
    for n in range(count):
        for voice, center in enumerate((76, 67, 60, 45)):
            onset = 0.5 * n + rng.uniform(0, 0.02)
            rows.append((onset, onset + 0.45, center + int(rng.integers(-3, 4)), 80, 0))
            voices.append(voice)
    notes = np.array(rows, NOTE_DTYPE)
    order = np.argsort(notes, order=["onset", "pitch"])
    return notes[order], np.array(voices)[order]


def test_voices_of_a_chorale_are_its_parts():
    notes, voices = make_chorale(30)
    assert np.mean(assign_parts(notes, ROLES) == voices) > 0.95


@pytest.mark.parametrize("roles", [["bass", "melody"], ["chords"], ["melody", "chords", "bass"]])
def test_roles_may_come_in_any_order_and_number(roles):
    notes, voices = make_chorale(10)
    labels = assign_parts(notes, roles)
    for role, voice in (("melody", 0), ("bass", 3)):
        if role in roles:
            assert np.mean(labels[voices == voice] == roles.index(role)) > 0.9


def test_places_tell_crossing_voices_apart():
    """Two instruments of the same register, left and right; voices alone cannot know."""
    rng = np.random.default_rng(1)
    notes, _ = make_chorale(30)
    notes["pitch"] = rng.integers(55, 75, len(notes))
    right = rng.random(len(notes)) < 0.5
    notes["pitch"][right] += 4
    labels = assign_parts(
        notes, ["melody", "bass"], np.where(right, 0.5, -0.5) + rng.normal(0, 0.03, len(notes))
    )
    assert np.mean(labels == np.where(right, 0, 1)) > 0.99


def test_one_place_is_none():
    notes, _ = make_chorale(12)
    blurred = np.random.default_rng(0).normal(0, 0.2, len(notes))
    assert np.array_equal(assign_parts(notes, ROLES, blurred), assign_parts(notes, ROLES))


NOTES = st.lists(
    st.tuples(st.floats(0, 5, width=32), st.floats(0.0625, 2, width=32), st.integers(21, 108)), max_size=25
)


@given(NOTES, st.lists(st.sampled_from(ROLES), min_size=1, unique=True))
def test_every_note_has_a_part(rows, roles):
    notes = np.sort(np.array([(on, on + long, p, 80, 0) for on, long, p in rows], NOTE_DTYPE), order="onset")
    labels = assign_parts(notes, roles, np.linspace(-1, 1, len(notes)))
    assert len(labels) == len(notes)
    assert np.isin(labels, range(len(roles))).all()


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (["melody"], "ROLE=DOMAIN"),
        (["melody="], "ROLE=DOMAIN"),
        (["meldy=flute"], "did you mean 'melody'"),
        (["bass=cello", "bass=piano"], "named twice"),
    ],
)
def test_wrong_parts_are_one_line(texts, reason):
    with pytest.raises(AudiostyleError, match=reason):
        parse_parts(texts)


def test_no_parts():
    with pytest.raises(AudiostyleError, match="no parts"):
        check_parts({})
