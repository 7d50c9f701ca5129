"""Units are converted there and back, and agree with the definitions."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.units import compute_rms, db_to_amplitude, hz_to_midi, midi_to_hz


@given(st.floats(0, 127))
def test_pitch_and_frequency_are_inverse(pitch):
    assert float(hz_to_midi(midi_to_hz(pitch))) == pytest.approx(pitch, abs=1e-9)
    assert float(midi_to_hz(pitch + 12)) == pytest.approx(2 * float(midi_to_hz(pitch)))


def test_concert_pitch_is_440_hz():
    assert float(midi_to_hz(69)) == 440.0 and float(hz_to_midi(440)) == 69.0


def test_twenty_decibels_less_is_a_tenth():
    assert db_to_amplitude(np.array([0.0, -20.0, 6.0])).tolist() == pytest.approx([1, 0.1, 10**0.3])


@given(st.lists(st.integers(0, 5), min_size=2, max_size=2))
def test_shapes_are_kept(shape):
    for function in (midi_to_hz, db_to_amplitude):
        assert function(np.ones(shape)).shape == tuple(shape)


@given(st.lists(st.lists(st.floats(-1, 1, width=32), max_size=20).map(np.float32), max_size=4))
def test_the_rms_of_a_stream_is_that_of_the_whole(blocks):
    whole = np.concatenate([*blocks, np.zeros(0)])
    assert compute_rms(blocks) == pytest.approx(np.sqrt(np.mean(whole**2)) if len(whole) else 0, abs=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_give_tensors_of_their_precision(dtype):
    pitch = torch.linspace(20, 109, 100, dtype=dtype)
    hertz = midi_to_hz(pitch)
    assert hertz.dtype == dtype
    np.testing.assert_allclose(hertz.numpy(), midi_to_hz(pitch.numpy()), rtol=1e-6)
