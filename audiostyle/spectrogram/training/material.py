"""Synthetic recordings that are no music: surroundings, and speech where eSpeak NG is installed.

Surroundings are filtered noise with an envelope, or many short tones: wind, surf, rain, fire, birds, engines.
McDermott & Simoncelli 2011 describe such textures by statistics of their subbands; here they only have to be
of many kinds.  Recording *n* depends on the seed and on *n* alone.
"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.sound.writing import AudioWriter

RATE = 44_100
"""Sample rate in hertz."""

SECONDS = 20.0
"""Length of a recording of surroundings."""

_VOICES = ("en-gb", "en-us", "de", "fr-fr", "es", "it", "pl", "sv", "ja", "sw")
_SYLLABLES = ("ka", "to", "mi", "ran", "sel", "vu", "pe", "lor", "shi", "na", "gro", "fi", "dem", "ya", "bu")

Generator = np.random.Generator


def write_surroundings(folder: Path, count: int, seed: int = 0) -> None:
    """Write ``count`` recordings of 20 s into ``folder``; those that exist stay.

    Args:
        folder: made if need be.
        count: of recordings; six kinds of surroundings take turns.
        seed: of all of them.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_surroundings(folder, 1)
        >>> [file.name for file in folder.iterdir()]
        ['00000.flac']
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / f"{number:05d}.flac"
        if not file.exists():
            rng = np.random.default_rng([seed, number])
            wave = _KINDS[number % len(_KINDS)](rng)
            with AudioWriter(file, RATE, 1, subtype="PCM_16") as writer:
                writer.write(0.5 * wave[None] / np.abs(wave).max())


def write_speech(folder: Path, count: int, seed: int = 0) -> None:
    """Write ``count`` recordings of random syllables, spoken by eSpeak NG; those that exist stay.

    Args:
        folder: made if need be.
        count: of recordings.
        seed: of words and voices.

    Raises:
        TrainingError: eSpeak NG is not installed.

    Example:
        >>> write_speech(Path("speech"), 24)  # doctest: +SKIP
    """
    program = shutil.which("espeak-ng")
    if program is None:
        raise TrainingError("speech needs eSpeak NG: install your system's package 'espeak-ng'")
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = folder / f"{number:05d}.wav"
        if not file.exists():
            rng = np.random.default_rng([seed, number])
            words = ["".join(rng.choice(_SYLLABLES, rng.integers(1, 4))) for _ in range(40)]
            text = ", ".join(" ".join(words[n : n + 5]) for n in range(0, len(words), 5))
            voice = f"{rng.choice(_VOICES)}+{rng.choice(['m3', 'f2', 'f4', 'm7'])}"
            command = [
                program,
                "-v",
                voice,
                "-p",
                str(rng.integers(20, 80)),
                "-s",
                str(rng.integers(120, 200)),
            ]
            with write_atomically(file, TrainingError) as temporary:
                subprocess.run([*command, "-w", str(temporary), text], check=True, capture_output=True)


def _filter_noise(noise: np.ndarray, center: float, octaves: float, slope: float = 0.0) -> np.ndarray:
    """Keep what lies within some octaves of a center in hertz, falling by ``slope`` dB an octave."""
    spectrum = np.fft.rfft(noise)
    distance = np.log2(np.maximum(np.fft.rfftfreq(len(noise), 1 / RATE), 10.0) / center)
    gain = np.exp(-0.5 * (distance / octaves) ** 2) * 10 ** (-slope * distance / 20)
    return np.asarray(np.fft.irfft(spectrum * gain, len(noise)))


def _draw_envelope(rng: Generator, hertz: float) -> np.ndarray:
    """Draw a positive envelope that changes about ``hertz`` times a second."""
    points = rng.normal(size=max(2, int(SECONDS * hertz) + 2))
    places = np.linspace(0, len(points) - 1, _count_samples())
    return np.exp(0.7 * np.interp(places, np.arange(len(points)), points))


def _count_samples() -> int:
    return round(SECONDS * RATE)


def _draw_wind(rng: Generator) -> np.ndarray:
    layers = (
        _filter_noise(rng.normal(size=_count_samples()), 2 ** rng.uniform(7, 11), rng.uniform(0.3, 1.5))
        * _draw_envelope(rng, 0.7)
        for _ in range(3)
    )
    return np.sum(list(layers), axis=0)


def _draw_surf(rng: Generator) -> np.ndarray:
    return (
        _filter_noise(rng.normal(size=_count_samples()), 800, 4, rng.uniform(1, 5))
        * _draw_envelope(rng, 0.3) ** 2
    )


def _draw_grains(
    rng: Generator, rate: float, octave: tuple[float, float], decay: tuple[float, float]
) -> np.ndarray:
    """Draw damped tones at random moments: drops, crackling, chirps.

    Args:
        rng: generator.
        rate: tones a second.
        octave: range of the logarithm to base 2 of their frequency in hertz.
        decay: range of their time constants in seconds.
    """
    wave = np.zeros(_count_samples())
    for _ in range(int(rate * SECONDS)):
        length = rng.uniform(*decay)
        time = np.arange(int(5 * length * RATE)) / RATE
        start = int(rng.integers(_count_samples()))
        glide = rng.normal() * 0.5
        turns = 2 ** rng.uniform(*octave) * (time + glide * time**2)
        grain = rng.exponential() * np.exp(-time / length) * np.sin(2 * np.pi * turns)
        wave[start : start + len(grain)] += grain[: len(wave) - start]
    return wave


def _draw_rain(rng: Generator) -> np.ndarray:
    drops = _draw_grains(rng, rng.uniform(50, 400), (9.5, 13.5), (0.001, 0.01))
    hiss = _filter_noise(rng.normal(size=_count_samples()), 5000, 2)
    return drops + rng.uniform(0.02, 0.3) * hiss / hiss.std() * drops.std()


def _draw_fire(rng: Generator) -> np.ndarray:
    crackling = _draw_grains(rng, rng.uniform(5, 40), (9, 13), (0.0005, 0.004))
    roar = _filter_noise(rng.normal(size=_count_samples()), 150, 1.5) * _draw_envelope(rng, 3)
    return crackling + rng.uniform(0.2, 2) * roar / roar.std() * crackling.std()


def _draw_birds(rng: Generator) -> np.ndarray:
    return _draw_grains(rng, rng.uniform(1, 15), (10.5, 12.7), (0.02, 0.15))


def _draw_engine(rng: Generator) -> np.ndarray:
    turns = np.cumsum(rng.uniform(15, 90) * (1 + 0.2 * np.log(_draw_envelope(rng, 0.3)))) / RATE
    pulses = sum(np.sin(2 * np.pi * n * turns + rng.uniform(0, 7)) / n for n in range(1, 40))
    body = _filter_noise(np.asarray(pulses), 2 ** rng.uniform(7, 10), 2)
    hiss = _filter_noise(rng.normal(size=_count_samples()), 2000, 2) * (1 + np.sin(2 * np.pi * turns))
    return body / body.std() + rng.uniform(0.05, 0.5) * hiss / hiss.std()


_KINDS: tuple[Callable[[Generator], np.ndarray], ...] = (
    _draw_wind,
    _draw_surf,
    _draw_rain,
    _draw_fire,
    _draw_birds,
    _draw_engine,
)
