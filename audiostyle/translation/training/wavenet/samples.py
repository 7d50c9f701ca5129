"""Recordings of what a WaveNet generates, written at validations to listen to."""

from pathlib import Path

import numpy as np

from audiostyle.models.wavenet.network import WAVENET_RATE, WaveNet
from audiostyle.models.wavenet.sampling.sampler import Sampler
from audiostyle.sound.writing import AudioWriter
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place


def write_sample(
    path: Path, network: WaveNet, condition: np.ndarray, excerpts: CodedExcerpts, place: Place
) -> None:
    """Write what a WaveNet generates for an excerpt's conditioning as a WAV file at 16 kHz.

    Args:
        path: of the file; its folder is made if need be.
        network: in evaluation mode or not; it is not changed.
        condition: (F, Z) float32, the frames of the excerpt.
        excerpts: that the excerpt is one of; they say what mu-law codes stand for.
        place: of the excerpt.
    """
    samples = len(condition) * network.config.hop
    blocks = Sampler(network).sample(lambda first, count: condition[first : first + count], samples)
    with AudioWriter(path, WAVENET_RATE, 1, clip="clamp") as writer:
        for block in excerpts.restore(place, blocks):
            writer.write(block[None])
