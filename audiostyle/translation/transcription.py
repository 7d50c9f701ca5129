"""Listening: a stream of sound through the shared encoder to notes, in constant memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from audiostyle.models.device import autocast_bfloat16, get_device
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.frontend import HOP
from audiostyle.sound.blocks import cut_segments
from audiostyle.translation.note_grid import NoteTracker
from audiostyle.translation.segments import SegmentLength, map_segments

TRANSCRIPTION_RMS = 0.1
"""The level at which an encoder hears every recording."""

_DEPTH, _NEIGHBOURHOOD = 4.5, 1.0  # factor; seconds to either side
QUIETEST = 1e-4  # RMS below which a recording is taken for silence, not for music to be made loud


@dataclass(frozen=True)
class Transcription:
    """What the encoder heard: notes (``NOTE_DTYPE``), and the RMS level of the source.

    One that hears no notes gives a ``latent`` (F, Z) instead.
    """

    notes: np.ndarray
    rms: float
    latent: np.ndarray | None = None


def compute_rms(blocks: Iterable[np.ndarray]) -> float:
    """Return the root mean square of a stream of mono blocks (n,)."""
    power, count = 0.0, 0
    for block in blocks:
        power += float(np.dot(block, block))
        count += block.size
    return (power / max(count, 1)) ** 0.5


def transcribe(
    encoder: PitchGridEncoder,
    blocks: Iterable[np.ndarray],
    rms: float,
    segment: SegmentLength | None = None,
) -> Transcription:
    """Encode mono blocks (n,) at 22,050 Hz whose overall level is ``rms``.

    The recording is heard as embedded in silence, in stretches that overlap by what the encoder can see:
    cutting it changes nothing.
    """
    tracker, segment = NoteTracker(), segment or SegmentLength()
    gain = np.float32(TRANSCRIPTION_RMS / max(rms, QUIETEST))

    def work(stretch: tuple[np.ndarray, int]) -> np.ndarray:
        wave, frames = stretch
        return segment.fitted(encoder, partial(_encode, encoder, wave * gain), 0, frames)

    for code in map_segments(work, cut_segments(blocks, encoder.context, segment.frames, HOP), encoder):
        tracker.process(*code.transpose(1, 0, 2))
    empty = np.zeros((2, 88), np.float32)
    tracker.process(empty, empty, empty, last=True)
    return Transcription(rescale_velocities(tracker.notes()), rms)


def rescale_velocities(notes: np.ndarray) -> np.ndarray:
    """Return notes whose swells and fades are as deep as they are played.

    An encoder is trained on excerpts brought to random levels, so all that it can tell of a piece's slow
    dynamics is a trace, while its judgement of one note beside its neighbours is right. The factor is the
    regression of the true on the heard velocities of held-out pieces: 4.5 for means over two seconds, 1.0
    for what a note differs from them.
    """
    if not len(notes):
        return notes
    velocity, onset = notes["velocity"].astype(float), notes["onset"]
    sums = np.concatenate([[0.0], np.cumsum(velocity)])
    low, high = (np.searchsorted(onset, onset + sign * _NEIGHBOURHOOD) for sign in (-1, 1))
    local = (sums[high] - sums[low]) / (high - low)
    result = notes.copy()
    deepened = velocity + (_DEPTH - 1) * (local - velocity.mean())
    result["velocity"] = np.clip(np.round(deepened), 1, 127)
    return result


def _encode(encoder: PitchGridEncoder, wave: np.ndarray, first: int, frames: int) -> np.ndarray:
    """Return (frames, 3, 88) from frame ``first`` after the context: onset, sounding, loudness in [0, 1]."""
    context = encoder.context
    heard = wave[first * HOP : (first + frames + 2 * context) * HOP]
    with torch.inference_mode(), autocast_bfloat16():
        heads = encoder.heads(torch.from_numpy(heard[None]).to(get_device(encoder)))
    return heads[0, context : context + frames].float().sigmoid().cpu().numpy()
