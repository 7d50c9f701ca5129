"""A corpus of sines: two recordings of twenty seconds with their notes, at both rates that are trained at."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audiostyle.music.midi import write_midi
from audiostyle.music.performance import Performance

Pairs = list[tuple[Path, Path]]


@pytest.fixture(scope="session")
def sine_corpus(tmp_path_factory, make_notes, render_sines) -> Callable[..., Pairs]:
    """``sine_corpus(44100)``: pairs (audio, MIDI) of random notes between C5 and C7."""
    made: dict[tuple[int, float, int], Pairs] = {}

    def pair(folder: Path, number: int, sample_rate: int, seconds: float) -> tuple[Path, Path]:
        rng = np.random.default_rng(number)
        onsets = np.arange(0.3, seconds - 0.5, 0.4)
        notes = [(t, t + rng.uniform(0.15, 0.35), int(rng.integers(72, 97))) for t in onsets]
        audio = folder / f"{number:05d}.flac"
        soundfile.write(audio, render_sines(notes, seconds, sample_rate), sample_rate)
        write_midi(Performance(make_notes(*notes), {0: 79}), audio.with_suffix(".mid"))
        return audio, audio.with_suffix(".mid")

    def corpus(sample_rate: int, seconds: float = 20.0, count: int = 2) -> Pairs:
        key = sample_rate, seconds, count
        if key not in made:
            folder = tmp_path_factory.mktemp("corpus")
            made[key] = [pair(folder, number, sample_rate, seconds) for number in range(count)]
        return made[key]

    return corpus


@pytest.fixture
def domain_folders(sine_corpus, tmp_path) -> list[Path]:
    """Two domains, each a folder of two recordings with their notes."""
    for name in ("low", "high"):
        (tmp_path / name).mkdir()
        for audio, midi in sine_corpus(44100, seconds=11.0):
            shutil.copy(audio, tmp_path / name)
            shutil.copy(midi, tmp_path / name)
    return [tmp_path / "low", tmp_path / "high"]
