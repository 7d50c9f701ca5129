"""Muon: steps whose matrices are orthogonal (Jordan et al. 2024, "Muon: an optimizer for hidden layers").

Adam scales every number by itself; a stack of convolutions that must invert another stack hardly moves that
way.  Replacing the momentum of a weight matrix by the nearest orthogonal one moves all of its directions
alike.  torch's own Muon computes in bfloat16, which processors without such units emulate, and does not take
convolutions.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

_QUINTIC = (3.4445, -4.7750, 2.0315)  # steep at 0: five rounds bring singular values into [0.7, 1.2]
_ROUNDS = 5
_NARROW = 4  # channels; a matrix that meets a picture's colours has few directions: not a hidden one


def find_hidden_weights(module: nn.Module) -> list[nn.Parameter]:
    """Return the weights of a module that Muon is meant for: matrices between hidden layers.

    Kernels count as matrices (C', C · kh · kw); those that read or write fewer than five channels do not.
    """
    return [p for p in module.parameters() if p.requires_grad and p.ndim >= 2 and min(p.shape[:2]) > _NARROW]


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised, for weights (C', C, …).

    Args:
        lr: the spectral norm of a step, for matrices that are wider than high; 0.03 suits kernels that
            begin as He et al. 2015 let them.
    """

    def __init__(self, params: Iterable[Any], lr: float, momentum: float = 0.95) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                mean = state["momentum"].lerp_(weight.grad, 1 - group["momentum"])
                update = orthogonalize(weight.grad.lerp(mean, group["momentum"]).flatten(1))
                height, width = update.shape
                scale = max(1.0, height / width) ** 0.5
                weight.add_(update.view(weight.shape), alpha=-group["lr"] * scale)


def orthogonalize(matrix: Tensor) -> Tensor:
    """Return about U Vᵀ of the singular value decomposition U S Vᵀ, by a quintic Newton–Schulz iteration."""
    a, b, c = _QUINTIC
    high = matrix.shape[0] > matrix.shape[1]
    x = matrix.mT if high else matrix  # the smaller Gram matrix of the two
    x = x / x.norm().clamp(min=1e-12)
    for _ in range(_ROUNDS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if high else x
