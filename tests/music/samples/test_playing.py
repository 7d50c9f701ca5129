"""Playing samples: notes add up, sound at their time, pitch and level, and end when they are released."""

import numpy as np
import pytest

from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.samples.playing import render_samples
from audiostyle.music.samples.recordings import RATE
from audiostyle.music.samples.zones import SampledInstrument, Zone


@pytest.fixture
def instrument(write_tone) -> SampledInstrument:
    path = write_tone("C4.wav", decay=20, seconds=1.5)
    return SampledInstrument("x", (Zone(path, 60, (40, 80), release=0.1),))


def play(instrument: SampledInstrument, *notes: tuple[float, float, int, int], **more) -> np.ndarray:
    rows = np.array([(*note, 0) for note in notes], NOTE_DTYPE)
    return render_samples(Performance(rows, **more), instrument)


def measure(wave: np.ndarray, start: float, stop: float) -> float:
    return float(np.sqrt(np.mean(wave[round(start * RATE) : round(stop * RATE)] ** 2)))


def test_notes_add_up(instrument):
    one, two = (0.1, 0.6, 60, 90), (0.3, 0.8, 67, 50)
    both, first, second = play(instrument, one, two), play(instrument, one), play(instrument, two)
    first = np.pad(first, (0, len(both) - len(first)))
    assert np.allclose(both, first + second, atol=1e-6)


def test_a_note_sounds_while_it_is_held(instrument):
    wave = play(instrument, (0.5, 1.0, 60, 100))
    assert measure(wave, 0, 0.49) == 0
    assert measure(wave, 1.15, 2) < 1e-3 * measure(wave, 0.6, 0.9)


@pytest.mark.parametrize("key", [48, 55, 60, 72])
def test_it_has_its_pitch(instrument, key):
    wave = play(instrument, (0.0, 1.0, key, 100))[:RATE]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 18))
    found = np.argmax(spectrum) * RATE / (1 << 18)
    assert found == pytest.approx(440 * 2 ** ((key - 69) / 12), rel=2e-3)


def test_its_level_follows_velocity_and_expression(instrument):
    loud, soft = play(instrument, (0, 1, 60, 127)), play(instrument, (0, 1, 60, 64))
    assert measure(soft, 0.2, 0.8) / measure(loud, 0.2, 0.8) == pytest.approx((64 / 127) ** 2, rel=1e-3)
    half = play(instrument, (0, 1, 60, 127), expression=((0.0, 0, 64),))
    assert measure(half, 0.2, 0.8) / measure(loud, 0.2, 0.8) == pytest.approx((64 / 127) ** 2, rel=1e-3)


def test_releases_sound_at_the_release_softer_after_long_notes(write_tone):
    path = write_tone("rel.wav", decay=0.05, seconds=0.3)
    silent = Zone(path, 60, (60, 60), gain=0.0)
    noise = Zone(path, 60, (60, 60), sounds_on_release=True, decay=6.0)
    instrument = SampledInstrument("x", (silent, noise))
    short, long = play(instrument, (0, 0.5, 60, 100)), play(instrument, (0, 1.5, 60, 100))
    assert measure(short, 0, 0.49) == 0
    assert measure(long, 1.5, 1.7) / measure(short, 0.5, 0.7) == pytest.approx(10 ** (-6 / 20), rel=0.01)


def test_percussion_and_nothing(instrument):
    assert not play(instrument).any()
    rows = np.array([(0, 1, 60, 90, 9)], NOTE_DTYPE)
    assert not render_samples(Performance(rows), instrument).any()
