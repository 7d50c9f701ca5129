"""Tests of :mod:`audiostyle.translation.training.expressive.sampler`."""

from pathlib import Path

import numpy as np
from translation.training.expressive import renderers

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.translation.training.expressive import sampler
from audiostyle.translation.training.expressive.sampler import SampledInstrument
from audiostyle.translation.training.expressive.voices import Part


def _render(part: Part) -> np.ndarray:
    """Render with a recording that is a fifth of a semitone too high."""
    time = np.arange(3 * ENCODER_RATE) / ENCODER_RATE
    pitch = 440 * 2 ** ((67.2 - 69) / 12)
    wave = np.sum([np.sin(2 * np.pi * k * pitch * time) / k for k in (1, 2, 3)], axis=0)
    instrument = SampledInstrument((8000 * wave).astype(np.int16), np.array([[67.2, 127, 0, len(time)]]))
    return sampler.render_part(part, instrument, renderers.SAMPLES, np.random.default_rng(0))


def test_vibrato_and_attack_sound_as_they_are_played() -> None:
    renderers.check_renderer(_render)


def test_twice_the_velocity_is_four_times_the_amplitude() -> None:
    renderers.check_loudness(_render)


def test_instruments_are_written_and_read(tmp_path: Path) -> None:
    time = np.arange(2 * ENCODER_RATE) / ENCODER_RATE
    wave = (8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)
    table = np.array([[69.0, 127.0, 0, len(wave)]])
    sampler.write_instrument(tmp_path, "whistle", SampledInstrument(wave, table))
    (name, read), *rest = sampler.read_instruments(tmp_path).items()
    assert name == "whistle" and not rest
    assert np.array_equal(read.table, table)
    assert np.corrcoef(read.wave[: len(wave)].astype(float), wave.astype(float))[0, 1] > 0.99
