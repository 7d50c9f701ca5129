"""The randomness of sampling: one uniform number a sample, fixed by the seed and by the sample's place.

So a sample gets the same number in whatever chunk it is computed, and two chunks that overlap, whose pasts
differ but whose random numbers do not, tend to converge.
"""

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError

_PER_BLOCK = 4  # numbers that Philox generates from one value of its counter


def draw_uniform(seed: int, first: int, count: int) -> np.ndarray:
    """Return the random numbers (count,) in [0, 1), float32, of the samples from ``first`` on of a song.

    Args:
        seed: of the song's random numbers, 0 … 2^128 − 1.
        first: number of the first sample, from 0.
        count: how many samples.

    Example:
        >>> bool((draw_uniform(7, 0, 100)[40:] == draw_uniform(7, 40, 60)).all())
        True
    """
    counter = np.random.Philox(key=seed)
    counter.advance(first // _PER_BLOCK)
    skipped = first % _PER_BLOCK
    numbers = np.random.Generator(counter).random(skipped + count)[skipped:]
    return np.minimum(numbers.astype(np.float32), np.float32(1 - 2**-24))  # rounding up could give 1


def choose_codes(logits: Tensor, noise: Tensor, temperature: float) -> Tensor:
    """Return the mu-law codes (B,), int64, that uniform numbers pick from softmax(logits / temperature).

    This is inverse transform sampling: the first code whose cumulative probability exceeds the number.

    Args:
        logits: (B, 256), of every code.
        noise: (B,), uniform random numbers in [0, 1).
        temperature: above 0; below 1, likely codes become likelier.

    Example:
        >>> choose_codes(torch.log(torch.tensor([[0.2, 0.5, 0.3]])), torch.tensor([0.6]), 1.0)
        tensor([1])
    """
    cumulative = torch.softmax(logits / temperature, dim=1).cumsum(dim=1)
    picked = torch.searchsorted(cumulative, (noise * cumulative[:, -1])[:, None], right=True)
    return picked[:, 0].clamp(max=logits.shape[1] - 1)


def check_temperature(temperature: float) -> None:
    """Raise AudiostyleError unless the temperature is a positive finite number.

    Example:
        >>> check_temperature(0.0)
        Traceback (most recent call last):
        audiostyle.errors.AudiostyleError: temperature must be above 0, not 0.0; 1 is as the network learned
    """
    if not 0 < temperature < float("inf"):
        raise AudiostyleError(f"temperature must be above 0, not {temperature}; 1 is as the network learned")
