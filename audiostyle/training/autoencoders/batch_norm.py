"""Batch normalisation while an autoencoder is trained, folded into its convolutions when it is done.

Ioffe & Szegedy 2015 (arXiv:1502.03167).  Features behind rectifiers have large means, so a step that is large
in every direction pushes whole channels below zero, where they stay and learn nothing more.
"""

from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.models.vgg import ReflectedConv2d, VGGDecoder, VGGEncoder

_MOMENTUM = 0.05  # of running statistics: batches are small


class NormalizedConv2d(ReflectedConv2d):
    """A convolution whose every output channel is brought to a learned mean and deviation."""

    def __init__(self, convolution: ReflectedConv2d) -> None:
        super().__init__(convolution.in_channels, convolution.out_channels)
        self.load_state_dict(convolution.state_dict())
        self.norm = nn.BatchNorm2d(convolution.out_channels, momentum=_MOMENTUM)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C', H, W)."""
        return cast(Tensor, self.norm(super().forward(x)))

    @torch.no_grad()
    def folded(self) -> ReflectedConv2d:
        """Return the convolution that does the same, with the running statistics."""
        norm, result = self.norm, ReflectedConv2d(self.in_channels, self.out_channels)
        mean, variance = cast(Tensor, norm.running_mean), cast(Tensor, norm.running_var)
        gain = norm.weight / (variance + norm.eps).sqrt()
        result.weight.copy_(self.weight * gain.view(-1, 1, 1, 1))
        result.bias.copy_((self.bias - mean) * gain + norm.bias)
        return result


def add_batch_norm(module: nn.Module) -> None:
    """Standardise every convolution of the encoders and decoders in ``module``, but for those of colours."""
    for block, n, convolution in _convolutions(module):
        block[n] = NormalizedConv2d(convolution)


def fold_batch_norm(module: nn.Module) -> None:
    """Undo :func:`add_batch_norm`; in evaluation the module does what it did."""
    for block, n, convolution in _convolutions(module):
        if isinstance(convolution, NormalizedConv2d):
            block[n] = convolution.folded()


def _convolutions(module: nn.Module) -> list[tuple[nn.ModuleList, int, ReflectedConv2d]]:
    """Return every convolution that makes features: the list that holds it, its number there, and itself."""
    networks = [part for part in module.modules() if isinstance(part, VGGEncoder | VGGDecoder)]
    colours = {id(part.last) for part in networks if isinstance(part, VGGDecoder)}
    return [
        (block, n, cast(ReflectedConv2d, convolution))
        for network in networks
        for block in cast(list[nn.ModuleList], list(network.blocks))
        for n, convolution in enumerate(block)
        if id(convolution) not in colours
    ]
