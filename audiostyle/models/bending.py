"""Bent notes: spectra stretched along frequency, as the pitch of a note moves while it sounds.

A note that sounds ``c`` cents above its key has every partial at 2^(c / 1200) times its frequency.  So its
spectrum is the key's, stretched along frequency by that ratio; and its phases are those that the key's own
partials would have at a later age, since they have run faster all along.
"""

from typing import NamedTuple

import torch
from torch import Tensor

OCTAVE = 1200
"""Cents in an octave."""


class Bends(NamedTuple):
    """How the note of every key is bent in every frame, each (T, 88).

    Attributes:
        bent: whether it is bent at any time in its life; a note is worked on in one way from end to end.
        cents: how far the sounding pitch is above the key's, float32.
        age: frames from the onset in which the partials of an unbent note would turn as often: the integral
            of 2^(cents / 1200), float64.  Meaningless at rest.

    Example:
        >>> Bends(torch.zeros(5, 88).bool(), torch.zeros(5, 88), torch.zeros(5, 88).double()).cents.shape
        torch.Size([5, 88])
    """

    bent: Tensor
    cents: Tensor
    age: Tensor


class BentSum(NamedTuple):
    """The bent notes of a few frames, added up.

    Attributes:
        bent: (T, 88) bool, where they are.
        amplitude: (T, bins), the sum of their spectra, each where it sounds.
        power: (T, bins), the sum of the squares.
        octaves: (T, bins), the sum of the squares times how far each is bent, in octaves.
    """

    bent: Tensor
    amplitude: Tensor
    power: Tensor
    octaves: Tensor

    def add(self, frames: slice, key: int, amplitude: Tensor, octaves: Tensor) -> None:
        """Add a note's spectrum (n, bins), which is bent by so many octaves (n, 1)."""
        self.bent[frames, key] = True
        self.amplitude[frames] += amplitude
        power = amplitude.square()
        self.power[frames] += power
        self.octaves[frames].addcmul_(power, octaves)


def find_source_bins(octaves: Tensor, bins: int) -> Tensor:
    """Return the place, in bins, from which each bin of a bent spectrum comes: its own over the ratio.

    Args:
        octaves: (T, 1) or (T, bins), how far the spectrum is bent.
        bins: of the spectrum.

    Returns:
        (T, bins), at most the last bin.

    Example:
        >>> find_source_bins(torch.ones(1, 1), 5)
        tensor([[0.0000, 0.5000, 1.0000, 1.5000, 2.0000]])
    """
    return (torch.arange(bins) * torch.exp2(-octaves)).clamp_(max=bins - 1)


def interpolate(values: Tensor, places: Tensor) -> Tensor:
    """Read rows between their values, on straight lines.

    Args:
        values: (T, n).
        places: (T, bins), between 0 and n − 1.

    Returns:
        (T, bins); where places are whole, the values there.

    Example:
        >>> interpolate(torch.tensor([[0.0, 1.0, 3.0]]), torch.tensor([[0.0, 0.5, 1.25, 2.0]]))
        tensor([[0.0000, 0.5000, 1.5000, 3.0000]])
    """
    if values.shape[1] == 1:
        return values.expand(places.shape).clone()
    left = places.trunc().clamp_(max=values.shape[1] - 2)
    index = left.long()
    return values.gather(1, index).lerp_(values[:, 1:].gather(1, index), places - left)


def insert_midpoints(magnitude: Tensor) -> Tensor:
    """Return spectra (…, 2 · bins − 1) with a magnitude between every two, by cubic convolution (Keys 1981).

    It is the square root of the magnitude that is convolved, which keeps straight lines between all of them
    within 1 dB of a Hann window's lobe.

    Args:
        magnitude: (…, bins).

    Example:
        >>> insert_midpoints(torch.tensor([0.0, 0.0, 1.0, 4.0, 9.0, 9.0]))[4:7].tolist()
        [1.0, 2.25, 4.0]
    """
    values = magnitude.sqrt()
    padded = torch.cat([values[..., :1], values, values[..., -1:]], dim=-1)
    inner = padded[..., 1:-2] + padded[..., 2:-1]
    middles = 0.5625 * inner - 0.0625 * (padded[..., :-3] + padded[..., 3:])
    result = values.new_empty(*values.shape[:-1], 2 * values.shape[-1] - 1)
    result[..., ::2], result[..., 1::2] = magnitude, middles.square()
    return result
