"""The domain critic and the gradient reversal that trains the encoder against it.

The published critic (Mor et al. 2018, §3.3) is trained in a step of its own and the encoder to *increase*
its cross-entropy, which has no bound and diverges in others' hands.  Here one backward pass trains both:
the reversal layer (Ganin & Lempitsky 2015) hands the encoder the negated gradient, scaled by a weight that
is ramped up from zero.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor, weight: float) -> Tensor:
        ctx.weight = weight
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return -ctx.weight * gradient, None


def reverse_gradient(x: Tensor, weight: float) -> Tensor:
    """Return ``x``; on the way back, multiply the gradient by ``-weight``."""
    return _Reverse.apply(x, weight)


class DomainCritic(nn.Module):
    """Latent (B, T, Z) → domain logits (B, domains), averaged over time.

    Three 1×1 convolutions of 100 channels with ELU and a fourth to the domains, as published.
    """

    def __init__(self, latent: int, domains: int, channels: int = 100) -> None:
        super().__init__()
        widths = [latent, channels, channels, channels]
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [nn.Conv1d(before, after, 1), nn.ELU()]
        self.layers = nn.Sequential(*layers, nn.Conv1d(channels, domains, 1))

    def forward(self, latent: Tensor) -> Tensor:
        return self.layers(latent.transpose(1, 2)).mean(dim=2)
