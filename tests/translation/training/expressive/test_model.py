"""Tests of :mod:`audiostyle.translation.training.expressive.model`."""

import pytest
import torch

from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.translation.training.expressive.model import ExpressiveEncoder, convolve_by_phases


@pytest.mark.parametrize("dilation", [(1, 12), (8, 1), (4, 12), (1, 1)])
def test_a_dilated_convolution_is_a_plain_one_of_its_phases(dilation: tuple[int, int]) -> None:
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(4, 6, 3, padding=dilation, dilation=dilation)
    x = torch.randn(2, 4, 37, 88)
    torch.testing.assert_close(convolve_by_phases(layer, x), layer(x), rtol=1e-4, atol=1e-5)


def test_both_ways_compute_the_same_and_the_encoder_can_be_used_alone() -> None:
    torch.manual_seed(0)
    model = ExpressiveEncoder(16, 8)
    wave = 0.1 * torch.randn(1, 256 * 40)
    stack = model.encoder.frontend(wave)
    plain = model(stack)
    model.by_phases = True
    for one, other in zip(plain, model(stack), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)
    encoder = PitchGridEncoder(16, 8, widths=(8,) * 12)
    encoder.load_state_dict(model.encoder.state_dict())
    torch.testing.assert_close(encoder.heads(wave).transpose(1, 2), plain[0], rtol=1e-4, atol=1e-5)
