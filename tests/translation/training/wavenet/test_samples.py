"""What is written to listen to: a whole excerpt, within full scale, the same each time."""

import numpy as np
import soundfile
import torch

from audiostyle.models.wavenet.network import WAVENET_RATE, WaveNet, WaveNetConfig
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place
from audiostyle.translation.training.wavenet.samples import write_sample

CONFIG = WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=100)


def test_a_sample_is_as_long_as_its_excerpt_and_repeats(sine_corpus, tmp_path):
    audio, _ = sine_corpus(22050, seconds=5.0)[0]
    excerpts = CodedExcerpts([(audio, None)], 20, hop=100)
    torch.manual_seed(0)
    network, condition = WaveNet(CONFIG).eval(), np.ones((20, 3), np.float32)
    for name in ("one.wav", "again.wav"):
        write_sample(tmp_path / "new folder" / name, network, condition, excerpts, Place(0, 0))
    one, again = (soundfile.read(tmp_path / "new folder" / name) for name in ("one.wav", "again.wav"))
    assert one[1] == WAVENET_RATE and one[0].shape == (20 * 100,)
    assert np.array_equal(one[0], again[0]) and 0 < np.abs(one[0]).max() <= 1
