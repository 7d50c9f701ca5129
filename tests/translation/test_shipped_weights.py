"""The weights in the package, on real instruments: are the notes found, and are they there afterwards?"""

import os
from pathlib import Path

import numpy as np
import pytest

from audiostyle.evaluate import note_f1
from audiostyle.models import zoo
from audiostyle.music.curves import STEP
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.midi import read_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.sound.reading import read_audio
from audiostyle.translation.transcription import Transcription
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


@pytest.mark.parametrize("usual", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_its_translation_keeps_the_notes(shipped, usual):
    """To every domain, as far as the domain reaches (notes beyond are folded, and count by their name)."""
    wave, rate, notes = read_chorale(8)
    scores = {}
    for domain in ("piano", "strings", "choir", "guitar") if usual else shipped.domains:
        translated = shipped.translate(wave, rate, domain=domain)
        entry = shipped.manifest.domain(domain)
        reachable = notes[(notes["pitch"] >= entry.lowest) & (notes["pitch"] <= entry.highest)]
        scores[domain] = note_f1(find_notes(shipped, translated, rate), pairs(reachable))
        assert 0.3 < translated.std() / wave.std() < 3
    assert min(scores.values()) > 0.7, scores


@pytest.mark.slow
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


RATE = 22_050


def sing(pitch: np.ndarray, level: np.ndarray | float = 0.0) -> np.ndarray:
    """Return a tone of eight partials at a pitch (MIDI) and a level (dB), with silence around."""
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((pitch - 69) / 12)) / RATE
    tone = sum(np.sin(n * phase) / n for n in range(1, 9)) * 0.1 * 10 ** (np.asarray(level) / 20)
    ramp = np.clip(np.arange(len(pitch)) / 400, 0, 1)
    return np.pad(tone * ramp * ramp[::-1], RATE // 4).astype(np.float32)


def follow(heard: Transcription, note: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the pitch (MIDI) of a note a tenth of a second away from its ends, and the times in the tone."""
    cents = heard.curves.get_cents(note)
    times = heard.notes["onset"][note] - 0.25 + STEP * np.arange(len(cents))
    return heard.notes["pitch"][note] + cents[9:-9] / 100, times[9:-9]


TIME = np.arange(2 * RATE) / RATE
VIBRATO = 64 + 0.5 * np.sin(2 * np.pi * 5.5 * TIME)
SWELL = -12 - 12 * np.cos(2 * np.pi * TIME / 2)


@pytest.mark.parametrize("pitch", [48, 57, 69, 84])
def test_a_steady_tone_has_a_flat_curve(shipped, pitch):
    heard = shipped.transcribe(sing(np.full(2 * RATE, pitch)), RATE)
    assert heard.notes["pitch"].tolist() == [pitch]
    assert np.abs(follow(heard)[0] - pitch).max() < 0.03
    assert np.ptp(heard.curves.cents) < 2
    assert np.abs(heard.curves.level).max() < 0.5


@pytest.mark.parametrize("pitch", [np.linspace(60, 62, 2 * RATE), np.linspace(67, 62, 2 * RATE), VIBRATO])
def test_what_moves_is_one_note_that_moves(shipped, pitch):
    heard = shipped.transcribe(sing(pitch), RATE)
    assert len(heard.notes) == 1
    found, times = follow(heard)
    truth = np.interp(times, TIME, pitch)
    assert np.median(np.abs(found - truth)) < 0.08
    assert np.corrcoef(found, truth)[0, 1] > 0.97


def test_a_swell_is_a_swell_at_any_level_of_the_recording(shipped):
    loud, soft = (shipped.transcribe(gain * sing(np.full(2 * RATE, 64), SWELL), RATE) for gain in (1, 0.5))
    for heard in (loud, soft):
        assert len(heard.notes) == 1
        times = heard.notes["onset"][0] - 0.25 + STEP * np.arange(len(heard.curves.level))
        inside = slice(15, -15)
        truth = np.interp(times, TIME, SWELL)[inside]
        assert np.median(np.abs(heard.curves.level[inside] - truth)) < 1.5
    assert np.abs(loud.curves.level - soft.curves.level).max() < 0.01


def test_a_quiet_beginning_is_quiet(shipped):
    """By 30 dB, which are velocities that differ by a factor of 5.6."""
    scale = np.repeat(60.0 + np.array([0, 2, 4, 5, 7, 5, 4, 2] * 2), RATE // 2)
    level = np.repeat([-30.0, 0.0], len(scale) // 2)
    heard = shipped.transcribe(sing(scale, level), RATE).notes
    quiet, loud = (
        np.median(heard["velocity"][early]) for early in (heard["onset"] < 4.2, heard["onset"] > 4.2)
    )
    assert 40 * np.log10(loud / quiet) == pytest.approx(30, abs=4)


def test_half_a_semitone_off_all_notes_go_one_way(shipped):
    melody = np.array([60, 64, 67, 65, 62, 69, 67, 64])
    tuned = np.repeat(melody + 0.5 + 0.04 * np.array([1, -1] * 4), RATE // 2)
    assert np.array_equal(np.diff(shipped.transcribe(sing(tuned), RATE).notes["pitch"]), np.diff(melody))


@pytest.mark.parametrize(
    "wave",
    [
        sing(np.linspace(55, 103, 3 * RATE)),  # a whistled sweep over four octaves
        sing(76 + 6 * np.sin(2 * np.pi * 0.4 * np.arange(3 * RATE) / RATE)),  # a siren
        sum(sing(np.full(2 * RATE, 57 + away)) for away in np.linspace(-0.4, 0.4, 7)),  # a detuned choir
        sing(np.full(2 * RATE, 22.5)),  # 30 Hz
        np.random.default_rng(0).normal(0, 0.1, 2 * RATE).astype(np.float32),
        np.ones(RATE, np.float32),
        np.zeros(RATE, np.float32),
        np.eye(1, RATE, 5000, dtype=np.float32)[0],
    ],
)
def test_whatever_sounds_gives_notes_that_end_or_none(shipped, wave):
    heard = shipped.transcribe(wave, RATE)
    assert (heard.notes["offset"] <= len(wave) / RATE + 0.2).all()
    assert np.isfinite(heard.curves.cents).all() and np.isfinite(heard.curves.level).all()
    assert heard.curves.level.max(initial=0) <= 0
