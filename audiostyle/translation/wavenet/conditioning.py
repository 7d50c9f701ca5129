"""What a WaveNet is told of the notes: for every frame of 10 ms, four numbers a key.

They are functions of :class:`~audiostyle.models.excitation.KeyStates`, counted from a frame's middle: how
hard a key is held, how hard it has just been struck, what is left of that after half a second's decay, and
what rings on after it was let go.  A network that hears an eighth of a second of its own past can tell from
them what a note should have come to by now.
"""

import numpy as np

from audiostyle.models.frontend import FRAME_RATE, PITCHES
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.performance import Performance, map_times, select_notes
from audiostyle.translation.note_grid import compute_key_states

HOP = 160
"""Samples of a frame at 16 kHz."""

WIDTH = 4 * PITCHES
"""Numbers in a frame."""

_RATE = WAVENET_RATE / HOP
_STRUCK, _DECAY, _RINGING = 2.0, 50.0, 8.0  # frames to 1 / e
_TAIL = 100  # frames after which a released key is forgotten


def compute_conditioning(performance: Performance, first: int, frames: int) -> np.ndarray:
    """Return (frames, WIDTH) float32, from frame ``first`` of a performance on."""
    level, age, released = compute_states(performance, first, frames)
    held = level * (released == 0)
    parts = [
        held,
        level * np.exp(age / -_STRUCK),
        held * np.exp(age / -_DECAY),
        (level - held) * np.exp(released / -_RINGING),
    ]
    return np.concatenate(parts, axis=1, dtype=np.float32)


def compute_states(
    performance: Performance, first: int, frames: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return level, age and time since the release of every key, each (frames, 88), in frames of 10 ms."""
    found = compute_key_states(_crop_from_frame(performance, first, frames), frames, _TAIL)
    level, age, released = (part[0].numpy() for part in found)
    # The frame in which a note begins, though after its middle, is the note's first.
    return level * (age > -0.5), np.maximum(age, 0), released


def _crop_from_frame(performance: Performance, first: int, frames: int) -> Performance:
    """Return what sounds in those frames with times for :func:`compute_key_states`, whose frames are others."""
    start, stop = (first - _TAIL) / _RATE, (first + frames + 1) / _RATE
    sounding = select_notes(performance, start, stop)
    return map_times(sounding, lambda time: (time * _RATE - first - 0.5) / FRAME_RATE)
