"""Rendering through FluidSynth: the notes that were asked for, or one clear error."""

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.music import fluidsynth as synthesis
from audiostyle.music.performance import Performance

RATE = 22050
ORGAN = 19


def rendered(notes, soundfont, **settings) -> np.ndarray:
    return synthesis.render_performance(
        Performance(notes, {0: ORGAN}, **settings), soundfont, sample_rate=RATE
    )


def test_a_note_sounds_when_and_where_it_should(soundfont, rows):
    wave = rendered(rows((1.0, 2.0, 69)), soundfont)
    assert wave.dtype == np.float32 and wave.ndim == 1 and 2 * RATE < len(wave) < 6 * RATE
    assert np.abs(wave[: int(0.98 * RATE)]).max() < 1e-3 < np.abs(wave[int(1.1 * RATE) : 2 * RATE]).max()
    held = wave[int(1.3 * RATE) : int(1.9 * RATE)]
    spectrum = np.abs(np.fft.rfft(held * np.hanning(len(held))))
    hertz = np.fft.rfftfreq(len(held), 1 / RATE)
    partials = [spectrum[np.abs(hertz - 440 * n / 2) < 8].sum() for n in (0.5, 1, 2, 3, 4, 6, 8)]
    assert sum(partials) > 0.6 * spectrum.sum()  # an organ's stops are octaves and harmonics of A


def test_velocity_and_bend_are_obeyed(soundfont, rows):
    quiet, loud = (rendered(rows((0, 1, 81), velocity=v), soundfont) for v in (30, 110))
    assert loud.std() > 2 * quiet.std()
    bent = rendered(rows((0, 2, 81)), soundfont, bends={0: 1.0})
    straight = rendered(rows((0, 2, 82)), soundfont)
    seconds = (wave[RATE : 2 * RATE] * np.hanning(RATE) for wave in (bent, straight))
    peaks = [np.abs(np.fft.rfft(second)).argmax() for second in seconds]
    assert peaks[0] == pytest.approx(peaks[1], abs=2)


def test_the_same_performance_is_the_same_sound(soundfont, rows):
    notes = rows((0, 0.5, 60), (0.2, 0.7, 67))
    assert np.array_equal(rendered(notes, soundfont), rendered(notes, soundfont))


def test_no_fluidsynth_is_told(monkeypatch, tmp_path, rows):
    monkeypatch.setattr(synthesis.shutil, "which", lambda _: None)
    with pytest.raises(TrainingError, match="install your system's package 'fluidsynth'"):
        rendered(rows((0, 1, 60)), tmp_path / "any.sf2")


@pytest.mark.parametrize("damage", ["missing", "text", "cut short"])
def test_a_bad_soundfont_is_named_and_no_other_takes_its_place(soundfont, tmp_path, rows, damage):
    path = tmp_path / "bad.sf2"
    if damage != "missing":
        path.write_bytes(b"hello" if damage == "text" else soundfont.read_bytes()[:100_000])
    with pytest.raises(TrainingError, match=r"bad\.sf2") as caught:
        rendered(rows((0, 1, 60)), path)
    assert "\n" not in str(caught.value)
