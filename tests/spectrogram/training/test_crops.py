"""Crops of log spectrograms: they depend on the step alone, and silence is never louder."""

import numpy as np
import pytest
import soundfile
import torch

from audiostyle.errors import TrainingError
from audiostyle.spectrogram.log_spectrogram import CHANNELS
from audiostyle.spectrogram.training.crops import RATE, SpectrogramCrops, load_log_spectrograms


def test_crops_depend_on_the_step_alone():
    drawn = [torch.rand(CHANNELS, 40, 30).half() for _ in range(3)]
    one, again = (SpectrogramCrops(drawn, (16, 8), 5, seed=2) for _ in range(2))
    assert one(3).shape == (5, CHANNELS, 16, 8) and (one(3) >= 0).all()
    assert torch.equal(one(3), again(3)) and not torch.equal(one(3), one(4))


def test_silence_stays_silence_in_louder_crops():
    assert not SpectrogramCrops([torch.zeros(CHANNELS, 20, 20).half()], (8, 8), 4, seed=0)(0).any()


def test_recordings_that_are_too_short_or_unreadable_are_named(tmp_path):
    with pytest.raises(TrainingError, match="longer ones"):
        SpectrogramCrops([torch.zeros(CHANNELS, 20, 5)], (8, 8), 4, seed=0)
    (tmp_path / "bad.wav").write_bytes(b"RIFF")
    with pytest.raises(TrainingError, match=r"bad\.wav"):
        load_log_spectrograms([tmp_path / "bad.wav"])


def test_the_level_of_a_recording_does_not_matter(tmp_path):
    wave = np.random.default_rng(0).uniform(-0.5, 0.5, RATE // 2)
    for name, gain in (("loud.wav", 1.0), ("soft.wav", 0.1)):
        soundfile.write(tmp_path / name, gain * wave, RATE, "FLOAT")
    loud, soft = load_log_spectrograms([tmp_path / "loud.wav", tmp_path / "soft.wav"])
    assert loud.dtype == torch.float16 and loud.shape == soft.shape and loud.shape[0] == CHANNELS
    torch.testing.assert_close(loud, soft, atol=2e-3, rtol=0)
