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
    return (torch.arange(bins) * torch.exp2(-octaves)).clamp(max=bins - 1)


def interpolate(values: Tensor, places: Tensor) -> Tensor:
    """Read rows between their bins, by cubic convolution (Keys 1981).

    Args:
        values: (T, bins).
        places: (T, bins), in bins, between the first and the last.

    Returns:
        (T, bins); where places are whole, the values there.

    Example:
        >>> interpolate(torch.tensor([[0.0, 1.0, 2.0, 3.0]]), torch.tensor([[0.0, 1.5, 3.0, 0.0]]))
        tensor([[0.0000, 1.5000, 3.0000, 0.0000]])
    """
    last = values.shape[1] - 1
    left = places.floor()
    x = places - left
    index = left.long()
    # Weights of the neighbors at -1, 0, 1 and 2 bins, with the slope of a parabola at each bin (a = -1/2).
    weights = (
        x * (x * (1 - 0.5 * x) - 0.5),
        1 + x * x * (1.5 * x - 2.5),
        x * (0.5 + x * (2 - 1.5 * x)),
        0.5 * x * x * (x - 1),
    )
    result = torch.zeros_like(places)
    for step, weight in zip((-1, 0, 1, 2), weights, strict=True):
        result.addcmul_(values.gather(1, (index + step).clamp(0, last)), weight)
    return result
