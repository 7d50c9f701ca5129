"""The compiled gate is the formula, rounded to bfloat16 as PyTorch rounds."""

import torch

from audiostyle.translation.training.wavenet.gates import gate_, gate_gradient_


def test_products_are_the_formula_s_also_in_columns_of_a_wider_matrix():
    torch.manual_seed(0)
    gate, slab = torch.rand(50, 14).bfloat16(), torch.zeros(50, 21, dtype=torch.bfloat16)
    gate_(gate, slab[:, 7:14])
    s, o = gate.float().chunk(2, dim=1)
    assert torch.equal(slab[:, 7:14], ((2 * s - 1) * o).bfloat16())
    assert not slab[:, :7].any() and not slab[:, 14:].any()


def test_the_gradient_is_autograd_s():
    torch.manual_seed(1)
    before, d_z = torch.randn(40, 10), torch.randn(40, 5).bfloat16()
    gate = torch.sigmoid(before).bfloat16()
    exact = gate.float().logit().requires_grad_()
    s, o = torch.sigmoid(exact).chunk(2, dim=1)
    ((2 * s - 1) * o).backward(d_z.float())
    gate_gradient_(gate, d_z)
    torch.testing.assert_close(gate.float(), exact.grad, atol=2e-3, rtol=8e-3)
