"""Tests of :mod:`audiostyle.models.performance_head`."""

import torch

from audiostyle.models.performance_head import LARGEST_DEVIATION, LOWEST_LEVEL, PerformanceHead


def test_curves_lie_within_their_ranges() -> None:
    torch.manual_seed(0)
    curves = PerformanceHead(4, 8)(1000 * torch.randn(2, 4, 6, 88))
    assert curves.cents.shape == curves.level.shape == (2, 6, 88)
    assert curves.cents.abs().max() <= LARGEST_DEVIATION
    assert curves.level.min() >= LOWEST_LEVEL and curves.level.max() <= 0
