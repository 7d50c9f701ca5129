"""Rendering through FluidSynth: the notes that were asked for, or one clear error."""

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.music import fluidsynth
from audiostyle.music.curves import STEP, NoteCurves
from audiostyle.music.performance import Performance

RATE = 22050
ORGAN = 19


def render(notes, soundfont, **settings) -> np.ndarray:
    return fluidsynth.render_performance(
        Performance(notes, {0: ORGAN}, **settings), soundfont, sample_rate=RATE
    )


def test_a_note_sounds_when_and_where_it_should(soundfont, make_notes):
    wave = render(make_notes((1.0, 2.0, 69)), soundfont)
    assert wave.dtype == np.float32 and wave.ndim == 1 and 2 * RATE < len(wave) < 8 * RATE
    assert np.abs(wave[: int(0.98 * RATE)]).max() < 1e-3 < np.abs(wave[int(1.1 * RATE) : 2 * RATE]).max()
    held = wave[int(1.3 * RATE) : int(1.9 * RATE)]
    power = np.abs(np.fft.rfft(held * np.hanning(len(held)))) ** 2
    hertz = np.fft.rfftfreq(len(held), 1 / RATE)
    harmonic = np.abs(hertz - 220 * np.rint(hertz / 220)) < 8  # an organ's stops are harmonics of A
    assert power[harmonic].sum() > 0.6 * power.sum()


def test_velocity_and_bend_are_obeyed(soundfont, make_notes):
    quiet, loud = (render(make_notes((0, 1, 81), velocity=v), soundfont) for v in (30, 110))
    assert loud.std() > 2 * quiet.std()
    spectra = [
        np.abs(np.fft.rfft(render(make_notes((0, 2, pitch)), soundfont, bends=bends)[RATE : 2 * RATE]))
        for pitch, bends in ((81, {0: 1.0}), (82, {}), (81, {}))
    ]
    bent, higher, straight = (np.convolve(spectrum, np.ones(9)) for spectrum in spectra)

    def compare(one: np.ndarray, other: np.ndarray) -> float:
        return one @ other / np.linalg.norm(one) / np.linalg.norm(other)

    assert compare(bent, higher) > 2 * compare(bent, straight)


def test_the_same_performance_is_the_same_sound(soundfont, make_notes):
    notes = make_notes((0, 0.5, 60), (0.2, 0.7, 67))
    assert np.array_equal(render(notes, soundfont), render(notes, soundfont))


def test_no_fluidsynth_is_told(monkeypatch, tmp_path, make_notes):
    monkeypatch.setattr(fluidsynth.shutil, "which", lambda _: None)
    with pytest.raises(TrainingError, match="install your system's package 'fluidsynth'"):
        render(make_notes((0, 1, 60)), tmp_path / "any.sf2")


@pytest.mark.parametrize("damage", ["missing", "text", "cut short"])
def test_a_bad_soundfont_is_named_and_no_other_takes_its_place(soundfont, tmp_path, make_notes, damage):
    path = tmp_path / "bad.sf2"
    if damage != "missing":
        path.write_bytes(b"hello" if damage == "text" else soundfont.read_bytes()[:100_000])
    with pytest.raises(TrainingError, match=r"bad\.sf2") as caught:
        render(make_notes((0, 1, 60)), path)
    assert "\n" not in str(caught.value)


def measure_frequencies(wave: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the strongest frequency between two bounds (hertz), every tenth of a second."""
    frames = wave[: len(wave) // 2205 * 2205].reshape(-1, 2205) * np.hanning(2205)
    spectra = np.abs(np.fft.rfft(frames, 32768))
    hertz = np.fft.rfftfreq(32768, 1 / RATE)
    inside = (hertz >= low) & (hertz <= high)
    return hertz[inside][spectra[:, inside].argmax(axis=1)]


def test_every_note_has_curves_of_its_own(soundfont, make_notes):
    """Of two notes that sound together, one glides up by a semitone, and the other down."""
    notes = make_notes((0.0, 2.0, 69), (0.0, 2.0, 72))
    glide = np.linspace(0, 100, int(2 / STEP))
    curves = NoteCurves.from_lists([glide, -glide], [0 * glide, 0 * glide])
    wave = render(notes, soundfont, curves=curves)[: 2 * RATE]
    times = np.arange(0.05, 2, 0.1)
    for base, (low, high), sign in ((440, (425, 480), 1), (523.25, (485, 535), -1)):
        cents = 1200 * np.log2(measure_frequencies(wave, low, high) / base)
        assert np.abs(cents - sign * 50 * times)[3:-1].max() < 20  # an organ's own pitch wavers by 10 to 15


def test_a_swell_is_as_deep_as_its_curve(soundfont, make_notes):
    notes = make_notes((0.0, 3.0, 69))
    swell = np.linspace(-30, 0, int(3 / STEP))
    straight, swelling = (
        render(notes, soundfont, curves=NoteCurves.from_lists([0 * level], [level]))[: 3 * RATE]
        for level in (0 * swell, swell)
    )
    power = [np.square(wave).reshape(-1, RATE // 10).mean(axis=1) for wave in (straight, swelling)]
    depth = 10 * np.log10(power[1] / power[0])
    expected = np.interp(np.arange(0.05, 3, 0.1), np.arange(len(swell)) * STEP, swell)
    assert np.abs(depth - expected)[1:].max() < 1.0
