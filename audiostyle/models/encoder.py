"""The shared encoder: any polyphonic music to a note grid that is free of the domain.

The published universal encoder (Mor et al. 2018, §3.2) is a stack of dilated, non-causal convolutions with
residual ReLU layers over the waveform.  Ours is the same stack over the time–pitch plane: filters are
shared by all keys, dilations reach over time and, now and then, over the octave, where one note's harmonics
hide another.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from audiostyle.models.frontend import PITCHES, HarmonicStack
from audiostyle.models.performance_head import CurveGrids, PerformanceHead


class EncoderOutput(NamedTuple):
    """The encoder's output for T frames: a note grid and a latent.

    Attributes:
        onset: (B, T, 88), logits that a note begins in the frame.
        sounding: (B, T, 88), logits that a note is held.
        loudness: (B, T, 88) in [0, 1]: how hard the note is played, meaningful where it sounds.
        latent: (B, T, Z) in (−1, 1): what notes do not hold (noise, articulation, room), kept free of the
            domain by the critic.  It is trained, but no decoder reads it yet: translation calls
            :meth:`PitchGridEncoder.heads`, which leaves it out; :meth:`PitchGridEncoder.forward` gives it.

    Example:
        >>> output = EncoderOutput(*torch.zeros(3, 1, 5, 88), torch.zeros(1, 5, 8))
        >>> output.latent.shape
        torch.Size([1, 5, 8])
    """

    onset: Tensor
    sounding: Tensor
    loudness: Tensor
    latent: Tensor


class Heard(NamedTuple):
    """What translation needs of T frames.

    Attributes:
        heads: (B, T, 3, 88), logits of onset, sounding and loudness.
        curves: how the notes are played; None without a performance head.
        spectrum: (B, T, 309), the levels of the front end's long window, log10 magnitudes plus 2.5.

    Example:
        >>> PitchGridEncoder(channels=4).eval().listen(torch.zeros(1, 2560)).spectrum.shape
        torch.Size([1, 11, 309])
    """

    heads: Tensor
    curves: CurveGrids | None
    spectrum: Tensor


_DILATIONS = (
    (1, 1),
    (1, 1),
    (2, 1),
    (1, 12),
    (4, 1),
    (1, 1),
    (8, 1),
    (1, 12),
    (16, 1),
    (1, 1),
    (1, 12),
    (1, 1),
)


class ResidualLayer(nn.Module):
    """A residual layer: dilated 3×3 convolution to ``width`` units, ReLU, 1×1, added to the input."""

    def __init__(self, channels: int, width: int, dilation: tuple[int, int]) -> None:
        super().__init__()
        self.dilated = nn.Conv2d(channels, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv2d(width, channels, 1)
        for parameter in self.mix.parameters():
            parameter.data *= 0.3  # twelve layers then start near the identity

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, T, 88) for ``x`` (B, C, T, 88)."""
        # In place, because these two cost memory, not arithmetic; no gradient needs what they overwrite.
        return self.mix(_rectify_(self.dilated(x))).add_(x)


def _rectify_(x: Tensor) -> Tensor:
    """Replace negative values by 0.

    A number in half precision is negative where its bits are as an integer, and integers are compared four
    times as fast on a CPU.
    """
    if x.dtype == torch.bfloat16 and x.device.type == "cpu" and not x.requires_grad:
        x.view(torch.int16).clamp_(min=0)
        return x
    return torch.relu_(x)


class PitchGridEncoder(nn.Module):
    """Encode waves (B, N) at 22,050 Hz, RMS near 0.1, to an :class:`EncoderOutput` of 86.13 frames a second.

    Args:
        channels: width of the stack.
        latent: numbers Z in a frame of the latent.
        widths: units inside each of the twelve layers; None is ``channels`` in each, pruned encoders have
            fewer.
        curves: units of its :class:`~audiostyle.models.performance_head.PerformanceHead`; 0: it has none.

    Attributes:
        performance: the performance head, or None.

    Example:
        >>> encoder = PitchGridEncoder(channels=4, latent=2)
        >>> output = encoder(torch.zeros(1, 2560))
        >>> output.onset.shape, output.latent.shape
        (torch.Size([1, 11, 88]), torch.Size([1, 11, 2]))
    """

    def __init__(
        self, channels: int = 48, latent: int = 8, widths: Sequence[int] | None = None, curves: int = 0
    ) -> None:
        super().__init__()
        self.frontend = HarmonicStack()
        self.entry = nn.Conv2d(HarmonicStack.channels, channels, (3, 5), stride=(1, 3), padding=(1, 1))
        self.widths = tuple(widths or (channels,) * len(_DILATIONS))
        sizes = zip(self.widths, _DILATIONS, strict=True)
        self.layers = nn.Sequential(*(ResidualLayer(channels, *size) for size in sizes))
        self.notes = nn.Sequential(
            nn.ReLU(), nn.Conv2d(channels, channels, 1), nn.ReLU(), nn.Conv2d(channels, 3, 1)
        )
        self.pool = nn.Conv1d(2 * channels, latent, 5, padding=2)
        self.performance = PerformanceHead(channels, curves) if curves else None

    def forward(self, wave: Tensor) -> EncoderOutput:
        """Return note grid and latent of waves (B, N); T = N // 256 + 1."""
        return self.encode(self.frontend(wave))

    def encode(self, stack: Tensor) -> EncoderOutput:
        """Return note grid and latent of harmonic stacks (B, 18, T, 264)."""
        hidden = self.compute_hidden(stack)
        if hidden.requires_grad:
            hidden.register_hook(lambda grad: grad.contiguous(memory_format=torch.channels_last))
        onset, sounding, loudness = self.notes(hidden).unbind(dim=1)
        assert onset.shape[-1] == PITCHES
        pooled = torch.cat([hidden.mean(dim=3), hidden.amax(dim=3)], dim=1)
        latent = torch.tanh(self.pool(pooled)).transpose(1, 2)
        return EncoderOutput(onset, sounding, torch.sigmoid(loudness), latent)

    def heads(self, wave: Tensor) -> Tensor:
        """Return the logits of onset, sounding and loudness, (B, T, 3, 88), of waves (B, N).

        This is what notes alone need; the latent is not computed.
        """
        return self.notes(self.compute_hidden(self.frontend(wave))).transpose(1, 2)

    def listen(self, wave: Tensor) -> Heard:
        """Return everything that translation needs of waves (B, N).

        Whatever precision the stack computes in, curves are computed in single precision, because hundredths
        of a semitone count.
        """
        levels = self.frontend.spectra(wave)
        hidden = _rectify_(self.compute_hidden(self.frontend.stack(levels)))  # once for both heads
        heads = self.notes[1:](hidden).transpose(1, 2)
        if self.performance is None:
            return Heard(heads, None, levels[:, 0])
        with torch.autocast(hidden.device.type, enabled=False):
            return Heard(heads, self.performance(hidden.float(), rectified=True), levels[:, 0])

    def compute_hidden(self, stack: Tensor) -> Tensor:
        """Return the output of the stack of layers, (B, C, T, 88), of harmonic stacks (B, 18, T, 264)."""
        # In the default memory layout convolutions take several times as long on a CPU, and so do gradients
        # that come back from the heads in it.
        return self.layers(_rectify_(self.entry(stack.contiguous(memory_format=torch.channels_last))))

    @property
    def context(self) -> int:
        """Frames on either side that a frame of the output depends on, the analysis window included."""
        return 1 + sum(time for time, _ in _DILATIONS) + 2 + 4096 // (2 * 256)
