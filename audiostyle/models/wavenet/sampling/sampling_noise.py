"""Where chance enters: one uniform number a sample, fixed by the seed and by the sample's place in the song.

So a sample has the same draw in whatever chunk it is made, and two chunks that overlap, whose pasts differ
but whose draws do not, tend to become the same.
"""

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError

_PER_BLOCK = 4  # numbers that Philox makes of one state of its counter


def draw_uniform(seed: int, first: int, count: int) -> np.ndarray:
    """Return the draws (count,) in [0, 1) of samples ``first``, … of a song, float32."""
    counter = np.random.Philox(key=seed)
    counter.advance(first // _PER_BLOCK)
    skipped = first % _PER_BLOCK
    numbers = np.random.Generator(counter).random(skipped + count)[skipped:]
    return np.minimum(numbers.astype(np.float32), np.float32(1 - 2**-24))  # rounding could make 1 of it


def choose_codes(logits: Tensor, draws: Tensor, temperature: float) -> Tensor:
    """Return the codes (B,) that uniform draws (B,) pick from softmax(logits / temperature), (B, 256).

    The distribution's inverse: the first code up to which more than the draw's share lies.
    """
    heaped = torch.softmax(logits / temperature, dim=1).cumsum(dim=1)
    picked = torch.searchsorted(heaped, (draws * heaped[:, -1])[:, None], right=True)
    return picked[:, 0].clamp(max=logits.shape[1] - 1)


def check_temperature(temperature: float) -> None:
    """Raise AudiostyleError unless the temperature is a positive number."""
    if not 0 < temperature < float("inf"):
        raise AudiostyleError(f"temperature must be above 0, not {temperature}; 1 is as the network learned")
