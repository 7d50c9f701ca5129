"""Samples to listen to, written at validations."""

from pathlib import Path

import numpy as np
import soundfile

from audiostyle.models.wavenet.network import WAVENET_RATE, WaveNet
from audiostyle.models.wavenet.sampling.sampler import Sampler
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place


def write_sample(
    path: Path, network: WaveNet, condition: np.ndarray, excerpts: CodedExcerpts, place: Place
) -> None:
    """Write what a decoder makes of an excerpt's condition (F, Z) as ``path``, a WAV at 16 kHz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = len(condition) * network.plan.hop
    blocks = Sampler(network).play(lambda first, count: condition[first : first + count], samples)
    wave = np.concatenate(list(excerpts.played(place, blocks)))
    soundfile.write(path, np.clip(wave, -1, 1), WAVENET_RATE)
