"""Training targets: what an encoder is to find in a recording, frame by frame and key by key.

Each is a grid (T, 88) of the code's T frames:

- *onset*: a note begins, by an attack or where a slide has left one note for the next;
- *sounding*: a key or the pedal holds a note that is still audible;
- *loudness*: velocity × expression in [0, 1], as in :func:`audiostyle.translation.note_grid.rasterize`;
- *cents*: how far the sounding pitch is above the key's;
- *level*: decibels, see :func:`compute_levels`.

They are stored as bytes, because those of a hundred hours are kept in the memory of a GPU.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.translation.training.expressive.voices import TICKS_PER_FRAME, Part, Voice, to_frame

ONSET, SOUNDING = 1, 2
"""Bits of ``flags``."""

CENTS_STEP = 2.0
"""Cents between two values of the byte, whose middle, 128, is in tune."""

LOUDNESS_STEPS = 255
"""Value of the byte at loudness 1."""

LEVEL_STEP, LEVEL_FLOOR = 0.5, -100.0
"""A byte ``b`` stands for a level of ``LEVEL_FLOOR + LEVEL_STEP * b`` decibels."""

_DECIBELS_PER_DECADE = 40  # of loudness: a synthesizer's amplitude is the square of velocity and expression


class QuantizedTargets(NamedTuple):
    """The targets of T frames as bytes, each grid (T, 88) uint8.

    Attributes:
        flags: the bits :data:`ONSET` and :data:`SOUNDING`.
        loudness: in steps of 1 / 255.
        cents: in steps of :data:`CENTS_STEP` from 128.
        level: in steps of :data:`LEVEL_STEP` from :data:`LEVEL_FLOOR`.
    """

    flags: NDArray[np.uint8]
    loudness: NDArray[np.uint8]
    cents: NDArray[np.uint8]
    level: NDArray[np.uint8]

    def stack(self) -> NDArray[np.uint8]:
        """Return all grids in one array (4, T, 88)."""
        return np.stack(self)


def gain_to_loudness(decibels: float) -> float:
    """Return the factor of loudness (velocity or expression) that changes the level by so many decibels.

    Example:
        >>> gain_to_loudness(40.0)
        10.0
    """
    return float(10 ** (decibels * (1 / _DECIBELS_PER_DECADE)))


def compute_levels(loudness: ArrayLike) -> NDArray[np.float64]:
    """Return the level in decibels of notes: 40 log₁₀ of their loudness, as FluidSynth plays it.

    The level says how hard a note is played and not what the instrument makes of it: it follows a swell and
    stays where it is while a string dies away.  The levels of a whole part are moved together
    (:func:`measure_level_offset`), so that they can be compared between instruments.
    """
    return np.asarray(40 * np.log10(np.maximum(loudness, 1e-3)))


def rasterize_parts(parts: Sequence[Part], offsets: Sequence[float], frames: int) -> QuantizedTargets:
    """Draw the target notes of parts on ``frames`` frames.

    Args:
        parts: their gains count as if they were played that much louder.
        offsets: decibels that :func:`measure_level_offset` gives for each part.
        frames: T.

    Example:
        >>> flat = np.ones(1, np.float32)
        >>> from audiostyle.translation.training.expressive.voices import TargetNote
        >>> voice = Voice(4, 40, 60, 127, 0 * flat, flat, (TargetNote(4, 40, 60),))
        >>> targets = rasterize_parts([Part((voice,))], [0.0], 30)
        >>> np.flatnonzero(targets.flags[:, 60 - 21] & ONSET).tolist()
        [2]
    """
    flags = np.zeros((frames, PITCHES), np.uint8)
    loudness = np.zeros((frames, PITCHES))
    cents = np.zeros((frames, PITCHES))
    level = np.full((frames, PITCHES), LEVEL_FLOOR)
    for part, offset in zip(parts, offsets, strict=True):
        for voice in part.voices:
            for start, stop, key in _find_spans(voice, frames):
                if start >= 0 and start < frames:
                    flags[start, key] |= ONSET
                now = np.arange(max(start, 0), stop)
                if not len(now):
                    continue
                flags[now, key] |= SOUNDING
                ticks = now * TICKS_PER_FRAME
                played = voice.velocity / 127 * voice.sample_expression(ticks)
                loudness[now, key] = np.maximum(loudness[now, key], played * gain_to_loudness(part.gain))
                here = compute_levels(played) + offset + part.gain
                deviation = 100 * (voice.key + voice.sample_bend(ticks) - key - LOWEST_PITCH)
                louder = here > level[now, key]
                level[now[louder], key] = here[louder]
                cents[now[louder], key] = deviation[louder]
    return _quantize(flags, loudness, cents, level)


def _quantize(
    flags: NDArray[np.uint8], loudness: np.ndarray, cents: np.ndarray, level: np.ndarray
) -> QuantizedTargets:
    return QuantizedTargets(
        flags,
        np.clip(np.round(loudness * LOUDNESS_STEPS), 0, 255).astype(np.uint8),
        np.clip(np.round(cents / CENTS_STEP) + 128, 0, 255).astype(np.uint8),
        np.clip(np.round((level - LEVEL_FLOOR) / LEVEL_STEP), 0, 255).astype(np.uint8),
    )


def measure_level_offset(part: Part, wave: np.ndarray, frames: int) -> float:
    """Return the decibels that must be added to the levels of a part to match its sound.

    With them the mean power of the sound, where any target note is held, is the mean of the sums of its
    notes' powers.

    Args:
        part: its gain does not count.
        wave: (N,), the sound of the part without its gain.
        frames: T; N is a multiple of it.
    """
    power = np.zeros(frames)
    for voice in part.voices:
        for start, stop, _ in _find_spans(voice, frames):
            now = np.arange(max(start, 0), stop)
            played = voice.velocity / 127 * voice.sample_expression(now * TICKS_PER_FRAME)
            power[now] += 10 ** (compute_levels(played) / 10)
    held = power > 0
    if not held.any():
        return LEVEL_FLOOR
    hop = len(wave) // frames
    sound = np.mean(wave[: hop * frames].reshape(frames, hop).astype(np.float64) ** 2, axis=1)
    return float(10 * np.log10(max(sound[held].mean(), 1e-12) / power[held].mean()))


def _find_spans(voice: Voice, frames: int) -> list[tuple[int, int, int]]:
    """Return first frame, frame after the last, and key index of the target notes that reach the grid."""
    spans = []
    for note in voice.targets:
        start = to_frame(note.start)
        stop = min(max(start + 1, to_frame(note.stop)), frames)
        key = note.pitch - LOWEST_PITCH
        if 0 <= key < PITCHES and stop > 0 and start < frames:
            spans.append((start, stop, key))
    return spans
