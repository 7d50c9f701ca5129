"""The style's frames, of which a mosaic is laid: as they are, in bands, and with a limit to their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft

MOST = 3000
"""Templates at most: two minutes; time and memory grow with their number."""

RUN = 32
"""Frames, 1.5 s, that stay together when a long style is thinned out: frames need their successors."""

BANDS_PER_OCTAVE = 24
"""Where spectral bins are narrower, they are put together for finding activations."""

_QUIET = 1e-3  # frames this far (60 dB) below a style's loudest are silence, and would be blown up to sound
_SKETCH = 4  # stretches of a run whose mean spectra say what it is like


@dataclass(frozen=True)
class Templates:
    """K frames of the styles.

    Attributes:
        frames: complex (bins, K), each scaled so that its magnitudes in bands have sum 1.
        bands: (bands, K), magnitudes, columns of sum 1.
        runs: (K,), which unbroken run a frame is of.
        preference: (K,), > 0; how readily it is taken, from its style's share.
    """

    frames: Tensor
    bands: Tensor
    runs: Tensor
    preference: Tensor

    @classmethod
    def of(cls, styles: Sequence[Tensor], shares: Sequence[float], transform: Stft) -> "Templates":
        """Choose the frames of styles, mono waves (n,), none of them silent; silent frames are left out."""
        pooling = compute_band_matrix(transform.n_fft)
        parts: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        for wave, share in zip(styles, shares, strict=True):
            spectrum = transform(wave)
            bands = pooling @ spectrum.abs()
            chosen = thin_frames(bands, max(RUN, round(share * MOST)))
            size = bands.sum(dim=0)
            chosen = chosen[size[chosen] > _QUIET * size.max()]
            first = (
                int(parts[-1][2][-1]) + 2 if parts else 0
            )  # a gap, so that no run goes on in the next style
            runs = first + torch.cumsum(torch.diff(chosen, prepend=chosen[:1]) != 1, dim=0)
            preference = torch.full((len(chosen),), share / max(shares))
            parts.append(
                (spectrum[:, chosen] / size[chosen], bands[:, chosen] / size[chosen], runs, preference)
            )
        # Frames, bands, runs and preferences of all styles, each along its last axis.
        return cls(*(torch.cat(of_all, dim=-1) for of_all in zip(*parts, strict=True)))


def thin_frames(bands: Tensor, most: int) -> Tensor:
    """Return the numbers of at most ``most`` of the frames (bands, T), in order, in runs of :data:`RUN`.

    Each run is the one least like those that were chosen before (Gonzalez 1985: at most twice the distance
    that the best choice would leave), so what is rare in the style is there as well as what is common.
    """
    count = bands.shape[1]
    if count <= most:
        return torch.arange(count)
    runs = count // RUN
    pieces = bands[:, : runs * RUN].reshape(len(bands), runs, _SKETCH, -1).mean(dim=3)
    sketches = torch.log(pieces + _QUIET * pieces.amax()).movedim(1, 0).flatten(1)  # (runs, bands · 4)
    chosen = [int(pieces.sum(dim=(0, 2)).argmax())]
    distance = torch.full((runs,), torch.inf)
    while len(chosen) < most // RUN:
        distance = torch.minimum(distance, (sketches - sketches[chosen[-1]]).square().sum(dim=1))
        chosen.append(int(distance.argmax()))
    starts = torch.tensor(sorted(chosen)) * RUN
    return (starts[:, None] + torch.arange(RUN)).flatten()


@lru_cache(maxsize=8)
def compute_band_matrix(n_fft: int) -> Tensor:
    """(bands, bins) of zeros and ones: single bins, and from where these are closer, 1/24 octave each.

    A mosaic is found for bands, at a tenth of the cost for bins, and laid of whole frames.
    """
    bins = n_fft // 2 + 1
    narrow = round(1 / (2 ** (1 / BANDS_PER_OCTAVE) - 1))  # bins below are further apart than bands
    number = torch.arange(bins)
    octaves = torch.log2(number.clamp(min=narrow) / narrow)
    band = torch.where(number < narrow, number, narrow + (BANDS_PER_OCTAVE * octaves).floor().long())
    _, band = torch.unique(band, return_inverse=True)
    return (torch.arange(int(band.max()) + 1)[:, None] == band).float()
