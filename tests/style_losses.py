"""Maps for the laws of losses, and each loss of the table made of them."""

import torch
from torch import Tensor

from audiostyle.style.losses import LOSSES, Loss

SHAPES = {"sound": (1, 3, 14), "picture": (1, 3, 13, 14), "batch": (2, 3, 13, 13)}


def make_map(seed: int, *shape: int) -> Tensor:
    """Return a map of random values in double precision, in which no two are alike."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64) + 0.5


OPTIONS: dict[str, dict[str, object]] = {
    "laplacian": {"pooling": 2},
    "sliced-wasserstein": {"directions": 4},
    "mmd": {"kernel": "gaussian", "pairs": 4000},
    "transformed-gram": {"shifts": (1, 3)},
    "adversarial": {"size": 2},
}


def make_loss(name: str, target: Tensor) -> Loss:
    """Return a loss for which ``target`` is both the style and the content."""
    row, options = LOSSES[name], OPTIONS.get(name, {})
    make = row.function
    if row.source == "nothing":
        return make(**options)
    if row.source == "strokes":
        return make([target, target], **options)
    if row.source == "labels":
        labels = torch.stack([torch.ones(target.shape[2:]), torch.zeros(target.shape[2:])])
        return make(target, labels=labels, style_labels=labels, **options)
    if name == "temporal":
        return make(target, torch.zeros(len(target), target.ndim - 2, *target.shape[2:]).double())
    if name == "disparity":
        return make(torch.zeros(target.shape[2:]).double(), torch.zeros(target.shape[2:]).double())
    return make(target, **options)
