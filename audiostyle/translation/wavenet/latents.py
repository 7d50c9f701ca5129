"""The published encoder at work: a stream of sound to a latent, without notes, in constant memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.models.device import get_device
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.wavenet import mulaw
from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.sound.blocks import cut_segments
from audiostyle.translation.segments import SegmentLength, map_segments
from audiostyle.translation.transcription import SILENCE_RMS, TRANSCRIPTION_RMS, Transcription


@dataclass(frozen=True)
class LatentEncoder:
    """The :class:`~audiostyle.translation.encoders.Encoder` that finds no notes but gives a latent.

    Attributes:
        network: in evaluation mode, on the device that it is to compute on.

    Example:
        >>> network = WaveEncoder(blocks=1, layers=2, channels=4, latent=3, hop=800).eval()
        >>> transcription = LatentEncoder(network).transcribe([np.zeros(1600, np.float32)], rms=0.0)
        >>> len(transcription.notes), transcription.latent.shape
        (0, (3, 3))
    """

    network: WaveEncoder
    sample_rate: ClassVar[int] = WAVENET_RATE
    finds_notes: ClassVar[bool] = False

    def transcribe(
        self, blocks: Iterable[NDArray[np.float32]], rms: float, segment: SegmentLength | None = None
    ) -> Transcription:
        """Encode a recording; see :func:`encode_latent`."""
        return encode_latent(self.network, blocks, rms, segment)


def encode_latent(
    network: WaveEncoder,
    blocks: Iterable[NDArray[np.float32]],
    rms: float,
    segment: SegmentLength | None = None,
) -> Transcription:
    """Encode a recording, in segments that overlap by what the network can see.

    A frame of a latent of 64 numbers takes 256 bytes, so an hour takes 18 MB.

    Args:
        network: the encoder.
        blocks: mono blocks (n,) of any lengths at 16 kHz, full scale ±1.
        rms: root mean square of the whole recording, by which its level is evened out.
        segment: how much is encoded at a time.

    Returns:
        A transcription without notes, whose latent is (N // hop + 1, Z).
    """
    gain = np.float32(TRANSCRIPTION_RMS / max(rms, SILENCE_RMS))
    context = -(-network.receptive_field // (2 * network.hop))
    seconds = (segment or SegmentLength()).frames / FRAME_RATE
    length = max(1, round(seconds * WAVENET_RATE / network.hop))
    work = partial(_encode, network, gain, context)
    parts = map_segments(work, cut_segments(blocks, context, length, network.hop), network)
    return Transcription(np.zeros(0, NOTE_DTYPE), rms, np.concatenate(list(parts)))


def _encode(
    network: WaveEncoder, gain: np.float32, context: int, part: tuple[NDArray[np.float32], int]
) -> NDArray[np.float32]:
    wave, frames = part
    codes = mulaw.encode(torch.from_numpy(wave * gain))[None]
    with torch.inference_mode():
        latent = network(codes.to(get_device(network)))[0, context : context + frames]
    return latent.float().cpu().numpy()
