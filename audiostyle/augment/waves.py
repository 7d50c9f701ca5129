"""The style of a wave as statistics: how loud each band of frequencies is, and how much its level changes.

Both are taken from decibels, where the wave sounds at all.  They are changed by gains that vary in time and
frequency: a band's level is mapped from its own mean and deviation to those that are wanted.  Pitch, onsets
and phases stay what they were, and so does the level of the whole.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.checks import check_sample_rate
from audiostyle.errors import ShapeError

BANDS = 28
"""Of frequencies, evenly spaced on the mel scale."""

HIGHEST = 11025.0
"""Hertz of the highest band's center; what lies above follows it."""

FRAME = 0.03
"""Seconds, about, of the frames in which levels are taken; the next power of two samples."""

FLOOR = 60.0
"""Decibels below the mean at which levels end."""

SILENCE = 50.0
"""Decibels below the loudest frame from which on a frame does not count."""

RAISED, LOWERED = 20.0, 40.0
"""Decibels by which a level is changed at most."""

_LEAST_SPREAD, _MOST_SPREAD = 1.0, 30.0  # decibels of a band's deviation
_MOST_STRETCH = 2.0  # by which a deviation grows or shrinks


class WaveStatistics:
    """Measures and changes the style of waves (B, N) or (B, C, N).

    Args:
        sample_rate: in hertz.

    Example:
        >>> waves = torch.randn(2, 8000, generator=torch.Generator().manual_seed(0))
        >>> statistics = WaveStatistics(16000)
        >>> same = statistics.transform(waves, lambda own: own)
        >>> statistics.measure(waves).shape, bool((same - waves).abs().max() < 1e-4)
        (torch.Size([2, 56]), True)
    """

    kind = "waves"
    size = 2 * BANDS

    def __init__(self, sample_rate: float) -> None:
        self.sample_rate = check_sample_rate(sample_rate)
        self.frame = 2 ** round(math.log2(FRAME * self.sample_rate))
        self.window = torch.hann_window(self.frame)
        self.shares, self.heard = make_bands(self.sample_rate, self.frame)

    def measure(self, examples: Tensor) -> Tensor:
        """Return the styles of waves, (B, 56): levels of bands, and logarithms of deviations.

        Raises:
            ShapeError: they are no batch of waves.
        """
        _check(examples)
        with torch.no_grad():
            levels, counting = self._measure_levels(self._analyze(examples))
            return self._describe(levels, counting)

    def transform(self, examples: Tensor, choose: Callable[[Tensor], Tensor]) -> Tensor:
        """Return waves with other styles, as loud as they were.

        Args:
            examples: waves.
            choose: from their styles (B, 56), see :meth:`measure`, to those they are to have.
        """
        _check(examples)
        spectra = self._analyze(examples)
        with torch.no_grad():
            levels, counting = self._measure_levels(spectra)
            own = self._describe(levels, counting)
            gains = self._find_gains(levels, own, choose(own))
            factors = 10 ** (torch.einsum("bkt,kf->bft", gains, self.shares.to(gains)) / 20)
        changed = self._synthesize(spectra * factors[:, None], examples)
        return changed * _match_loudness(examples, changed)

    def _analyze(self, waves: Tensor) -> Tensor:
        """Return spectra (B, C, F, T)."""
        channels = (waves[:, None] if waves.ndim == 2 else waves).float()
        padded = F.pad(channels, (0, max(0, self.frame - channels.shape[2])))
        spectra = torch.stft(
            padded.flatten(0, 1),
            self.frame,
            self.frame // 4,
            window=self.window.to(channels),
            pad_mode="constant",
            return_complex=True,
        )
        return spectra.unflatten(0, channels.shape[:2])

    def _synthesize(self, spectra: Tensor, waves: Tensor) -> Tensor:
        count = max(waves.shape[-1], self.frame)
        made = torch.istft(
            spectra.flatten(0, 1),
            self.frame,
            self.frame // 4,
            window=self.window.to(spectra.real),
            length=count,
        )
        return made[:, : waves.shape[-1]].reshape(waves.shape).to(waves.dtype)

    def _measure_levels(self, spectra: Tensor) -> tuple[Tensor, Tensor]:
        """Return levels (B, bands, T) in decibels beside the mean, and which frames count, (B, 1, T)."""
        power = spectra.abs().square().mean(dim=1)
        bands = torch.einsum("bft,kf->bkt", power, self.shares.to(power))
        whole = power.sum(dim=1, keepdim=True)
        counting = whole > whole.amax(dim=2, keepdim=True) * 10 ** (-SILENCE / 10)
        counting |= ~counting.any(dim=2, keepdim=True)  # silence
        mean = (bands.sum(dim=1, keepdim=True) * counting).sum(2, keepdim=True) / counting.sum(
            2, keepdim=True
        )
        mean = mean.clamp(min=1e-20)
        levels = 10 * torch.log10(bands / mean + 10 ** (-FLOOR / 10))
        return levels, counting.float()

    def _describe(self, levels: Tensor, counting: Tensor) -> Tensor:
        """Return styles (B, 56); bands beyond the wave's own say what the last one within says."""
        count = counting.sum(dim=2)
        means = (levels * counting).sum(2) / count
        spread = ((levels - means[..., None]).square() * counting).sum(2) / count
        deviations = spread.sqrt().clamp(_LEAST_SPREAD, _MOST_SPREAD).log()
        places = torch.arange(BANDS, device=levels.device).clamp(max=self.heard - 1)
        return torch.cat([means[:, places], deviations[:, places]], dim=1)

    def _find_gains(self, levels: Tensor, own: Tensor, wanted: Tensor) -> Tensor:
        """Return gains of bands, (B, bands, T), in decibels."""
        (mean, spread), (new_mean, new_spread) = (
            style[..., None].split(BANDS, dim=1) for style in (own, wanted)
        )
        stretch = (new_spread - spread).exp().clamp(1 / _MOST_STRETCH, _MOST_STRETCH)
        gains = (new_mean - mean) + (stretch - 1) * (levels - mean)
        return gains.clamp(-LOWERED, RAISED)


