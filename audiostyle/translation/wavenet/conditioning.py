"""Conditioning: the notes as a WaveNet reads them, four or five numbers a key for every frame of 10 ms.

They are functions of :class:`~audiostyle.models.excitation.KeyStates`, at the middle of a frame:

1. how hard a key is held down;
2. the same, decaying to 1 / e in 2 frames from the onset: how hard it has just been struck;
3. the first, decaying to 1 / e in 50 frames from the onset;
4. how hard it was held before it was released, decaying to 1 / e in 8 frames from the release;
5. by how many semitones it is bent while it sounds, for WaveNets of domains whose notes can be.

The first four follow the level curves of notes, the last one their pitch curves.
A WaveNet sees an eighth of a second of its own past.  From these numbers it can tell what a note should have
come to by now.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.models.frontend import FRAME_RATE, PITCHES
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.performance import Performance, map_times, select_notes
from audiostyle.translation.note_grid import compute_key_states, compute_window_bends

HOP = 160
"""Samples of a frame at 16 kHz."""

WIDTH = 4 * PITCHES
"""Numbers in a frame."""

BENT_WIDTH = 5 * PITCHES
"""Numbers in a frame that says how keys are bent."""

_RATE = WAVENET_RATE / HOP
_STRUCK, _DECAY, _RINGING = 2.0, 50.0, 8.0  # frames in which a number falls to 1 / e
_TAIL = 100  # frames after which a released key is forgotten
_SEMITONE = 100.0  # cents

Frames = NDArray[np.floating]


def compute_conditioning(
    performance: Performance, first: int, frames: int, *, bends: bool = False
) -> NDArray[np.float32]:
    """Return what a WaveNet reads of a performance.

    Args:
        performance: as :func:`~audiostyle.translation.note_grid.truncate_overlaps` returns it.
        first: the first frame, of 10 ms.
        frames: how many.
        bends: whether to say how keys are bent.

    Returns:
        (frames, WIDTH) or (frames, BENT_WIDTH) float32: the first number of all 88 keys, then the second, and
        so on.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> middle_c = Performance(np.array([(0.1, 0.3, 60, 127, 0)], NOTE_DTYPE))
        >>> conditioning = compute_conditioning(middle_c, first=0, frames=40)
        >>> np.flatnonzero(conditioning[:, 39])[[0, -1]].tolist()
        [10, 29]
    """
    level, age, released = compute_states(performance, first, frames)
    held = level * (released == 0)
    parts = [
        held,
        level * np.exp(age / -_STRUCK),
        held * np.exp(age / -_DECAY),
        (level - held) * np.exp(released / -_RINGING),
    ]
    if bends:
        parts.append(_compute_bends(performance, first, frames) * (level > 0))
    return np.concatenate(parts, axis=1, dtype=np.float32)


def compute_states(performance: Performance, first: int, frames: int) -> tuple[Frames, Frames, Frames]:
    """Return level, age and time since the release of every key, each (frames, 88), in frames of 10 ms."""
    states = compute_key_states(_crop_from_frame(performance, first, frames), frames, _TAIL)
    level, age, released = (part[0].numpy() for part in states)
    # The frame in which a note begins, though after its middle, is the note's first.
    return level * (age > -0.5), np.maximum(age, 0), released


def _compute_bends(performance: Performance, first: int, frames: int) -> Frames:
    """Return by how many semitones every key is bent, (frames, 88)."""
    bends = compute_window_bends(_crop_from_frame(performance, first, frames), 0, frames)
    return np.zeros((frames, PITCHES)) if bends is None else bends.cents.numpy() / _SEMITONE


def _crop_from_frame(performance: Performance, first: int, frames: int) -> Performance:
    """Return the notes of those frames, with times in seconds of :func:`compute_key_states`' own frames."""
    start, stop = (first - _TAIL) / _RATE, (first + frames + 1) / _RATE
    sounding = select_notes(performance, start, stop)
    return map_times(sounding, lambda time: (time * _RATE - first - 0.5) / FRAME_RATE)
