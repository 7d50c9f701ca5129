"""Residuals of linear prediction of long recordings, on any device: all frames at once.

:class:`~audiostyle.translation.wavenet.lpc.LinearPredictor` goes through a wave sample by sample, which is
what synthesis needs.  To find the residual of a known wave, nothing has to wait for anything.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.music.performance import Performance
from audiostyle.translation.wavenet.conditioning import HOP
from audiostyle.translation.wavenet.lpc import LinearPredictor

_AT_ONCE = 6000  # frames, a minute
_FLOOR = 1e-12


def compute_residual(
    predictor: LinearPredictor, wave: NDArray[np.float32], performance: Performance, device: torch.device
) -> NDArray[np.float32]:
    """Return what :meth:`.lpc.LinearPredictor.compute_residual` does, computed on a device.

    Args:
        predictor: of the domain; its decoder may be on any device.
        wave: (N,) at 16 kHz, of whole frames.
        performance: its notes.
        device: where to compute.
    """
    padded = torch.from_numpy(np.pad(wave, (predictor.order, 0)).astype(np.float32))
    parts = []
    for first in range(0, len(wave) // HOP, _AT_ONCE):
        frames = min(_AT_ONCE, len(wave) // HOP - first)
        correlation = predictor.correlate(performance, first, frames)
        weights, power = solve_together(torch.from_numpy(correlation).to(device))
        piece = padded[first * HOP : (first + frames) * HOP + predictor.order].to(device)
        parts.append(_filter(piece, weights.float(), power.sqrt().float()).cpu().numpy())
    return np.concatenate(parts)


def solve_together(correlation: Tensor) -> tuple[Tensor, Tensor]:
    """Solve the normal equations of many frames, by Levinson's and Durbin's recursion.

    Args:
        correlation: (frames, M + 1) float64, r(0) … r(M).

    Returns:
        (frames, M), the predictors a_1 … a_M, and (frames,), the power of the residual.

    Example:
        >>> weights, power = solve_together(torch.tensor([[1.0, 0.5, 0.25]]).double())
        >>> weights.tolist(), power.tolist()
        ([[0.5, 0.0]], [0.75])
    """
    weights = torch.zeros_like(correlation[:, 1:])
    power = correlation[:, 0].clone()
    for order in range(weights.shape[1]):
        known = weights[:, :order]
        predicted = (known * correlation[:, 1 : order + 1].flip(1)).sum(1)
        reflection = (correlation[:, order + 1] - predicted) / power
        weights[:, :order] = known - reflection[:, None] * known.flip(1)
        weights[:, order] = reflection
        power = power * (1 - reflection**2)
    return weights, power.clamp(min=_FLOOR)


def _filter(wave: Tensor, weights: Tensor, level: Tensor) -> Tensor:
    """Return the residual (F · HOP,) of a wave that has M samples more, in front; weights are a_1 … a_M."""
    order = weights.shape[1]
    windows = wave.unfold(0, HOP + order, HOP)
    residual = windows[:, order:].clone()
    for lag in range(1, order + 1):
        residual.addcmul_(windows[:, order - lag : order - lag + HOP], weights[:, lag - 1 : lag], value=-1)
    return (residual / level[:, None]).flatten()
