"""Listening without notes: a stream of sound through the published encoder to its latent."""

from collections.abc import Iterable
from functools import partial

import numpy as np
import torch

from audiostyle.models import mulaw
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.wave_encoder import WaveEncoder
from audiostyle.models.wavenet import SAMPLE_RATE
from audiostyle.translation.listening import LISTENING_RMS, QUIETEST, Heard, stretches
from audiostyle.translation.performance import NOTE_DTYPE
from audiostyle.translation.stretches import Segment, device_of, side_by_side


def listen_for_latent(
    encoder: WaveEncoder, blocks: Iterable[np.ndarray], rms: float, segment: Segment | None = None
) -> Heard:
    """Encode mono blocks (n,) at 16 kHz whose overall level is ``rms``, in stretches that overlap.

    A frame of the latent takes 256 bytes, so an hour takes 18 MB.
    """
    gain = np.float32(LISTENING_RMS / max(rms, QUIETEST))
    context = -(-encoder.receptive_field // (2 * encoder.hop))
    seconds = (segment or Segment()).frames / FRAME_RATE
    length = max(1, round(seconds * SAMPLE_RATE / encoder.hop))
    work = partial(_encode, encoder, gain, context)
    parts = side_by_side(work, stretches(blocks, context, length, encoder.hop), encoder)
    return Heard(np.zeros(0, NOTE_DTYPE), rms, np.concatenate(list(parts)))


def _encode(
    encoder: WaveEncoder, gain: np.float32, context: int, stretch: tuple[np.ndarray, int]
) -> np.ndarray:
    wave, frames = stretch
    codes = mulaw.encode(torch.from_numpy(wave * gain))[None]
    with torch.inference_mode():
        latent = encoder(codes.to(device_of(encoder)))[0, context : context + frames]
    return latent.float().cpu().numpy()
