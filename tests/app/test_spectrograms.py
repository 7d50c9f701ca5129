"""Spectrograms show each tone at its place and moment, whatever the length, and in little memory."""

import numpy as np
import pytest
import soundfile
from PIL import Image

from audiostyle.app import spectrograms
from audiostyle.app.spectrograms import COLUMNS, LOWEST, RANGE, RATE, ROWS, compute_levels, draw_spectrogram


def write(path, wave, rate=RATE):
    soundfile.write(path, wave, rate, subtype="FLOAT")
    return path


def find_row(hertz):
    return np.log(hertz / LOWEST) / np.log(RATE / 2 / LOWEST) * ROWS


@pytest.mark.parametrize("hertz", [110.0, 440.0, 3000.0])
@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_a_tone_is_loudest_in_its_row(tmp_path, hertz, rate):
    levels = compute_levels(
        write(tmp_path / "a.wav", 0.1 * np.sin(2 * np.pi * hertz / rate * np.arange(2 * rate)), rate)
    )
    assert levels.shape[0] == ROWS and levels.max() == 0 and levels.min() >= -RANGE - 1e-3
    assert abs(levels.mean(axis=1).argmax() - find_row(hertz)) < 2


@pytest.mark.parametrize("seconds", [1.0, 40.0, 130.0])
def test_a_click_is_in_its_column_whatever_the_length(tmp_path, seconds):
    wave = np.zeros(round(seconds * 8000))
    wave[len(wave) * 3 // 4] = 0.9
    levels = compute_levels(write(tmp_path / "a.wav", wave, 8000))
    assert levels.shape[1] <= COLUMNS
    place = (np.flatnonzero(levels.max(axis=0) > -40).mean() + 0.5) / levels.shape[1]
    assert abs(place - 0.75) < max(0.25 / seconds, 2 / COLUMNS)


def test_columns_are_the_loudest_of_their_frames(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", 0.1 * np.random.default_rng(0).standard_normal(RATE * 10))
    fine = compute_levels(path)
    monkeypatch.setattr(spectrograms, "COLUMNS", 40)
    coarse = compute_levels(path)
    each = -(-fine.shape[1] // coarse.shape[1])
    padded = np.pad(fine, ((0, 0), (0, -fine.shape[1] % each)), constant_values=-RANGE)
    expected = padded.reshape(ROWS, -1, each).max(axis=2)
    np.testing.assert_allclose(coarse, expected[:, : coarse.shape[1]], atol=1e-3)


def test_silence_and_the_shortest_sound_can_be_drawn(tmp_path):
    for name, wave in (("silent", np.zeros(RATE)), ("short", np.ones(3) * 0.1)):
        draw_spectrogram(write(tmp_path / f"{name}.wav", wave), tmp_path / f"{name}.png")
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert picture.size[1] == ROWS and picture.mode == "P"


def test_low_tones_are_at_the_bottom_of_the_picture(tmp_path):
    wave = 0.1 * np.sin(2 * np.pi * 100 / RATE * np.arange(RATE))
    draw_spectrogram(write(tmp_path / "a.wav", wave), tmp_path / "a.png")
    light = np.asarray(Image.open(tmp_path / "a.png").convert("L"), float).mean(axis=1)
    assert light.argmax() > ROWS / 2
