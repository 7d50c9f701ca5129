"""The excitation of a domain's spectral decoder: an additive bank of spectral templates.

Every key owns K magnitude spectra; how much of each sounds depends on how hard the key was struck, how long
ago, and how long since it was released.  The sum over keys is the source of a source–filter model: a first
estimate of the spectrum, which :class:`audiostyle.models.spectral_decoder.SpectralDecoder` then corrects.
(The factorization is that of non-negative matrix factorization, with the activations computed from the
notes instead of estimated.)
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.note_spectra import AddedTemplates
from audiostyle.sound.units import midi_to_hz

LEAD = 2
"""Frames (11.6 ms each) before its onset from which a note is audible: half the analysis window."""

_HELD_TIMES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)  # frames; time constants of the exponential decays
_RELEASED_TIMES = (2.0, 6.0, 20.0)

_STRIDE = 10.0  # templates are stored as log-magnitude / 10: Adam's equal steps are small beside 100 dB
FLOOR = 1e-6
"""Magnitude that is always there, 120 dB below a full-scale sine: networks take its logarithm."""
_CELLS = 8192


class KeyStates(NamedTuple):
    """The state of every key in every frame, each (B, T, 88) float.

    Attributes:
        level: how hard the sounding note is played, in [0, 1]; 0 where the key is at rest.
        age: frames since its onset, from −LEAD on; meaningless at rest.
        released: frames since the key was released, 0 while it is held.

    Example:
        >>> KeyStates(*torch.zeros(3, 1, 5, 88)).age.shape
        torch.Size([1, 5, 88])
    """

    level: Tensor
    age: Tensor
    released: Tensor


class Excitation(nn.Module):
    """Turn :class:`KeyStates` into a log-magnitude spectrum (B, T, bins).

    Args:
        bins: of the spectrum.
        bin_hertz: their spacing in hertz, for the harmonic spectra that the templates start from.
        templates: spectra K a key.
        hidden: units of the network that computes the activations.

    Example:
        >>> rest = torch.zeros(1, 7, 88)
        >>> Excitation(bins=20, bin_hertz=100.0)(KeyStates(rest, rest, rest)).shape
        torch.Size([1, 7, 20])
    """

    floor = FLOOR

    def __init__(self, bins: int, bin_hertz: float, templates: int = 4, hidden: int = 48) -> None:
        super().__init__()
        start = make_harmonic_combs(bins, bin_hertz)[:, None] + 0.1 * torch.randn(PITCHES, templates, bins)
        self.templates = nn.Parameter(start / _STRIDE)
        features = 6 + LEAD + 3 + len(_HELD_TIMES) + len(_RELEASED_TIMES)
        self.envelope = nn.Sequential(
            nn.Linear(features, hidden),
            nn.GELU(),
            nn.Linear(hidden, hidden),
            nn.GELU(),
            nn.Linear(hidden, templates),
        )

    def forward(self, states: KeyStates) -> Tensor:
        """Return the log-magnitude spectrum (B, T, bins)."""
        return torch.log(self.mix(self.activations(states)) + FLOOR)

    def mix(self, activations: Tensor) -> Tensor:
        """Return the sum of the templates, so much of each: (B, T, 88, K) → (B, T, bins)."""
        return activations.flatten(2) @ self.spectra().magnitudes.flatten(0, 1)

    def spectra(self) -> AddedTemplates:
        """Return what turns activations into the spectra of single notes."""
        return AddedTemplates(torch.exp(_STRIDE * self.templates))

    def activations(self, states: KeyStates) -> Tensor:
        """Return how much of every template sounds, (B, T, 88, K); computed for the keys in use only."""
        batch, frame, key = torch.nonzero(states.level, as_tuple=True)
        level, age, released = (part[batch, frame, key] for part in states)
        features = _features(level, age, released, key)
        # Padded to a multiple of many cells: oneDNN keeps a kernel for every shape, and memory would grow.
        spare = -len(features) % _CELLS
        gains = self.envelope(F.pad(features, (0, 0, 0, spare)))[: len(features)].float()
        gains = torch.exp(gains + 2 * torch.log(level)[:, None])
        result = gains.new_zeros(*states.level.shape, self.templates.shape[1])
        return result.index_put((batch, frame, key), gains)


def _features(level: Tensor, age: Tensor, released: Tensor, key: Tensor) -> Tensor:
    """Return features (cells, F): powers of level and key, one-hot first frames, decays."""
    height = key / (PITCHES - 1)
    columns = [level, torch.log(level), height, height**2, level * height, (released > 0).float()]
    columns += [(age.round() == n).float() for n in range(-LEAD, 3)]
    columns += [torch.exp(-age.clamp(min=0) / time) for time in _HELD_TIMES]
    columns += [torch.exp(-released / time) * (released > 0) for time in _RELEASED_TIMES]
    return torch.stack(columns, dim=1)


def make_harmonic_combs(bins: int, bin_hertz: float) -> Tensor:
    """Return log spectra (88, bins) with a lobe two bins wide at every harmonic, −6 dB an octave.

    Args:
        bins: of the spectrum.
        bin_hertz: their spacing in hertz.

    Example:
        >>> make_harmonic_combs(1025, 21.5)[39].argmax().item()  # middle C, 262 Hz
        12
    """
    pitch = torch.arange(PITCHES) + LOWEST_PITCH
    fundamental = midi_to_hz(pitch[:, None])
    frequency = torch.arange(bins) * bin_hertz
    harmonic = torch.clamp(torch.round(frequency / fundamental), min=1)
    distance = (frequency - harmonic * fundamental) / bin_hertz
    return -6.0 - torch.log(harmonic) - distance.abs().clamp(max=4)
