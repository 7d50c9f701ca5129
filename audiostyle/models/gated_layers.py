"""The gated dilated layer of WaveNet, on frames instead of samples."""

import torch
from torch import Tensor, nn


class GatedLayer(nn.Module):
    """A gated layer: dilated convolution → tanh · sigmoid → 1×1 to residual and skip.

    van den Oord et al. 2016, eq. 2, but not causal: a frame sees as far ahead as it sees back.
    """

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(channels, 2 * channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(channels, 2 * channels, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the residual path and the skip, both (B, C, T), for ``x`` (B, C, T)."""
        filtered, gate = self.dilated(x).chunk(2, dim=1)
        residual, skip = self.mix(torch.tanh(filtered) * torch.sigmoid(gate)).chunk(2, dim=1)
        return (x + residual) * 0.5**0.5, skip


class GatedStack(nn.Module):
    """Gated layers one after the other, whose skips are summed.

    Attributes:
        context: frames on either side that a frame of the result depends on.

    Example:
        >>> stack = GatedStack(4, (1, 2, 4))
        >>> stack(torch.zeros(1, 4, 20)).shape, stack.context
        (torch.Size([1, 4, 20]), 7)
    """

    def __init__(self, channels: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(GatedLayer(channels, dilation) for dilation in dilations)
        self.context = sum(dilations)

    def forward(self, x: Tensor) -> Tensor:
        """Return the sum of all skips, (B, C, T), over the root of the number of layers."""
        total = torch.zeros_like(x)
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        return total * len(self.layers) ** -0.5
