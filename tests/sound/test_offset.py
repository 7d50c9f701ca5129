"""Offsets: taken away where there is one; sound without one, and silence, stay bit for bit."""

import numpy as np
import pytest

from audiostyle.sound.offset import OffsetRemover

RATE = 8000


def make_tone(samples: int = 40_000) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * 60 / RATE * np.arange(samples))).astype(np.float32)


@pytest.mark.parametrize("offset", [0.1, -0.5, 1e-3])
@pytest.mark.parametrize("level", [1.0, 1e-3])
def test_an_offset_is_taken_away(offset, level):
    tone = level * make_tone()
    made = OffsetRemover(1, RATE).process(tone[None] + np.float32(offset * level))
    assert abs(made.mean()) < 0.05 * level  # what is smaller than a fifth of the sound may stay
    if abs(offset) > 0.05:
        np.testing.assert_allclose(made[0], tone, atol=1e-3 * level)


def test_every_channel_has_its_own():
    tone = make_tone()
    made = OffsetRemover(2, RATE).process(np.stack([tone + np.float32(0.2), tone]))
    np.testing.assert_allclose(made[0], tone, atol=1e-3)
    assert np.array_equal(made[1], tone)


def test_silence_stays_silence():
    wave = np.concatenate([np.zeros(6400), make_tone() + 0.2, np.zeros(6400)]).astype(np.float32)[None]
    remover = OffsetRemover(1, RATE)
    made = np.concatenate(
        [remover.process(block) for block in np.split(wave, [12_000, 30_000], axis=1)], axis=1
    )
    assert not made[:, :6400].any() and not made[:, -6336:].any()
    assert abs(made[:, 6400:-6400].mean()) < 1e-3


def test_a_constant_is_silence_and_a_short_sound_is_left_alone():
    assert not OffsetRemover(1, RATE).process(np.full((1, 8000), 0.3, np.float32)).any()
    short = np.full((1, 9), 0.3, np.float32)
    assert np.array_equal(OffsetRemover(1, RATE).process(short), short)
    assert OffsetRemover(3, RATE).process(np.zeros((3, 0), np.float32)).shape == (3, 0)
