"""Batch normalisation while an autoencoder is trained, folded into its convolutions when it is done.

Ioffe & Szegedy 2015 (arXiv:1502.03167).  Features behind rectifiers have large means, so a step that is large
in every direction pushes whole channels below zero, where they stay and learn nothing more.
"""

from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.models.vgg import Decoder, Encoder, Reflected

_MOMENTUM = 0.05  # of running statistics: batches are small


class Standardised(Reflected):
    """A convolution whose every output channel is brought to a learned mean and deviation."""

    def __init__(self, convolution: Reflected) -> None:
        super().__init__(convolution.in_channels, convolution.out_channels)
        self.load_state_dict(convolution.state_dict())
        self.norm = nn.BatchNorm2d(convolution.out_channels, momentum=_MOMENTUM)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C', H, W)."""
        return cast(Tensor, self.norm(super().forward(x)))

    @torch.no_grad()
    def folded(self) -> Reflected:
        """Return the convolution that does the same, with the running statistics."""
        norm, result = self.norm, Reflected(self.in_channels, self.out_channels)
        mean, variance = cast(Tensor, norm.running_mean), cast(Tensor, norm.running_var)
        gain = norm.weight / (variance + norm.eps).sqrt()
        result.weight.copy_(self.weight * gain.view(-1, 1, 1, 1))
        result.bias.copy_((self.bias - mean) * gain + norm.bias)
        return result


def standardise(module: nn.Module) -> None:
    """Standardise every convolution of the encoders and decoders in ``module``, but for those of colours."""
    for block, n, convolution in _convolutions(module):
        block[n] = Standardised(convolution)


def fold(module: nn.Module) -> None:
    """Undo :func:`standardise`; in evaluation the module does what it did."""
    for block, n, convolution in _convolutions(module):
        if isinstance(convolution, Standardised):
            block[n] = convolution.folded()


def _convolutions(module: nn.Module) -> list[tuple[nn.ModuleList, int, Reflected]]:
    """Return every convolution that makes features: the list that holds it, its number there, and itself."""
    networks = [part for part in module.modules() if isinstance(part, Encoder | Decoder)]
    colours = {id(part.last) for part in networks if isinstance(part, Decoder)}
    return [
        (block, n, cast(Reflected, convolution))
        for network in networks
        for block in cast(list[nn.ModuleList], list(network.blocks))
        for n, convolution in enumerate(block)
        if id(convolution) not in colours
    ]
