"""Long-term average spectra: mean power, whatever the blocks, and mixtures at one level."""

import pytest
import torch

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum

TRANSFORM = Stft(256, 64)


def draw_noise(samples: int, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(samples, generator=torch.Generator().manual_seed(seed))


def test_it_is_the_mean_power_and_knows_the_level():
    wave = draw_noise(20_000)
    spectrum = LongTermSpectrum.from_blocks([wave], TRANSFORM)
    torch.testing.assert_close(spectrum.power.float(), TRANSFORM(wave).abs().square().mean(dim=1))
    assert spectrum.rms == pytest.approx(0.1, rel=0.02)


def test_blocks_add_up_but_for_their_ends():
    wave = draw_noise(50_000)
    whole, blocks = (LongTermSpectrum.from_blocks(parts, TRANSFORM) for parts in ([wave], wave.split(9000)))
    torch.testing.assert_close(blocks.power, whole.power, rtol=0.1, atol=0)
    assert LongTermSpectrum.from_blocks([], TRANSFORM).rms == 0


def test_recordings_are_mixed_at_one_level():
    loud, soft = (
        LongTermSpectrum(TRANSFORM, torch.rand(TRANSFORM.bins).double() * k, 1) for k in (100.0, 1.0)
    )
    mixed = LongTermSpectrum.mix([loud, soft], [0.25, 0.75])
    expected = 0.25 * loud.power / loud.power.sum() + 0.75 * soft.power / soft.power.sum()
    torch.testing.assert_close(mixed.power, expected)
