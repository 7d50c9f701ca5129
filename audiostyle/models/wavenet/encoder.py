"""The published shared encoder: a wave's mu-law codes to a latent at frame rate (Mor et al. 2018, §3.2)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models.wavenet.mulaw import CODES


class _Layer(nn.Module):
    """A residual layer: dilated convolution of length 3 (not causal), ReLU, 1×1, added to the input."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.dilated = nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mix(torch.relu(self.dilated(x)))


class WaveEncoder(nn.Module):
    """Encode mu-law codes (B, T) to a latent (B, T / hop, Z), which a WaveNet takes as its condition.

    Args:
        blocks, layers: ``blocks`` times ``layers`` layers of dilations 1, 2, 4, … 2^(layers − 1).
        channels: of the layers.
        latent: numbers Z in a frame.
        hop: samples that are averaged to a frame.

    Example:
        >>> encoder = WaveEncoder(blocks=1, layers=2, channels=4, latent=3, hop=10)
        >>> encoder(torch.full((1, 40), 128)).shape
        torch.Size([1, 4, 3])
    """

    def __init__(
        self, blocks: int = 3, layers: int = 10, channels: int = 128, latent: int = 64, hop: int = 800
    ) -> None:
        super().__init__()
        dilations = [2**layer for layer in range(layers)] * blocks
        self.hop, self.receptive_field = hop, 3 + 2 * sum(dilations)
        self.entry = nn.Conv1d(1, channels, 3, padding=1)
        self.layers = nn.Sequential(*(_Layer(channels, dilation) for dilation in dilations))
        self.exit = nn.Conv1d(channels, latent, 1)

    def forward(self, codes: Tensor) -> Tensor:
        """Return the latent (B, T / hop, Z) of mu-law codes (B, T); T is a multiple of the hop."""
        scalar = codes[:, None].to(self.exit.weight.dtype) / (CODES - 1) - 0.5
        hidden = self.layers(self.entry(scalar))
        return F.avg_pool1d(self.exit(hidden), self.hop).transpose(1, 2)
