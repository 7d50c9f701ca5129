"""Listening: a stream of sound through the shared encoder to notes, in constant memory."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import torch

from audiostyle.models.encoder import Code, PitchGridEncoder
from audiostyle.models.frontend import HOP
from audiostyle.translation.grid import NoteTracker

STRETCH = 1024
"""Frames encoded at once, about twelve seconds: fixed, so that results do not depend on any setting."""

LISTENING_RMS = 0.1
"""The level at which an encoder hears every recording."""

_DEPTH, _NEIGHBOURHOOD = 4.5, 1.0  # factor; seconds to either side
_QUIETEST = 1e-4  # RMS below which a recording is taken for silence, not for music to be made loud


@dataclass(frozen=True)
class Heard:
    """What the encoder heard: notes (``NOTE_DTYPE``), and the RMS level of the source."""

    notes: np.ndarray
    rms: float


def rms_level(blocks: Iterable[np.ndarray]) -> float:
    """Return the root mean square of a stream of mono blocks (n,)."""
    power, count = 0.0, 0
    for block in blocks:
        power += float(np.dot(block, block))
        count += block.size
    return (power / max(count, 1)) ** 0.5


def listen(encoder: PitchGridEncoder, blocks: Iterable[np.ndarray], rms: float) -> Heard:
    """Encode mono blocks (n,) at 22,050 Hz whose overall level is ``rms``.

    The recording is heard as embedded in silence, in stretches that overlap by what the encoder can see:
    cutting it changes nothing.
    """
    tracker = NoteTracker()
    gain = np.float32(LISTENING_RMS / max(rms, _QUIETEST))
    for stretch, frames in _stretches(blocks, encoder.context):
        code = _encode(encoder, stretch * gain, frames)
        tracker.process(*(part[0].numpy() for part in (code.onset, code.sounding, code.loudness)))
    empty = np.zeros((2, 88), np.float32)
    tracker.process(empty, empty, empty, last=True)
    return Heard(with_slow_dynamics(tracker.notes()), rms)


def with_slow_dynamics(notes: np.ndarray) -> np.ndarray:
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


def _encode(encoder: PitchGridEncoder, wave: np.ndarray, frames: int) -> Code:
    """Return the code of ``frames`` frames after the context, as probabilities."""
    context, device = encoder.context, encoder.entry.weight.device
    with torch.inference_mode(), fast_arithmetic():
        code = encoder(torch.from_numpy(wave[None]).to(device))
    inner = (part[:, context : context + frames].float().cpu() for part in code)
    onset, sounding, loudness, latent = inner
    return Code(onset.sigmoid(), sounding.sigmoid(), loudness, latent)


def _stretches(blocks: Iterable[np.ndarray], context: int) -> Iterable[tuple[np.ndarray, int]]:
    """Yield (samples, frames): STRETCH frames with ``context`` frames of sound or silence on either side."""
    size, step = (STRETCH + 2 * context) * HOP, STRETCH * HOP
    waiting = np.zeros(context * HOP, np.float32)
    given = total = 0
    for block in blocks:
        total += block.size
        waiting = np.concatenate([waiting, block.astype(np.float32, copy=False)])
        while len(waiting) >= size:
            yield waiting[:size], STRETCH
            given += STRETCH
            waiting = waiting[step:]
    frames = total // HOP + 1
    waiting = np.pad(waiting, (0, size + step))
    while given < frames:
        count = min(STRETCH, frames - given)
        yield waiting[: (count + 2 * context) * HOP], count
        given += count
        waiting = waiting[step:]


def fast_arithmetic() -> AbstractContextManager[None]:
    """Return a context in which networks run in bfloat16 where the processor multiplies it in hardware.

    Elsewhere bfloat16 is emulated, and slower than single precision.
    """
    has_matrix_unit = torch.backends.mkldnn.is_available() and torch.cpu._is_amx_tile_supported()
    return torch.autocast("cpu", torch.bfloat16, enabled=has_matrix_unit)
