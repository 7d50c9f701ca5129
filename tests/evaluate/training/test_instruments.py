"""Every instrument plays the same excerpts, and what was played is kept."""

from pathlib import Path

import numpy as np
import pytest

from audiostyle.evaluate.training import instruments
from audiostyle.evaluate.training.instruments import InstrumentMaterial, draw_performances, render_instruments
from audiostyle.models.timbre import CEPSTRA
from audiostyle.music import scores
from audiostyle.music.etudes import compose_etude


@pytest.fixture
def played(monkeypatch) -> list[tuple]:
    """A band that plays noise of its program's seed, and the list of what it was asked for."""
    asked: list[tuple] = []

    def synthesize(performance, soundfont, *, sample_rate):
        program = performance.programs[0]
        asked.append((soundfont.stem, program, performance.notes))
        return np.random.default_rng(program).standard_normal(9 * sample_rate).astype(np.float32)

    class Here:
        """An executor in this process, where the band is."""

        def __init__(self, jobs):
            self.map = map

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(instruments, "render_performance", synthesize)
    monkeypatch.setattr(instruments, "ProcessPoolExecutor", Here)
    monkeypatch.setattr(scores, "list_pieces", lambda split: [f"tune/{n}" for n in range(3)] + ["etude/9"])
    monkeypatch.setattr(scores, "load_score", lambda piece: compose_etude(int(piece.removeprefix("tune/"))))
    return asked


def material(**changes) -> InstrumentMaterial:
    given = {"soundfonts": (Path("a.sf2"),), "excerpts": {"train": 2, "valid": 1}, "programs": (3, 40)}
    return InstrumentMaterial(**{**given, "seconds": 3.0, **changes})


def test_all_instruments_play_the_same_music(played, tmp_path):
    heard = render_instruments(material(), tmp_path)
    assert {split: found.shape[:3] for split, found in heard.items()} == {
        "train": (2, 2, CEPSTRA),
        "valid": (2, 1, CEPSTRA),
    }
    (_, first, notes), (_, second, others) = played
    assert (first, second) == (3, 40)
    np.testing.assert_array_equal(notes, others)
    assert not np.allclose(heard["train"][0], heard["train"][1])


def test_what_was_played_is_kept_until_the_material_changes(played, tmp_path):
    heard, count = render_instruments(material(), tmp_path), len(played)
    again = render_instruments(material(), tmp_path)
    np.testing.assert_array_equal(heard["train"], again["train"])
    assert len(played) == count
    next(tmp_path.rglob("*.npy")).unlink()
    render_instruments(material(), tmp_path)
    assert len(played) == count + 1
    render_instruments(material(seed=1), tmp_path)
    assert len(played) == 2 * count + 1


def test_every_program_of_every_soundfont_is_an_instrument():
    both = material(soundfonts=(Path("a.sf2"), Path("b.sf3")))
    assert len(both.instruments) == len(set(both.instruments)) == 4
    assert {program for _, program in both.instruments} == {3, 40}


def test_an_excerpt_depends_on_its_number_and_not_on_how_many_there_are(played):
    few = list(draw_performances(material(excerpts={"train": 2})))
    many = list(draw_performances(material(excerpts={"train": 4})))
    for one, other in zip(few, many, strict=False):
        np.testing.assert_array_equal(one.notes, other.notes)
    assert all(len(one.notes) >= 6 and one.seconds <= 1.5 for one in many)
