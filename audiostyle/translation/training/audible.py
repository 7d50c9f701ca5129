"""Samples to listen to, written at validations."""

from pathlib import Path

import numpy as np
import soundfile

from audiostyle.models.sampling.sampler import Sampler
from audiostyle.models.wavenet import SAMPLE_RATE, WaveNet
from audiostyle.translation.training.coded import CodedExcerpts, Place


def write_sample(
    path: Path, network: WaveNet, condition: np.ndarray, excerpts: CodedExcerpts, place: Place
) -> None:
    """Write what a decoder makes of an excerpt's condition (F, Z) as ``path``, a WAV at 16 kHz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = len(condition) * network.plan.hop
    blocks = Sampler(network).play(lambda first, count: condition[first : first + count], samples)
    wave = np.concatenate(list(excerpts.played(place, blocks)))
    soundfile.write(path, np.clip(wave, -1, 1), SAMPLE_RATE)
