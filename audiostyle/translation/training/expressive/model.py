"""What is trained: an encoder with its performance head."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models.encoder import PitchGridEncoder, ResidualLayer
from audiostyle.models.performance_head import PerformanceHead

_LAYERS = 12  # of the encoder's stack
_INITIAL_LOGITS = (-5.0, -3.0, 0.0)  # of onset, sounding and loudness: an onset is one cell in a thousand


class ExpressiveEncoder(nn.Module):
    """An encoder and its performance head.

    Args:
        channels: width of the encoder's stack.
        width: units inside each of its layers; several times what is left after pruning.
        latent: size of the part of the code that this training leaves as it is.

    Attributes:
        by_phases: whether dilated convolutions are computed as plain ones over every nth frame or key.  The
            results are the same; it is faster where a library's dilated convolutions are slow.

    Example:
        >>> model = ExpressiveEncoder(channels=4, width=4)
        >>> stack = model.encoder.frontend(torch.zeros(1, 2560))
        >>> [tuple(output.shape) for output in model(stack)]
        [(1, 3, 11, 88), (1, 11, 88), (1, 11, 88)]
    """

    def __init__(self, channels: int, width: int, latent: int = 8) -> None:
        super().__init__()
        self.encoder = PitchGridEncoder(channels, latent, widths=(width,) * _LAYERS)
        self.encoder.pool.requires_grad_(False)  # no loss depends on the latent
        self.head = PerformanceHead(channels)
        self.by_phases = False
        last = self.encoder.notes[-1]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        last.bias.data[:] = torch.tensor(_INITIAL_LOGITS)

    def forward(self, stack: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, 18, T, 264) → logits of the notes (B, 3, T, 88), cents and level (B, T, 88)."""
        hidden = self._compute_by_phases(stack) if self.by_phases else self.encoder.compute_hidden(stack)
        curves = self.head(hidden)
        return self.encoder.notes(hidden), curves.cents, curves.level

    def _compute_by_phases(self, stack: Tensor) -> Tensor:
        x = torch.relu(self.encoder.entry(stack.contiguous(memory_format=torch.channels_last)))
        for layer in self.encoder.layers:
            assert isinstance(layer, ResidualLayer)
            x = x + layer.mix(torch.relu(convolve_by_phases(layer.dilated, x)))
        return x


def convolve_by_phases(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """Return ``layer(x)`` of a dilated 3 × 3 convolution, by plain convolutions.

    With dilation n only every nth frame (or key) is combined, so the n sets of them, the phases, are computed
    as if they were further pictures of the batch.

    Args:
        layer: its padding is as large as its dilation.
        x: (B, C, T, K).
    """
    in_time, in_pitch = int(layer.dilation[0]), int(layer.dilation[1])
    if in_time == in_pitch == 1:
        return layer(x)
    count, channels, frames, keys = x.shape
    x = F.pad(x, (0, -keys % in_pitch, 0, -frames % in_time))
    rows, columns = x.shape[2] // in_time, x.shape[3] // in_pitch
    x = x.permute(0, 2, 3, 1).reshape(count, rows, in_time, columns, in_pitch, channels)
    x = x.permute(0, 2, 4, 5, 1, 3).reshape(-1, channels, rows, columns)
    y = F.conv2d(x.contiguous(memory_format=torch.channels_last), layer.weight, layer.bias, padding=1)
    y = y.permute(0, 2, 3, 1).reshape(count, in_time, in_pitch, rows, columns, -1)
    y = y.permute(0, 5, 3, 1, 4, 2).reshape(count, -1, rows * in_time, columns * in_pitch)
    return y[:, :, :frames, :keys].contiguous(memory_format=torch.channels_last)
