"""Laws of the gated dilated stack."""

import pytest
import torch

from audiostyle.models.gated_layers import GatedLayer, GatedStack


@pytest.mark.parametrize("dilations", [(1,), (1, 2, 4), (1, 2, 1, 2)])
def test_context_is_exactly_how_far_a_frame_sees(dilations):
    torch.manual_seed(0)
    stack = GatedStack(3, dilations).double()
    frames, middle = 61, 30
    x = torch.randn(1, 3, frames, dtype=torch.float64, requires_grad=True)
    stack(x)[0, :, middle].sum().backward()
    touched = torch.nonzero(x.grad[0].abs().amax(dim=0)).flatten()
    assert (int(touched.min()), int(touched.max())) == (middle - stack.context, middle + stack.context)


def test_gradients_are_those_of_finite_differences():
    torch.manual_seed(0)
    stack = GatedStack(2, (1, 2)).double()
    assert torch.autograd.gradcheck(stack, torch.randn(1, 2, 5, dtype=torch.float64, requires_grad=True))


@pytest.mark.parametrize("depth", [1, 4, 16])
def test_depth_does_not_change_the_scale(depth):
    """The sum of skips is scaled so that deep stacks need no smaller learning rate."""
    torch.manual_seed(0)
    with torch.no_grad():
        power = GatedStack(32, (1,) * depth)(torch.randn(4, 32, 50)).square().mean()
    assert 0.003 < power < 0.3


def test_a_closed_gate_passes_the_input_on():
    layer = GatedLayer(2, 1)
    with torch.no_grad():
        layer.dilated.bias[2:] = -1e3
        layer.mix.bias.zero_()
    x = torch.randn(1, 2, 7)
    residual, skip = layer(x)
    assert torch.allclose(residual, x * 0.5**0.5) and torch.equal(skip, torch.zeros_like(skip))
