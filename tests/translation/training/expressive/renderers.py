"""What tests of all renderers need: parts of one note, and the pitch of what is heard."""

import ctypes.util
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import pytest

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.music.libfluidsynth import SoundFont, load_library
from audiostyle.translation.training.expressive.voices import TICK, Part, TargetNote, Voice

FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
TICKS, SAMPLES = 300, 44100


def load_soundfont() -> SoundFont:
    """Return FluidR3, or skip the test where it or FluidSynth's library is missing."""
    if not (FONT.is_file() and ctypes.util.find_library("fluidsynth")):
        pytest.skip("needs FluidSynth's library and its soundfont")
    return SoundFont(load_library(), FONT, ENCODER_RATE)


def make_part(key: int, bend: np.ndarray, start: int = 0, velocity: int = 100) -> Part:
    """Return a part of one note of 300 ticks."""
    flat = np.ones(1, np.float32)
    note = TargetNote(start, start + TICKS, key)
    return Part((Voice(start, start + TICKS, key, velocity, bend.astype(np.float32), flat, (note,)),))


def measure_pitch(wave: np.ndarray) -> np.ndarray:
    """Return the pitch in semitones at every tick, of a wave between 300 and 700 Hz."""
    f0 = librosa.yin(wave, fmin=300, fmax=700, sr=ENCODER_RATE, frame_length=1024, hop_length=TICK)
    return 69 + 12 * np.log2(f0 / 440)


def check_renderer(render: Callable[[Part], np.ndarray]) -> None:
    """Check that vibrato and attack sound as they are played."""
    bend = make_vibrato()
    check_vibrato(render(make_part(69, bend)), bend)
    check_attack(render(make_part(69, np.zeros(2), start=40)))


def check_loudness(render: Callable[[Part], np.ndarray]) -> None:
    """Check that twice the velocity is four times the amplitude."""
    waves = [render(make_part(60, np.zeros(2), velocity=velocity)) for velocity in (100, 50)]
    loud, soft = (np.sqrt(np.mean(wave**2)) for wave in waves)
    assert loud / soft == pytest.approx(4, rel=0.05)


def check_vibrato(wave: np.ndarray, bend: np.ndarray) -> None:
    """Check that a note of key 69 has the pitch of its bend, within a tick or two."""
    heard = measure_pitch(wave)[60 : TICKS - 40]
    errors = [np.abs(heard - 69 - np.roll(bend, k)[60 : TICKS - 40]).mean() for k in range(-3, 4)]
    assert min(errors) < 0.08
    assert errors[3] < 0.25


def check_attack(wave: np.ndarray) -> None:
    """Check that a note that starts at tick 40 begins there."""
    first = np.flatnonzero(np.abs(wave) > 0.1 * np.abs(wave).max())[0]
    assert 40 * TICK - 10 <= first <= 40 * TICK + 0.06 * ENCODER_RATE
    assert not np.abs(wave[: 40 * TICK - 10]).any()


def make_vibrato() -> np.ndarray:
    """Return a bend of half a semitone at 5.5 Hz."""
    return 0.5 * np.sin(2 * np.pi * 5.5 * np.arange(TICKS) * TICK / ENCODER_RATE)
