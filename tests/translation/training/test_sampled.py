"""A domain from single notes: one command's worth of work, small, and what of it can be heard."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from music.samples.conftest import RATE, make_tone

from audiostyle.errors import TrainingError
from audiostyle.models.frontend import LOWEST_PITCH
from audiostyle.music.midi import read_midi
from audiostyle.music.samples.opening import PlayableInstrument, open_instrument
from audiostyle.sound.reading import read_audio
from audiostyle.translation.training import sampled
from audiostyle.translation.training.domain import DomainSettings
from audiostyle.translation.training.sampled import (
    is_sustained,
    measure_instrument,
    render_pieces,
    train_domain_from_instrument,
)
from audiostyle.translation.translator import Translator

SMALL = DomainSettings(channels=4, templates=2, dynamics=2, layers=1, frames=64, batch=2)


def write_folder(folder: Path, decay: float) -> Path:
    import soundfile

    folder.mkdir()
    for name, pitch in (("C4", 60), ("F4", 65), ("Bb4", 70)):
        soundfile.write(folder / f"{name}.wav", make_tone(pitch, seconds=1.2, decay=decay), RATE)
    return folder


@pytest.fixture(scope="module")
def plucked(tmp_path_factory) -> Path:
    return write_folder(tmp_path_factory.mktemp("notes") / "plucked", decay=0.15)


@pytest.fixture(scope="module")
def instrument(plucked) -> PlayableInstrument:
    return open_instrument(plucked)


def test_what_decays_is_not_sustained(instrument, tmp_path):
    bowed = open_instrument(write_folder(tmp_path / "bowed", decay=100))
    for played, sustained in ((instrument, False), (bowed, True)):
        few = replace(played, lowest=64, highest=66)
        known = measure_instrument(few, SMALL, "", lambda numbers: None)
        assert (known.level, known.bend > 0) == (sustained, sustained)
        decoder = SMALL.make_decoder()
        decoder.load_state_dict(dict(known.weights))
        assert is_sustained(decoder, 65 - LOWEST_PITCH) == sustained
        assert (known.lowest, known.highest) == (64, 76), "at least an octave"


def test_pieces_lie_in_the_range_and_use_all_dynamics(instrument, tmp_path, monkeypatch):
    monkeypatch.setattr(sampled, "_list_pieces", lambda split: ["etude/0", "etude/1"])
    ((audio, midi),) = render_pieces(instrument, tmp_path, "train", 1, seed=0)
    notes = read_midi(midi).notes
    assert instrument.lowest <= notes["pitch"].min() <= notes["pitch"].max() <= instrument.highest
    assert notes["velocity"].std() > 10
    wave, rate = read_audio(audio)
    assert rate == 44100
    assert wave.std() > 0.001
    before = audio.stat().st_mtime_ns
    render_pieces(instrument, tmp_path, "train", 1, seed=0)
    assert audio.stat().st_mtime_ns == before, "what is there is kept"


def test_a_domain_from_notes_plays(plucked, tmp_path, monkeypatch):
    monkeypatch.setattr(sampled, "_list_pieces", lambda split: ["etude/0", "etude/1"])
    monkeypatch.setattr(sampled, "_MINUTES", 1)
    monkeypatch.setattr(sampled, "_HELD_OUT", 1)
    torch.set_num_threads(1)
    logged: list[dict[str, object]] = []
    (plucked / "odd.wav").write_bytes(b"no sound")
    options = {"about": "License: none. Made by nobody.", "settings": SMALL, "log": logged.append}
    options |= {"extends": "universal", "sounds_like": "tones", "steps": 2, "seed": 0, "bfloat16": False}
    entry = train_domain_from_instrument("plucked", plucked, tmp_path / "mine", tmp_path / "run", **options)
    assert any("odd.wav" in str(numbers.get("remark")) for numbers in logged)
    assert (entry.lowest, entry.highest, entry.level, entry.bend) == (58, 72, False, 0)
    assert entry.config["dynamics"] == 2
    assert "Made by nobody" in entry.card.read_text()
    translator = Translator.from_pretrained(tmp_path / "mine", device="cpu")
    tone = np.tile(make_tone(65, seconds=0.7), 3)
    wave = translator.translate(tone, RATE, domain="plucked")
    assert wave.shape == tone.shape
    assert wave.std() > 0.01


def test_nothing_is_made_of_nothing(tmp_path):
    options = {
        "extends": "universal",
        "sounds_like": "",
        "steps": 1,
        "seed": 0,
        "bfloat16": False,
        "log": print,
    }
    with pytest.raises(TrainingError, match="no such file"):
        train_domain_from_instrument("x", tmp_path / "x.sfz", tmp_path / "mine", tmp_path / "run", **options)
    assert not list(tmp_path.glob("mine/*"))
