"""Material comes back as it was written, but for the bits that it was written with."""

from functools import partial

import numpy as np
import pytest

from audiostyle.errors import TrainingError
from audiostyle.music.curves import NoteCurves
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.samples.opening import PlayableInstrument
from audiostyle.translation.training.wavenet.material import (
    Material,
    draw_curves,
    read_material,
    render_material,
    write_material,
)


def _play(performance: Performance, keys: list[int]) -> np.ndarray:
    """A click a note, of the key's height, at 44.1 kHz."""
    wave = np.zeros(round((performance.seconds + 1) * 44100), np.float32)
    for note in performance.notes:
        keys.append(int(note["pitch"]))
        wave[round(float(note["onset"]) * 44100) :][:441] = note["pitch"] / 127
    return wave


@pytest.fixture
def clicks():
    keys: list[int] = []
    return PlayableInstrument("clicks", partial(_play, keys=keys), 48, 72), keys


def test_an_instrument_plays_half_minutes_within_its_range(clicks):
    instrument, keys = clicks
    material = render_material(instrument, "valid", 0.6, 0, expressive=True)
    assert len(material.wave) == 2 * 30 * 16000
    assert len(material.performance.notes) == len(keys) and 48 <= min(keys) <= max(keys) <= 72
    again = render_material(instrument, "valid", 0.6, 0, expressive=True)
    np.testing.assert_array_equal(material.wave, again.wave)
    onset = round(float(material.performance.notes["onset"][0]) * 16000)
    assert np.abs(material.wave[onset : onset + 160]).max() > 0.2


@pytest.mark.parametrize("bits", [16, 13])
def test_a_recording_comes_back_but_for_its_rounding(tmp_path, bits):
    wave = np.random.default_rng(0).uniform(-0.2, 0.2, 16000).astype(np.float32)
    notes = np.array([(0.0, 0.5, 60, 90, 0), (0.25, 0.5, 64, 90, 0)], NOTE_DTYPE)
    curves = NoteCurves.from_lists([[0.0, 30.0], [0.0]], [[0.0, -3.0], [0.0]])
    write_material(tmp_path, "train", Material(wave, Performance(notes, {0: 0}, curves=curves)), bits=bits)
    back = read_material(tmp_path, "train")
    assert np.abs(back.wave - wave).max() <= 0.2 / 0.95 * 2.0**-bits * 1.01
    np.testing.assert_array_equal(back.performance.notes, notes)
    np.testing.assert_array_equal(back.performance.curves.cents, curves.cents)


def test_fewer_bits_take_less_room(tmp_path):
    wave = np.random.default_rng(0).uniform(-0.2, 0.2, 16000).astype(np.float32)
    for bits in (16, 12):
        write_material(tmp_path / str(bits), "train", Material(wave, Performance()), bits=bits)
    sizes = [(tmp_path / name / "train.flac").stat().st_size for name in ("16", "12")]
    assert sizes[1] < sizes[0] - 16000 * 3 / 8


def test_material_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(TrainingError, match="no material for 'train'"):
        read_material(tmp_path, "train")
    (tmp_path / "train.npz").write_bytes(b"damaged")
    with pytest.raises(TrainingError, match="no material for 'train'"):
        read_material(tmp_path, "train")


def test_curves_are_those_of_a_player():
    notes = np.array([(0.0, 1.5, 60, 90, 0), (0.5, 1.0, 64, 90, 0)], NOTE_DTYPE)
    drawn = [draw_curves(notes, np.random.default_rng(seed)) for seed in range(20)]
    played = [curves for curves in drawn if curves is not None]
    assert 5 < len(played) < 18
    assert all(len(c) == 2 and np.abs(c.cents).max() < 300 and c.level.max() <= 0 for c in played)
