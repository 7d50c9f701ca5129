"""Tests of :mod:`audiostyle.translation.training.expressive.augmentation`."""

import torch

from audiostyle.translation.training.expressive.augmentation import BatchAugmentation


def test_augmentation_keeps_shape_and_level_and_depends_on_its_seed_alone() -> None:
    wave = torch.randn(24, 40000) * torch.logspace(-4, 0, 24)[:, None]
    wave[0] = 0
    changed = BatchAugmentation(torch.device("cpu"), 3)(wave)
    assert changed.shape == wave.shape and changed.isfinite().all()
    levels = changed[4:].square().mean(1).sqrt()
    assert (levels > 0.02).all() and (levels < 0.45).all()
    assert torch.equal(changed, BatchAugmentation(torch.device("cpu"), 3)(wave))
