"""The domain critic and the gradient reversal that trains the encoder against it.

The published critic (Mor et al. 2018, §3.3) is trained in a step of its own and the encoder to *increase*
its cross-entropy, which has no bound; reimplementations saw it diverge.  Here one backward pass trains both:
the reversal layer (Ganin & Lempitsky 2015) passes the negated gradient on to the encoder, scaled by a weight
that is ramped up from zero.
"""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: float) -> Tensor:
        ctx.weight = weight
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return -ctx.weight * gradient, None


def reverse_gradient(x: Tensor, weight: float) -> Tensor:
    """Return ``x`` unchanged; in the backward pass, multiply the gradient by ``-weight``.

    Args:
        x: a tensor of any shape.
        weight: factor of the reversed gradient, 0 or more; 0 stops the gradient.

    Returns:
        A tensor of the shape and the values of ``x``.

    Example:
        >>> x = torch.ones(1, requires_grad=True)
        >>> reverse_gradient(3 * x, 0.5).backward()
        >>> x.grad
        tensor([-1.5000])
    """
    return _Reverse.apply(x, weight)


class DomainCritic(nn.Module):
    """Guess the domain from a latent (B, T, Z): logits (B, domains), averaged over time.

    Three 1×1 convolutions of 100 channels with ELU and a fourth to the domains, as published.

    Args:
        latent: numbers Z in a frame of the latent.
        domains: how many domains there are.
        channels: of the first three convolutions.

    Example:
        >>> DomainCritic(latent=8, domains=3)(torch.zeros(2, 50, 8)).shape
        torch.Size([2, 3])
    """

    def __init__(self, latent: int, domains: int, channels: int = 100) -> None:
        super().__init__()
        widths = [latent, channels, channels, channels]
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [nn.Conv1d(before, after, 1), nn.ELU()]
        self.layers = nn.Sequential(*layers, nn.Conv1d(channels, domains, 1))

    def forward(self, latent: Tensor) -> Tensor:
        """Return the logits (B, domains) of a latent (B, T, Z)."""
        return self.layers(latent.transpose(1, 2)).mean(dim=2)
