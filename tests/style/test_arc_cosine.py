"""The closed form is what many random filters come to, and has a gradient everywhere."""

import math

import pytest
import torch
from torch import Tensor

from audiostyle.style import compute_arc_cosine_kernel


def compute_pairs(x: Tensor, y: Tensor) -> Tensor:
    return compute_arc_cosine_kernel(x @ y.mT, x.square().sum(1)[:, None], y.square().sum(1))


def draw_vectors(seed: int, count: int) -> Tensor:
    return torch.randn(count, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_it_is_the_mean_over_many_random_filters():
    x, y = draw_vectors(0, 5), draw_vectors(1, 4)
    filters = torch.randn(6, 400_000, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    sampled = torch.relu(x @ filters) @ torch.relu(y @ filters).mT / 400_000
    torch.testing.assert_close(compute_pairs(x, y), sampled, rtol=0.01, atol=0.02)  # 3 standard errors


def test_known_values():
    x = torch.tensor([[2.0, 0.0]], dtype=torch.float64)
    same, across, opposite = (
        float(compute_pairs(x, torch.tensor([y], dtype=torch.float64)))
        for y in ([3.0, 0], [0, 3.0], [-3.0, 0])
    )
    assert same == pytest.approx(3)  # half of x · y
    assert across == pytest.approx(6 / (2 * math.pi))
    assert opposite == pytest.approx(0, abs=1e-9)


def test_gradients_of_different_vectors():
    x, y = draw_vectors(3, 3).requires_grad_(), draw_vectors(4, 2).requires_grad_()
    assert torch.autograd.gradcheck(compute_pairs, (x, y))


def test_the_gradient_of_a_vector_with_itself_is_finite_and_right():
    x = draw_vectors(5, 1).requires_grad_()
    compute_pairs(x, x).sum().backward()  # ‖x‖² / 2
    torch.testing.assert_close(x.grad, x.detach())


def test_silence_has_no_features_and_no_nan():
    x = torch.zeros(1, 6, requires_grad=True)
    value = compute_pairs(x, draw_vectors(6, 1).float()).sum()
    value.backward()
    assert float(value.detach()) == pytest.approx(0, abs=1e-6)
    assert x.grad.isfinite().all()
