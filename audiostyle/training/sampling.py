"""Random training examples that depend on nothing but the seed and the step.

So a resumed training sees the batches that an uninterrupted one would have seen, and any number of threads or
processes gives the same ones.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


class CropBatches:
    """Batches of random crops of equal size; a subclass says how one crop is drawn.

    Args:
        count: crops in a batch.
        seed: of all batches.

    Example:
        >>> class Noise(CropBatches):
        ...     def draw(self, rng: np.random.Generator) -> Tensor:
        ...         return torch.from_numpy(rng.random((3, 8, 8), np.float32))
        >>> batches = Noise(count=4, seed=0)
        >>> batches(7).shape, torch.equal(batches(7), batches(7))
        (torch.Size([4, 3, 8, 8]), True)
    """

    def __init__(self, count: int, seed: int) -> None:
        self.count, self.seed = count, seed

    def draw(self, rng: np.random.Generator) -> Tensor:
        """Draw one crop (C, H, W)."""
        raise NotImplementedError

    def __call__(self, step: int) -> Tensor:
        """Return the batch (count, C, H, W) of a step, with channels last in memory."""
        rng = np.random.default_rng([self.seed, step])
        batch = torch.stack([self.draw(rng) for _ in range(self.count)])
        return batch.contiguous(memory_format=torch.channels_last)


def draw_by_length(lengths: Sequence[int], rng: np.random.Generator) -> int:
    """Draw the number of a recording, each as often as it is long, so that all seconds are equally likely.

    Args:
        lengths: of the recordings, in any unit; one of them is above 0.
        rng: draws the number.

    Returns:
        A number from 0 to len(lengths) − 1.

    Example:
        >>> draw_by_length([0, 5, 0], np.random.default_rng(0))
        1
    """
    return int(rng.choice(len(lengths), p=np.array(lengths) / sum(lengths)))
