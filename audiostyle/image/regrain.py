"""Regrain: give a color-transferred picture the content's grain again.

A color transfer that raises the contrast of a flat area raises its noise, its compression blocks and its
banding as well.  Pitié, Kokaram and Dahyot, "Automated colour grading using colour distribution transfer"
(CVIU 107, 2007), look for the picture J that has the gradients of the content I where that is flat, and the
colors of the transferred picture T elsewhere:

    min_J Σ φ ‖∇J − ∇I‖² + ψ ‖J − T‖²

In D = J − I this is Σ φ ‖∇D‖² + ψ ‖D − (T − I)‖²: the change of color is smoothed where the content is flat.
φ falls and ψ grows with the content's gradient.
"""

import torch
from torch import Tensor

from audiostyle.image.smoothing.multigrid import Grid, solve_grid

FLAT = 5 / 255
"""Gradient, of 1 a pixel, from which on a pixel belongs to an edge, and its new color counts fully."""
LEAST = 0.05
"""How much the new color counts in areas without any gradient, of 1."""
GRADIENT_WEIGHT = 30.0
"""Weight of the gradient in areas without any, which together with ``LEAST`` smooths over some 25 pixels."""
STEP = 0.1 / 255
"""Gradient, of 1 a pixel, at which the weight of the gradient is halved."""


def regrain(content: Tensor, recolored: Tensor) -> Tensor:
    """Give the flat areas of a color-transferred picture the gradients of the content.

    Args:
        content: (3, H, W) in [0, 1].
        recolored: what a color transfer made of it, (3, H, W) in [0, 1].

    Returns:
        (3, H, W), not clamped.

    Raises:
        ConvergenceError: the solver did not come near enough to the solution.
    """
    # As planes: if the colors are interleaved, as in pictures they are, the solver takes nine times as long.
    content, recolored = content.contiguous(), recolored.contiguous()
    across, along = (content.diff(dim=dim).square().mean(dim=0).sqrt() for dim in (2, 1))
    gradient = torch.zeros(content.shape[1:], dtype=content.dtype)
    gradient[:, :-1] += across**2
    gradient[:-1] += along**2
    anchor = (gradient.sqrt_() / FLAT).clamp_(LEAST, 1)
    grid = Grid(anchor, GRADIENT_WEIGHT / (1 + across / STEP), GRADIENT_WEIGHT / (1 + along / STEP))
    change = recolored - content
    return content + solve_grid(grid, anchor * change, change)
