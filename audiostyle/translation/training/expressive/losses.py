"""The losses of a batch: of the notes, and of how they are played.

Those of the notes are weighted as in :mod:`audiostyle.translation.training.encoder`.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.performance_head import LARGEST_DEVIATION, LOWEST_LEVEL
from audiostyle.translation.training.expressive.replay_buffer import Targets

WEIGHTS = {"onset": 1.0, "sounding": 0.5, "loudness": 0.5, "cents": 0.3, "level": 0.2}
"""Of the losses in a step's sum."""

_ONSET_WEIGHT = 3.0  # an onset is one frame in a thousand: missing it must cost more than inventing it
_NEIGHBOR_TARGET = 0.4  # of the frames beside an onset: renderings are no more exact
_CENTS_BETA, _LEVEL_BETA = 10.0, 3.0  # cents and decibels up to which the loss is quadratic


def compute_losses(outputs: tuple[Tensor, Tensor, Tensor], targets: Targets) -> dict[str, Tensor]:
    """Return the losses of a batch by name, unweighted scalars.

    Args:
        outputs: of :class:`.model.ExpressiveEncoder`.
        targets: where they are not audible, nothing is demanded.
    """
    logits, cents, level = outputs[0].float(), outputs[1], outputs[2]
    onset, sounding, loudness = logits.unbind(dim=1)
    held = targets.sounding * targets.audible
    count = held.sum().clamp(min=1)
    near = held * (targets.cents.abs() < LARGEST_DEVIATION)
    wanted = _spread_onsets(targets.onset * targets.audible)
    weight = torch.tensor(_ONSET_WEIGHT, device=onset.device)
    audible_level = targets.level.clamp(min=LOWEST_LEVEL)
    level_error = F.smooth_l1_loss(level, audible_level, reduction="none", beta=_LEVEL_BETA)
    cents_error = F.smooth_l1_loss(cents, targets.cents, reduction="none", beta=_CENTS_BETA)
    onset_loss = F.binary_cross_entropy_with_logits(onset, wanted, weight=targets.audible, pos_weight=weight)
    sounding_loss = F.binary_cross_entropy_with_logits(sounding, targets.sounding, weight=targets.audible)
    return {
        "onset": 20 * onset_loss,
        "sounding": 5 * sounding_loss,
        "loudness": ((torch.sigmoid(loudness) - targets.loudness) ** 2 * held).sum() / count,
        "cents": (cents_error * near).sum() / (100 * near.sum().clamp(min=1)),
        "level": (level_error * held).sum() / (20 * count),
    }


def sum_losses(losses: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum of losses.

    Example:
        >>> round(float(sum_losses({"onset": torch.tensor(1.0), "cents": torch.tensor(1.0)})), 3)
        1.3
    """
    return torch.stack([WEIGHTS[name] * loss for name, loss in losses.items()]).sum()


def _spread_onsets(onset: Tensor) -> Tensor:
    """Return onsets (B, T, 88) with a smaller target in the frames beside them."""
    adjacent = torch.maximum(F.pad(onset, (0, 0, 1, 0))[:, :-1], F.pad(onset, (0, 0, 0, 1))[:, 1:])
    return torch.maximum(onset, _NEIGHBOR_TARGET * adjacent)
