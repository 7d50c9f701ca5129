"""The style's frames, of which a mosaic is made: as complex spectra, in bands, and limited in number."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft

MAX_TEMPLATES = 3000
"""Templates of all styles together: two minutes.  Time and memory grow with their number."""

RUN_FRAMES = 32
"""Frames (1.5 s) that stay together when a long style is thinned out: frames need their successors."""

BANDS_PER_OCTAVE = 24
"""Where spectral bins are narrower than these bands, they are pooled for finding activations."""

_QUIET = 1e-3  # frames 60 dB below a style's loudest are silence, which scaling would turn into noise
_SKETCH = 4  # parts of a run whose mean spectra describe it


@dataclass(frozen=True)
class Templates:
    """K frames of the styles.

    Attributes:
        frames: complex (bins, K), each scaled so that its magnitudes in bands have the sum 1.
        bands: magnitudes in bands, (bands, K), columns of sum 1.
        runs: (K,), the number of the unbroken run that a frame belongs to.
        preference: (K,), > 0, how readily it is chosen, from its style's weight.
    """

    frames: Tensor
    bands: Tensor
    runs: Tensor
    preference: Tensor

    @classmethod
    def from_styles(cls, styles: Sequence[Tensor], weights: Sequence[float], transform: Stft) -> "Templates":
        """Choose frames of the styles; silent ones are left out.

        Args:
            styles: mono waves (n,) on the CPU, none of them silent.
            weights: how much each style counts; their sum is 1.
            transform: the short-time Fourier transform of the mosaic.
        """
        pooling = compute_band_matrix(transform.n_fft)
        parts: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        for wave, weight in zip(styles, weights, strict=True):
            spectrum = transform(wave)
            bands = pooling @ spectrum.abs()
            chosen = thin_frames(bands, max(RUN_FRAMES, round(weight * MAX_TEMPLATES)))
            size = bands.sum(dim=0)
            chosen = chosen[size[chosen] > _QUIET * size.max()]
            # A number is left out between two styles, so that no run goes on in the next style.
            first = int(parts[-1][2][-1]) + 2 if parts else 0
            runs = first + torch.cumsum(torch.diff(chosen, prepend=chosen[:1]) != 1, dim=0)
            preference = torch.full((len(chosen),), weight / max(weights))
            parts.append(
                (spectrum[:, chosen] / size[chosen], bands[:, chosen] / size[chosen], runs, preference)
            )
        # Frames, bands, runs and preferences of all styles, each along its last axis.
        return cls(*(torch.cat(of_all, dim=-1) for of_all in zip(*parts, strict=True)))

    def to(self, device: torch.device) -> "Templates":
        """Return the templates on a device."""
        return Templates(*(part.to(device) for part in (self.frames, self.bands, self.runs, self.preference)))


def thin_frames(bands: Tensor, limit: int) -> Tensor:
    """Choose frames of a style such that what is rare in it is represented as well as what is common.

    Frames are chosen in runs of :data:`RUN_FRAMES`.  Each run is the one that is least like those that were
    chosen before (Gonzalez 1985: at most twice the distance that the best choice would leave).

    Args:
        bands: magnitudes (bands, T).
        limit: how many frames there may be at most.

    Returns:
        The numbers of the chosen frames, in order: all, if there are no more than ``limit``.
    """
    count = bands.shape[1]
    if count <= limit:
        return torch.arange(count)
    runs = count // RUN_FRAMES
    pieces = bands[:, : runs * RUN_FRAMES].reshape(len(bands), runs, _SKETCH, -1).mean(dim=3)
    sketches = torch.log(pieces + _QUIET * pieces.amax()).movedim(1, 0).flatten(1)  # (runs, bands · 4)
    chosen = [int(pieces.sum(dim=(0, 2)).argmax())]
    distance = torch.full((runs,), torch.inf)
    while len(chosen) < limit // RUN_FRAMES:
        distance = torch.minimum(distance, (sketches - sketches[chosen[-1]]).square().sum(dim=1))
        chosen.append(int(distance.argmax()))
    starts = torch.tensor(sorted(chosen)) * RUN_FRAMES
    return (starts[:, None] + torch.arange(RUN_FRAMES)).flatten()


@lru_cache(maxsize=8)
def compute_band_matrix(n_fft: int) -> Tensor:
    """Compute the matrix (bands, bins) of zeros and ones that pools bins into bands.

    Low bands are single bins; from where bins are closer together, bands are 1/24 octave wide.  Activations
    are found for bands, at a tenth of the cost for bins, and the mosaic is made of whole frames.
    """
    bins = n_fft // 2 + 1
    narrow = round(1 / (2 ** (1 / BANDS_PER_OCTAVE) - 1))  # bins below are further apart than bands
    number = torch.arange(bins)
    octaves = torch.log2(number.clamp(min=narrow) / narrow)
    band = torch.where(number < narrow, number, narrow + (BANDS_PER_OCTAVE * octaves).floor().long())
    _, band = torch.unique(band, return_inverse=True)
    return (torch.arange(int(band.max()) + 1)[:, None] == band).float()
