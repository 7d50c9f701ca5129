"""Tests of :mod:`audiostyle.models.performance_head`."""

import torch

from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.performance_head import LARGEST_DEVIATION, LOWEST_LEVEL, PerformanceHead


def test_curves_lie_within_their_ranges() -> None:
    torch.manual_seed(0)
    curves = PerformanceHead(4, 8)(1000 * torch.randn(2, 4, 6, 88))
    assert curves.cents.shape == curves.level.shape == (2, 6, 88)
    assert curves.cents.abs().max() <= LARGEST_DEVIATION
    assert curves.level.min() >= LOWEST_LEVEL and curves.level.max() <= 0


def test_a_wave_has_as_many_frames_as_its_code() -> None:
    encoder, head = PitchGridEncoder(4, 2), PerformanceHead(4, 8)
    wave = torch.zeros(1, 2560)
    with torch.no_grad():
        assert head.predict(encoder, wave).level.shape == encoder(wave).onset.shape
