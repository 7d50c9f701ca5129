"""Proposed parts: what is heard is what is proposed, and every part has a domain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import AudiostyleError
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.translation.parts import ROLES, assign_parts
from audiostyle.translation.proposal import propose_domains, propose_roles

DOMAINS = ("piano", "strings", "cello", "flute", "clarinet")


def play(*voices: list[int], seconds: float = 0.5) -> np.ndarray:
    """Voices of pitches, one after the other, all beginning together."""
    rows = [
        (seconds * n, seconds * (n + 0.95), pitch, 80, 0) for voice in voices for n, pitch in enumerate(voice)
    ]
    return np.sort(np.array(rows, NOTE_DTYPE), order=["onset", "pitch"])


@pytest.mark.parametrize(
    ("voices", "roles"),
    [
        ([[72] * 8], ("melody",)),
        ([[72] * 8, [65] * 8], ("melody", "counter")),
        ([[72] * 8, [40] * 8], ("melody", "bass")),
        ([[72] * 8, [67] * 8, [64] * 8], ("melody", "chords")),
        ([[72] * 8, [67] * 8, [64] * 8, [40] * 8], ("melody", "chords", "bass")),
    ],
)
def test_parts_are_what_is_heard(voices, roles):
    assert propose_roles(play(*voices)) == roles


def test_a_low_voice_alone_is_no_bass():
    assert propose_roles(play([40] * 8)) == ("melody",)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_instruments_at_places_of_their_own_are_parts(count):
    rng = np.random.default_rng(0)
    notes = play(*([60 + n] * 20 for n in range(count)))
    centers = np.linspace(-0.8, 0.8, count)
    positions = centers[notes["pitch"] - 60] + rng.normal(0, 0.02, len(notes))
    assert len(propose_roles(notes, positions)) == count
    assert len(propose_roles(notes, np.zeros(len(notes)))) <= 3  # all in the middle: as without places


@given(st.lists(st.integers(21, 108), max_size=30), st.floats(0.1, 4))
def test_every_part_has_a_domain_of_its_own_where_there_are_enough(pitches, seconds):
    notes = play(pitches, [max(21, pitch - 20) for pitch in pitches], seconds=seconds)
    roles = propose_roles(notes)
    domains = propose_domains(notes, assign_parts(notes, roles), roles, DOMAINS)
    assert tuple(domains) == roles and set(domains.values()) <= set(DOMAINS)
    assert len(set(domains.values())) == len(roles)
    assert set(propose_domains(notes, assign_parts(notes, roles), roles, ["mine"]).values()) <= {"mine"}


def test_chords_that_are_held_are_bowed():
    labels = np.repeat(0, 8)
    held = propose_domains(play([60] * 8, seconds=3), labels, ["chords"], DOMAINS)
    short = propose_domains(play([60] * 8), labels, ["chords"], DOMAINS)
    assert (held, short) == ({"chords": "strings"}, {"chords": "piano"})


def test_without_notes_there_is_a_melody_and_without_domains_an_error():
    nothing = np.zeros(0, NOTE_DTYPE)
    assert propose_roles(nothing) == propose_roles(nothing, np.zeros(0)) == ("melody",)
    with pytest.raises(AudiostyleError, match="no domain"):
        propose_domains(nothing, np.zeros(0, np.int64), ROLES, [])
