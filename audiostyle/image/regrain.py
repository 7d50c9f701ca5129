"""Regrain: give a recoloured picture the content's grain again.

A colour transfer that stretches the tones of a flat area stretches its noise, its compression blocks and
its banding.  Pitié, Kokaram and Dahyot, "Automated colour grading using colour distribution transfer" (CVIU
107, 2007), look for the picture J that keeps the gradients of the content I where that is flat, and the
colours of the recoloured picture T elsewhere:

    min_J Σ φ ‖∇J − ∇I‖² + ψ ‖J − T‖²

In D = J − I this is Σ φ ‖∇D‖² + ψ ‖D − (T − I)‖²: the change of colour is smoothed where the content is
flat.  φ falls and ψ grows with the content's gradient.
"""

import torch
from torch import Tensor

from audiostyle.image.smoothing.multigrid import Grid, solve

FLAT = 5 / 255
"""From this difference of neighbours on a pixel belongs to an edge, and its new colour counts fully."""
LEAST = 0.05
"""How much the new colour counts in areas without any gradient."""
STRETCH = 30.0
"""Weight of the gradient in areas without any, which together with ``LEAST`` smooths over some 25 pixels."""
STEP = 0.1 / 255
"""The weight of the gradient is halved at this difference of neighbours."""


def regrain(content: Tensor, recoloured: Tensor) -> Tensor:
    """Return ``recoloured`` with the gradients of ``content`` in its flat areas; all (3, H, W)."""
    # As planes: of interleaved colours, as pictures come, the solver takes nine times as long.
    content, recoloured = content.contiguous(), recoloured.contiguous()
    across, along = (content.diff(dim=dim).square().mean(dim=0).sqrt() for dim in (2, 1))
    gradient = torch.zeros(content.shape[1:], dtype=content.dtype)
    gradient[:, :-1] += across**2
    gradient[:-1] += along**2
    anchor = (gradient.sqrt_() / FLAT).clamp_(LEAST, 1)
    grid = Grid(anchor, STRETCH / (1 + across / STEP), STRETCH / (1 + along / STEP))
    change = recoloured - content
    return content + solve(grid, anchor * change, change)
