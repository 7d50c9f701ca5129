"""Rendered corpora: recording n is a function of the seed and n, whatever happens on the way."""

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiostyle import temporaries
from audiostyle.errors import TrainingError
from audiostyle.music import corpus, scores
from audiostyle.music.corpus import ENSEMBLE_PROGRAMS, CorpusSpec, list_recordings, render_corpus
from audiostyle.music.midi import read_midi
from audiostyle.music.notes import DRUM_CHANNEL

RATE = 8000
_ALL = sorted((Path(__file__).parents[2] / "recipes").glob("*.toml"))
RECIPES = [path for path in _ALL if "corpora" in tomllib.loads(path.read_text("utf-8"))]  # those of sounds
SECONDS = 6  # of a recording, here


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Recordings of two slots of three seconds, from etudes, in this process."""
    monkeypatch.setattr(corpus, "SLOT_SECONDS", SECONDS / 2)
    monkeypatch.setattr(corpus, "_PLAYED_SECONDS", SECONDS / 2 - 0.5)
    monkeypatch.setattr(corpus, "_SLOTS", 2)
    monkeypatch.setattr(corpus, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setattr(scores, "list_pieces", lambda split: [f"etude/{n}" for n in range(len(split))])


def make_spec(soundfont: Path, count: int = 1, **settings) -> CorpusSpec:
    settings = {"instruments": {"organ": 19, "flute": 73}, "sample_rate": RATE, **settings}
    return CorpusSpec(soundfont, minutes=count * SECONDS / 60, **settings)


def read_files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_recording_depends_on_seed_and_number_alone(soundfont, tmp_path):
    """Not on the corpus' length, nor on the number of workers, nor on where an earlier run was stopped."""
    render_corpus(tmp_path / "long", make_spec(soundfont, 3), jobs=3)
    render_corpus(tmp_path / "short", make_spec(soundfont, 2))
    whole, part = read_files(tmp_path / "long"), read_files(tmp_path / "short")
    assert len(whole) == 2 * 2 * 3 and part.items() < whole.items()
    # Stopped while recording 1 was being written: a part, notes, and one of its two instruments.
    (tmp_path / "short" / "flute" / "00001.flac").unlink()
    (tmp_path / "short" / "flute" / ".audiostyle-1.part").write_bytes(b"half")
    temporaries._tidied.clear()  # as in a new process
    kept = tmp_path / "short" / "organ" / "00000.flac"
    before = kept.stat().st_mtime_ns
    told = []
    render_corpus(tmp_path / "short", make_spec(soundfont, 3), progress=lambda *numbers: told.append(numbers))
    assert read_files(tmp_path / "short") == whole
    assert kept.stat().st_mtime_ns == before
    assert told == [(1, 3), (2, 3), (3, 3)]
    render_corpus(tmp_path / "other", make_spec(soundfont, 1, seed=1))
    assert read_files(tmp_path / "other")["organ/00000.mid"] != whole["organ/00000.mid"]


def test_instruments_play_the_same_notes(soundfont, tmp_path):
    render_corpus(tmp_path, make_spec(soundfont))
    (organ, organ_notes), (flute, flute_notes) = (
        next(list_recordings(tmp_path / n)) for n in ("organ", "flute")
    )
    mine, theirs = read_midi(organ_notes), read_midi(flute_notes)
    assert np.array_equal(mine.notes, theirs.notes) and len(mine.notes) >= 8
    assert (mine.programs, theirs.programs) == ({0: 19}, {0: 73})
    waves = [soundfile.read(path)[0] for path in (organ, flute)]
    assert all(len(wave) == SECONDS * RATE for wave in waves)
    assert not np.allclose(*waves, atol=1e-2)
    frames = np.arange(0, SECONDS, 0.05)
    sounding = [any((mine.notes["onset"] + 0.1 < t) & (t + 0.1 < mine.notes["offset"])) for t in frames]
    level = [np.abs(waves[0][int(t * RATE) : int((t + 0.05) * RATE)]).max() for t in frames]
    assert np.mean(np.array(level)[sounding] > 1e-3) > 0.8


def test_an_ensemble_is_what_its_midi_says(soundfont, tmp_path):
    ensemble = make_spec(soundfont, 2, instruments={})
    render_corpus(tmp_path, ensemble)
    for audio, midi in list_recordings(tmp_path / "ensemble"):
        played = read_midi(midi)
        assert set(played.programs.values()) <= set(ENSEMBLE_PROGRAMS)
        assert set(played.notes["channel"]) <= {*played.programs, DRUM_CHANNEL}
        assert all(abs(bend) < 0.7 for bend in played.bends.values())
        info = soundfile.info(audio)
        assert (info.frames, info.samplerate, info.channels) == (SECONDS * RATE, RATE, 1)


def test_lengths_are_rounded_up_to_whole_recordings(soundfont, monkeypatch):
    monkeypatch.setattr(corpus, "SLOT_SECONDS", 30.0)
    monkeypatch.setattr(corpus, "_SLOTS", 4)
    for minutes, count in [(0.1, 1), (2, 1), (2.1, 2), (60, 30)]:
        assert CorpusSpec(soundfont, {}, minutes).recordings == count


def test_an_unknown_split_and_a_missing_soundfont_are_told(tmp_path, soundfont):
    with pytest.raises(TrainingError, match="no split called 'tests'; there are train, valid, test"):
        render_corpus(tmp_path, make_spec(soundfont, split="tests"))
    with pytest.raises(TrainingError, match=r"none\.sf2: no such soundfont"):
        render_corpus(tmp_path, make_spec(tmp_path / "none.sf2"))


def test_a_folder_without_recordings_names_the_remedy(tmp_path):
    (tmp_path / "00000.flac").write_bytes(b"")  # its notes are missing
    with pytest.raises(TrainingError, match="audiostyle corpus render"):
        list(list_recordings(tmp_path))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_no_recipe_trains_on_a_soundfont_kept_for_testing(path):
    corpora = tomllib.loads(path.read_text("utf-8"))["corpora"].values()
    fonts = " ".join(entry["soundfont"] for entry in corpora).lower()
    assert fonts and not any(reserved in fonts for reserved in ("timgm", "csound", "gmbank"))
    assert "test" not in {entry.get("split", "train") for entry in corpora}
