"""The gated dilated layer of WaveNet, on frames instead of samples."""

import torch
from torch import Tensor, nn


class GatedLayer(nn.Module):
    """Dilated convolution → tanh · sigmoid → 1×1 to residual and skip (van den Oord et al. 2016, eq. 2).

    Not causal: a frame sees as far ahead as it sees back.
    """

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(channels, 2 * channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(channels, 2 * channels, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, T) → (residual (B, C, T), skip (B, C, T))."""
        filtered, gate = self.dilated(x).chunk(2, dim=1)
        residual, skip = self.mix(torch.tanh(filtered) * torch.sigmoid(gate)).chunk(2, dim=1)
        return (x + residual) * 0.5**0.5, skip


class GatedStack(nn.Module):
    """Gated layers of dilations 1, 2, 4, … repeated; returns the scaled sum of their skips, (B, C, T)."""

    def __init__(self, channels: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(GatedLayer(channels, dilation) for dilation in dilations)
        self.context = sum(dilations)

    def forward(self, x: Tensor) -> Tensor:
        total = torch.zeros_like(x)
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        return total * len(self.layers) ** -0.5
