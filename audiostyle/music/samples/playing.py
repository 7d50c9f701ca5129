"""Performances played on a sampled instrument."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import soxr
from numpy.typing import NDArray

from audiostyle.music.performance import Performance
from audiostyle.music.samples.recordings import LONGEST, RATE, read_note
from audiostyle.music.samples.zones import SampledInstrument, Zone

Renderer = Callable[[Performance], NDArray[np.float32]]
"""A performance to its sound, mono at 44.1 kHz, which begins with the performance."""

_GAIN = 0.25  # headroom for a dozen loud notes at once
_TAIL = 1.5  # seconds after the last note
_DECAY = np.log(1000)  # nepers in 60 dB
_CACHED = 160  # recordings at the pitches of keys; two megabytes each at most


def render_samples(performance: Performance, instrument: SampledInstrument) -> NDArray[np.float32]:
    """Play all pitched notes of a performance on a sampled instrument.

    A note is as loud as its velocity says, times the expression of its channel.

    Args:
        performance: notes in seconds.
        instrument: whose recordings can be read.

    Returns:
        (samples,) float32 at 44.1 kHz, until 1.5 s after the last note.
    """
    total = round((performance.seconds + _TAIL) * RATE)
    wave = np.zeros(total, np.float32)
    for note in performance.get_pitched_notes():
        start, held = round(float(note["onset"]) * RATE), float(note["offset"] - note["onset"])
        key, velocity = int(note["pitch"]), int(note["velocity"])
        for zone in instrument.find_zones(key, velocity):
            _add(wave, start, _play(zone, key, velocity, held))
        stop = start + round(held * RATE)
        for zone in instrument.find_zones(key, velocity, on_release=True):
            softer = 10 ** (-zone.decay * held / 20)
            _add(wave, stop, softer * _GAIN * zone.get_level(velocity) * _transpose(zone, 0.0))
    return _apply_expression(wave, performance)


def _play(zone: Zone, key: int, velocity: int, held: float) -> NDArray[np.float32]:
    """Return the sound of a note that is held for some seconds."""
    wave = _transpose(zone, key - zone.pitch)[: round((held + zone.release) * RATE)]
    stop = round(held * RATE)
    sound = _GAIN * zone.get_level(velocity) * wave
    if zone.attack > 0:
        rise = min(round(zone.attack * RATE), len(sound))
        sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    if len(sound) > stop:
        time = np.arange(len(sound) - stop, dtype=np.float32) / max(zone.release * RATE, 1)
        sound[stop:] *= np.exp(-_DECAY * time).astype(np.float32)
    return np.asarray(sound, np.float32)


@lru_cache(maxsize=_CACHED)
def _transpose(zone: Zone, semitones: float) -> NDArray[np.float32]:
    """Return a zone's recording, faster or slower."""
    wave = read_note(zone)
    if abs(semitones) < 1e-3:
        return wave
    rate = RATE * 2 ** (semitones / 12)
    return soxr.resample(wave, rate, RATE).astype(np.float32)[: round(LONGEST * RATE)]


def _add(wave: NDArray[np.float32], start: int, sound: NDArray[np.float32]) -> None:
    """Add a sound to a wave from a sample on, which may be before its first one."""
    sound, start = sound[max(0, -start) :], max(0, start)
    sound = sound[: max(0, len(wave) - start)]
    wave[start : start + len(sound)] += sound


def _apply_expression(wave: NDArray[np.float32], performance: Performance) -> NDArray[np.float32]:
    """Return the wave times the square of controller 11 of the first channel, as General MIDI has it."""
    if not performance.expression:
        return wave
    first = min(channel for _, channel, _ in performance.expression)
    points = [(time, value / 127) for time, channel, value in performance.expression if channel == first]
    times, values = zip(*points, strict=True)
    now = np.arange(len(wave)) / RATE
    return (wave * np.interp(now, times, values, left=1.0) ** 2).astype(np.float32)