def make_bands(sample_rate: float, frame: int) -> tuple[Tensor, int]:
    """Return the share of every bin in every band, (bands, bins), and how many bands the sample rate has.

    The shares of a bin sum to 1: between two centers it belongs to both, beyond all to the outermost.

    Example:
        >>> shares, heard = make_bands(8000, 512)
        >>> shares.shape, heard, bool((shares.sum(0) - 1).abs().max() < 1e-6)
        (torch.Size([28, 257]), 19, True)
    """
    bins = torch.linspace(0, sample_rate / 2, frame // 2 + 1, dtype=torch.float64)
    place = (to_mel(bins) / to_mel(torch.tensor(HIGHEST, dtype=torch.float64)) * BANDS - 1).clamp(
        0, BANDS - 1
    )
    shares = (1 - (place - torch.arange(BANDS)[:, None]).abs()).clamp(min=0)
    heard = int((shares.sum(dim=1) > 0).nonzero().max()) + 1
    return shares.float(), heard


def to_mel(hertz: Tensor) -> Tensor:
    """Return frequencies on the mel scale (O'Shaughnessy 1987)."""
    return 2595 * torch.log10(1 + hertz / 700)


def _match_loudness(before: Tensor, after: Tensor) -> Tensor:
    """Return the factors that make waves as loud as they were, of the examples' shape but for the samples."""
    axes = tuple(range(1, before.ndim))
    powers = [wave.detach().float().square().mean(dim=axes, keepdim=True) for wave in (before, after)]
    return (powers[0] / powers[1].clamp(min=1e-20)).sqrt().to(after.dtype)


def _check(waves: Tensor) -> None:
    if waves.ndim not in (2, 3) or not waves.numel() or not waves.is_floating_point():
        raise ShapeError(
            f"waves must be floats (batch, samples) or (batch, channels, samples), not {waves.dtype} "
            f"{tuple(waves.shape)}"
        )
