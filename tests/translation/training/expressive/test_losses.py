"""Tests of :mod:`audiostyle.translation.training.expressive.losses`."""

import torch

from audiostyle.translation.training.expressive.losses import compute_losses, sum_losses
from audiostyle.translation.training.expressive.replay_buffer import Targets

_SHAPE = (1, 6, 88)


def test_what_is_not_audible_costs_nothing() -> None:
    torch.manual_seed(0)
    outputs = torch.randn(1, 3, 6, 88), 50 * torch.randn(_SHAPE), -30 * torch.rand(_SHAPE)
    nothing = torch.zeros(_SHAPE)
    sounding = nothing.clone()
    sounding[:, :, 40] = 1
    inaudible = Targets(nothing, sounding, nothing, nothing, nothing - 50, 1 - sounding)
    silent = Targets(nothing, nothing, nothing, nothing, nothing, 1 - sounding)
    for name, loss in compute_losses(outputs, inaudible).items():
        torch.testing.assert_close(loss, compute_losses(outputs, silent)[name])


def test_the_loss_is_small_where_everything_is_right() -> None:
    nothing = torch.zeros(_SHAPE)
    sounding = nothing.clone()
    sounding[:, :, 40] = 1
    targets = Targets(nothing, sounding, 0.5 * sounding, 20 * sounding, -3 * sounding, torch.ones(_SHAPE))
    logits = torch.stack([nothing - 12, 24 * sounding - 12, nothing], dim=1)
    assert sum_losses(compute_losses((logits, 20 * sounding, -3 * sounding), targets)) < 1e-3
    assert sum_losses(compute_losses((logits, 90 * sounding, -3 * sounding), targets)) > 0.1
