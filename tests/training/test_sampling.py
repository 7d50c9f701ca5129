"""Batches depend on the seed and the step alone; recordings are drawn as often as they are long."""

import numpy as np
import pytest
import torch

from audiostyle.training.sampling import CropBatches, draw_by_length


class Noise(CropBatches):
    """Crops of noise, of one channel."""

    def draw(self, rng: np.random.Generator) -> torch.Tensor:
        return torch.from_numpy(rng.random((1, 4, 6), np.float32))


def test_a_batch_depends_on_the_seed_and_the_step_alone():
    one, other = Noise(3, seed=5), Noise(3, seed=5)
    later = one(8)
    assert torch.equal(other(2), one(2)) and torch.equal(other(8), later)
    assert not torch.equal(one(2), later) and not torch.equal(Noise(3, seed=6)(2), one(2))


def test_a_batch_has_channels_last():
    batch = Noise(3, seed=0)(0)
    assert batch.shape == (3, 1, 4, 6) and batch.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("lengths", [[1, 2, 7], [10, 10]])
def test_recordings_are_drawn_as_often_as_they_are_long(lengths):
    rng = np.random.default_rng(0)
    drawn = np.bincount([draw_by_length(lengths, rng) for _ in range(4000)], minlength=len(lengths))
    assert np.abs(drawn / 4000 - np.array(lengths) / sum(lengths)).max() < 0.03  # four standard deviations
