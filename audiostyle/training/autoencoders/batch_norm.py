"""Batch normalization while an autoencoder is trained, folded into its convolutions at the end.

Ioffe & Szegedy 2015 (arXiv:1502.03167).  Features behind rectifiers have large means, so a step that is large
in every direction pushes whole channels below zero, where their gradient is zero and they never learn again.
"""

from typing import cast

import torch
from torch import Tensor, nn

from audiostyle.models.vgg import ReflectedConv2d, VGGDecoder, VGGEncoder

_MOMENTUM = 0.05  # of running statistics: batches are small


class NormalizedConv2d(ReflectedConv2d):
    """A convolution whose output channels are each normalized to a learned mean and deviation."""

    def __init__(self, convolution: ReflectedConv2d) -> None:
        super().__init__(convolution.in_channels, convolution.out_channels)
        self.load_state_dict(convolution.state_dict())
        self.norm = nn.BatchNorm2d(convolution.out_channels, momentum=_MOMENTUM)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C', H, W) for ``x`` (B, C, H, W)."""
        return cast(Tensor, self.norm(super().forward(x)))

    @torch.no_grad()
    def fold(self) -> ReflectedConv2d:
        """Return the convolution that computes the same with the running statistics."""
        norm, result = self.norm, ReflectedConv2d(self.in_channels, self.out_channels)
        mean, variance = cast(Tensor, norm.running_mean), cast(Tensor, norm.running_var)
        gain = norm.weight / (variance + norm.eps).sqrt()
        result.weight.copy_(self.weight * gain.view(-1, 1, 1, 1))
        result.bias.copy_((self.bias - mean) * gain + norm.bias)
        return result


def add_batch_norm(module: nn.Module) -> None:
    """Normalize every convolution of the encoders and decoders in ``module`` but a decoder's last one.

    Args:
        module: holds networks of the VGG family; changed in place.

    Example:
        >>> from audiostyle.models.vgg import VGGConfig
        >>> decoder = VGGDecoder(VGGConfig((2, 2, 2, 2), (1, 1, 1, 1)), 2, unpool=True)
        >>> add_batch_norm(decoder)
        >>> [type(convolution).__name__ for block in decoder.blocks for convolution in block]
        ['NormalizedConv2d', 'ReflectedConv2d']
    """
    for block, n, convolution in _convolutions(module):
        block[n] = NormalizedConv2d(convolution)


def fold_batch_norm(module: nn.Module) -> None:
    """Undo :func:`add_batch_norm`: in evaluation, the module computes what it computed before.

    Args:
        module: holds normalized networks; changed in place.  Where nothing is normalized, nothing changes.

    Example:
        >>> from audiostyle.models.vgg import VGGConfig
        >>> encoder = VGGEncoder(VGGConfig((2, 2, 2, 2), (1, 1, 1, 1)))
        >>> add_batch_norm(encoder)
        >>> type(encoder.blocks[0][0]).__name__
        'NormalizedConv2d'
        >>> fold_batch_norm(encoder)
        >>> type(encoder.blocks[0][0]).__name__
        'ReflectedConv2d'
    """
    for block, n, convolution in _convolutions(module):
        if isinstance(convolution, NormalizedConv2d):
            block[n] = convolution.fold()


def _convolutions(module: nn.Module) -> list[tuple[nn.ModuleList, int, ReflectedConv2d]]:
    """Return every convolution that computes features, with the list that holds it and its number there."""
    networks = [part for part in module.modules() if isinstance(part, VGGEncoder | VGGDecoder)]
    last = {id(part.last) for part in networks if isinstance(part, VGGDecoder)}
    return [
        (block, n, cast(ReflectedConv2d, convolution))
        for network in networks
        for block in cast(list[nn.ModuleList], list(network.blocks))
        for n, convolution in enumerate(block)
        if id(convolution) not in last
    ]
