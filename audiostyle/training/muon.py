"""Muon: steps whose matrices are orthogonal (Jordan et al. 2024, "Muon: an optimizer for hidden layers").

Adam scales every weight by itself, with which a stack of convolutions that must invert another stack hardly
learns.  Replacing the momentum of a weight matrix by the nearest orthogonal matrix moves all of its
directions equally.  torch's own Muon computes in bfloat16, which processors without such units emulate, and
does not take convolutions.
"""

from collections.abc import Iterable, Mapping
from typing import cast

import torch
from torch import Tensor, nn

_QUINTIC = (3.4445, -4.7750, 2.0315)  # steep at 0: five rounds bring singular values into [0.7, 1.2]
_ROUNDS = 5
_NARROW = 4  # channels; a layer that reads or writes a picture has few directions and is not a hidden one


def find_hidden_weights(module: nn.Module) -> list[nn.Parameter]:
    """Return the weights that Muon is meant for: matrices between hidden layers.

    Kernels count as matrices (C', C · kh · kw); those that read or write fewer than five channels do not.

    Args:
        module: a network; parameters that need no gradient are left out.

    Returns:
        Weights (C', C, …), in the order of the module's parameters.

    Example:
        >>> module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 6, 1))
        >>> [tuple(weight.shape) for weight in find_hidden_weights(module)]
        [(6, 8, 1, 1)]
    """
    return [p for p in module.parameters() if p.requires_grad and p.ndim >= 2 and min(p.shape[:2]) > _NARROW]


class Muon(torch.optim.Optimizer):
    """An optimizer of weights (C', C, …) by orthogonalized momentum.

    Args:
        params: weights, or groups of them as every optimizer takes them.
        lr: the spectral norm of a step, for matrices that are wider than high; 0.03 suits kernels that are
            initialized as by He et al. 2015.
        momentum: share of the mean gradient that is kept from step to step.

    Example:
        >>> weight = nn.Parameter(torch.zeros(2, 3))
        >>> (weight * torch.tensor([[1.0, 0, 0], [0, 9, 0]])).sum().backward()
        >>> Muon([weight], lr=0.1).step()  # both directions move, although the gradients differ
        >>> bool((weight.detach().diagonal() < -0.06).all())
        True
    """

    def __init__(
        self, params: Iterable[Tensor] | Iterable[Mapping[str, object]], lr: float, momentum: float = 0.95
    ) -> None:
        groups = cast(Iterable[Tensor], params)  # or groups; torch's own type of them has Any in it
        super().__init__(groups, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every weight that has a gradient; those of one shape together, which takes fewer kernels."""
        for group in self.param_groups:
            alike: dict[torch.Size, list[Tensor]] = {}
            for weight in group["params"]:
                if weight.grad is not None:
                    alike.setdefault(weight.shape, []).append(weight)
            for weights in alike.values():
                self._move(weights, group["lr"], group["momentum"])

    def _move(self, weights: list[Tensor], rate: float, momentum: float) -> None:
        """Move weights of one shape."""
        gradients, means = [cast(Tensor, weight.grad) for weight in weights], []
        for weight in weights:
            state = self.state[weight]
            if not state:
                state["momentum"] = torch.zeros_like(weight)
            means.append(state["momentum"])
        torch._foreach_lerp_(means, gradients, 1 - momentum)
        updates = torch.stack(torch._foreach_lerp(gradients, means, momentum)).flatten(2)
        height, width = updates.shape[1:]
        scale = max(1.0, height / width) ** 0.5
        steps = orthogonalize(updates).view(len(weights), *weights[0].shape)
        torch._foreach_add_(weights, list(steps.unbind()), alpha=-rate * scale)


def orthogonalize(matrix: Tensor) -> Tensor:
    """Return nearly the orthogonal factor U Vᵀ of a matrix U S Vᵀ, by a quintic Newton–Schulz iteration.

    Args:
        matrix: (…, height, width), one or several.

    Returns:
        (…, height, width), with singular values in [0.7, 1.2].

    Example:
        >>> values = torch.linalg.svdvals(orthogonalize(torch.diag(torch.tensor([1.0, 5.0]))))
        >>> bool((values > 0.6).all() and (values < 1.3).all())
        True
    """
    a, b, c = _QUINTIC
    high = matrix.shape[-2] > matrix.shape[-1]
    x = matrix.mT if high else matrix  # the smaller Gram matrix of the two
    x = x / torch.linalg.matrix_norm(x, keepdim=True).clamp(min=1e-12)
    for _ in range(_ROUNDS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if high else x
