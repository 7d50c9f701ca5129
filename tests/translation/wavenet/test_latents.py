"""The published encoder: the latent of a recording, however its stream is cut, however loud it is."""

import copy

import numpy as np
import pytest
import torch

from audiostyle.models.wavenet.encoder import WaveEncoder
from audiostyle.sound.units import compute_rms
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.wavenet.latents import LatentEncoder


@pytest.fixture(scope="module")
def encoder() -> LatentEncoder:
    torch.manual_seed(0)
    return LatentEncoder(WaveEncoder(blocks=1, layers=4, channels=8, latent=3, hop=100).eval())


@pytest.fixture(scope="module")
def wave() -> np.ndarray:
    return 0.1 * np.random.default_rng(0).standard_normal(30_050).astype(np.float32)


def encode(encoder: LatentEncoder, *blocks: np.ndarray, segment: SegmentLength | None = None) -> np.ndarray:
    transcription = encoder.transcribe(blocks, compute_rms(blocks), segment)
    assert not len(transcription.notes)
    return transcription.latent


@pytest.mark.parametrize("samples", [0, 1, 99, 100, 30_050])
def test_there_is_a_frame_for_every_hop(encoder, wave, samples):
    latent = encode(encoder, wave[:samples])
    assert latent.shape == (samples // 100 + 1, 3) and latent.dtype == np.float32


def test_neither_blocks_nor_segments_matter(encoder, wave):
    whole = encode(encoder, wave)
    assert np.array_equal(encode(encoder, *np.array_split(wave, 7)), whole)
    assert np.allclose(encode(encoder, wave, segment=SegmentLength(1)), whole, atol=1e-5)


@pytest.mark.parametrize("gain", [0.01, 5.0])
def test_level_does_not_matter(encoder, wave, gain):
    """But for rounding to 256 codes, which a factor may move."""
    difference = encode(encoder, np.float32(gain) * wave) - encode(encoder, wave)
    assert np.abs(difference).mean() < 1e-3


def test_it_computes_on_its_device(fake_device, encoder, wave):
    there = LatentEncoder(copy.deepcopy(encoder.network).to(fake_device))
    assert np.allclose(encode(there, wave), encode(encoder, wave), atol=1e-5)
