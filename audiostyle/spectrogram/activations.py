"""Which of the style's frames sound when: non-negative activations that keep the style's own texture.

J. Driedger, T. Prätzlich, M. Müller, "Let it bee – towards NMF-inspired audio mosaicing", ISMIR 2015.  With
fixed templates W, multiplicative updates for the Kullback–Leibler divergence make W·H similar to the content
V.  Without constraints they activate a little of everything, always, and the result is the content with
artifacts.  So before each update three things are done to H (section 3 of the paper):

1. a template may not be repeated within ± r frames, because its own texture would stutter;
2. at most p templates sound at a time;
3. entries on a diagonal, a template followed by its successor, support each other within ± c frames.

The first two weaken what they forbid by 1 − (l + 1) / L in update l of L, and so forbid it at the end.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import max_pool1d

_TINY = 1e-12  # keeps divisions by silent frames finite


@dataclass(frozen=True)
class Constraints:
    """The constraints of the paper.

    Attributes:
        repetition: r, in frames.
        polyphony: p, templates.
        continuity: c, in frames.
        iterations: L, updates.
    """

    repetition: int = 3
    polyphony: int = 10
    continuity: int = 3
    iterations: int = 20

    @property
    def reach(self) -> int:
        """Frames on either side that an activation can depend on."""
        return self.iterations * (self.repetition + self.continuity)


def find_activations(
    magnitude: Tensor,
    templates: Tensor,
    runs: Tensor,
    constraints: Constraints,
    start: Tensor,
    preference: Tensor | None = None,
) -> Tensor:
    """Find how much of each template sounds in each frame.

    Args:
        magnitude: V (bands, T), ≥ 0.
        templates: W (bands, K), with columns of sum 1.
        runs: (K,), the number of the unbroken run of the style that a template belongs to; only templates of
            one run follow each other.
        constraints: r, p, c and L.
        start: (K, T), > 0, the first activations.  No two frames may be alike, or none of the frames of a
            steady sound is the strongest.
        preference: (K,), what activations are multiplied by when the strongest are chosen; None: 1.

    Returns:
        H (K, T), ≥ 0, with at most p · (2c + 1) entries in each frame.
    """
    activations = _update(start, magnitude, templates)
    for update in range(constraints.iterations):
        kept = 1 - (update + 1) / constraints.iterations
        activations = _suppress_repetitions(activations, constraints.repetition, kept)
        activations = _limit_polyphony(activations, constraints.polyphony, kept, preference)
        activations = _sum_diagonals(activations, runs, constraints.continuity)
        activations = _update(activations, magnitude, templates)
    return activations


def _update(activations: Tensor, magnitude: Tensor, templates: Tensor) -> Tensor:
    """One multiplicative update, H ∘ Wᵀ (V / WH) / Wᵀ1, with columns of sum 1 (Lee & Seung 2000, eq. 5)."""
    modelled = templates @ activations
    return activations * (templates.mT @ (magnitude / (modelled + _TINY)))


def _suppress_repetitions(activations: Tensor, reach: int, kept: float) -> Tensor:
    strongest = max_pool1d(activations[None], 2 * reach + 1, stride=1, padding=reach)[0]
    return torch.where(activations == strongest, activations, kept * activations)


def _limit_polyphony(activations: Tensor, voices: int, kept: float, preference: Tensor | None) -> Tensor:
    if voices >= len(activations):
        return activations
    ranked = activations if preference is None else activations * preference[:, None]
    weakest = ranked.topk(voices, dim=0).values[-1]
    return torch.where(ranked >= weakest, activations, kept * activations)


def _sum_diagonals(activations: Tensor, runs: Tensor, reach: int) -> Tensor:
    """Add to each activation those up to ``reach`` before and after it in its run, shifted as far in time."""
    total = activations.clone()
    frames = activations.shape[1]
    for shift in range(1, min(reach, len(activations) - 1, frames - 1) + 1):
        same = (runs[shift:] == runs[:-shift])[:, None].to(activations.dtype)
        total[shift:, shift:] += same * activations[:-shift, : frames - shift]
        total[:-shift, : frames - shift] += same * activations[shift:, shift:]
    return total
