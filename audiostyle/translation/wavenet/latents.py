"""Listening without notes: a stream of sound through the published encoder to its latent."""

from collections.abc import Iterable
from functools import partial

import numpy as np
import torch

from audiostyle.models.device import get_device
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.wavenet import mulaw
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.performance import NOTE_DTYPE
from audiostyle.sound.blocks import cut_segments
from audiostyle.translation.segments import SegmentLength, map_segments
from audiostyle.translation.transcription import QUIETEST, TRANSCRIPTION_RMS, Transcription


def encode_latent(
    encoder: WaveEncoder, blocks: Iterable[np.ndarray], rms: float, segment: SegmentLength | None = None
) -> Transcription:
    """Encode mono blocks (n,) at 16 kHz whose overall level is ``rms``, in stretches that overlap.

    A frame of the latent takes 256 bytes, so an hour takes 18 MB.
    """
    gain = np.float32(TRANSCRIPTION_RMS / max(rms, QUIETEST))
    context = -(-encoder.receptive_field // (2 * encoder.hop))
    seconds = (segment or SegmentLength()).frames / FRAME_RATE
    length = max(1, round(seconds * WAVENET_RATE / encoder.hop))
    work = partial(_encode, encoder, gain, context)
    parts = map_segments(work, cut_segments(blocks, context, length, encoder.hop), encoder)
    return Transcription(np.zeros(0, NOTE_DTYPE), rms, np.concatenate(list(parts)))


def _encode(
    encoder: WaveEncoder, gain: np.float32, context: int, stretch: tuple[np.ndarray, int]
) -> np.ndarray:
    wave, frames = stretch
    codes = mulaw.encode(torch.from_numpy(wave * gain))[None]
    with torch.inference_mode():
        latent = encoder(codes.to(get_device(encoder)))[0, context : context + frames]
    return latent.float().cpu().numpy()
