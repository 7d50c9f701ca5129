"""The weights in the package, on real instruments: are the notes found, and are they there afterwards?"""

import os
from pathlib import Path

import numpy as np
import pytest

from audiostyle.evaluate import note_f1
from audiostyle.models import zoo
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.midi import read_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.sound.reading import read_audio
from audiostyle.translation.translator import Translator

EXAMPLES = Path(__file__).parents[2] / "examples"
CANDIDATE = os.environ.get("AUDIOSTYLE_TEST_MODEL")
"""A model folder to test instead of the shipped one, before it is shipped."""


@pytest.fixture(scope="module")
def shipped() -> Translator:
    return Translator.from_pretrained(CANDIDATE or zoo.DEFAULT, device="cpu")


def find_notes(translator: Translator, wave: np.ndarray, rate: int) -> np.ndarray:
    """Return (notes, 2): onset and pitch of what the encoder finds in (samples,)."""
    return pairs(translator.transcribe(wave, rate).notes)


def pairs(notes: np.ndarray) -> np.ndarray:
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(float)


def read_chorale(seconds: float) -> tuple[np.ndarray, int, np.ndarray]:
    """Return the beginning of the example song: wave (samples,), rate, and its notes."""
    wave, rate = read_audio(EXAMPLES / "chorale.flac")
    notes = read_midi(EXAMPLES / "chorale.mid").get_pitched_notes()
    return wave.mean(axis=0)[: round(seconds * rate)], rate, notes[notes["onset"] < seconds - 0.1]


def test_the_notes_of_the_example_are_found(shipped):
    wave, rate, notes = read_chorale(21)
    assert note_f1(find_notes(shipped, wave, rate), pairs(notes)) > 0.8


def test_its_translation_keeps_the_notes(shipped):
    """To every domain, as far as the domain reaches (notes beyond are folded, and count by their name)."""
    wave, rate, notes = read_chorale(8)
    scores = {}
    for domain in shipped.domains:
        translated = shipped.translate(wave, rate, domain=domain)
        entry = shipped.manifest.domain(domain)
        reachable = notes[(notes["pitch"] >= entry.lowest) & (notes["pitch"] <= entry.highest)]
        scores[domain] = note_f1(find_notes(shipped, translated, rate), pairs(reachable))
        assert 0.3 < translated.std() / wave.std() < 3
    assert min(scores.values()) > 0.7, scores


def test_wavenets_are_as_loud_and_have_some_of_the_notes(shipped):
    """Briefly trained ones; their cards say how well."""
    wave, rate, notes = read_chorale(6)
    for domain in shipped.domains:
        if "wavenet" in shipped.manifest.kinds(domain):
            translated = shipped.translate(wave, rate, domain=domain, decoder="wavenet")
            assert 0.2 < translated.std() / wave.std() < 5
            assert note_f1(find_notes(shipped, translated, rate), pairs(notes)) > 0.25


def test_segments_cannot_be_heard(shipped):
    """Of 5 s or all at once: the same to -60 dB, at the borders too."""
    wave, rate, _ = read_chorale(12)
    short, long = (shipped.translate(wave, rate, domain="strings", segment=seconds) for seconds in (5, 60))
    assert long.std() > 0.1 * wave.std()
    assert np.abs(short - long).max() < 1e-3 * long.std()


def test_instruments_are_transcribed(shipped, soundfont):
    """A phrase of melody over chords, on each of five instruments of a small soundfont."""
    melody = [(0.5 * n, 0.5 * n + 0.45, p, 100, 0) for n, p in enumerate([72, 74, 76, 79, 77, 76, 74, 72])]
    chords = [(2.0 * n, 2.0 * n + 1.9, p + 5 * (n % 2), 80, 0) for n in range(2) for p in (60, 64, 67)]
    notes = np.sort(np.array(melody + chords, NOTE_DTYPE), order=["onset", "pitch"])
    programs = {"piano": 0, "guitar": 24, "strings": 48, "clarinet": 71, "flute": 73}
    scores = {
        name: note_f1(
            find_notes(shipped, render_performance(Performance(notes, {0: program}), soundfont), 44_100),
            pairs(notes),
        )
        for name, program in programs.items()
    }
    assert np.mean(list(scores.values())) > 0.8 and min(scores.values()) > 0.65, scores


def test_every_file_is_whole_and_within_its_size(shipped):
    checks = zoo.verify_model(shipped.manifest)
    assert checks and all(check.ok for check in checks)
    assert shipped.manifest.encoder.file.stat().st_size <= 6e6
    assert all(shipped.manifest.domain(name).file.stat().st_size <= 8e6 for name in shipped.domains)
    assert all(weights.card and weights.card.read_text().strip() for weights in shipped.manifest.weights())
