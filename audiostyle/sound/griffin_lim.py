"""Phases for magnitudes that were edited: the fast Griffin–Lim algorithm.

N. Perraudin, P. Balazs, P. Søndergaard, "A fast Griffin–Lim algorithm", WASPAA 2013.  Two projections in
turn: onto the spectra that some wave has (C1: there and back), and onto those of the wanted magnitudes (C2);
each step is then carried on a little further.  From the phases of a recording with the same events it gets
nearer than from random ones, and in fewer rounds.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft

ITERATIONS = 32
MOMENTUM = 0.99
"""The paper's α; 0 is plain Griffin–Lim."""


@dataclass(frozen=True)
class GriffinLimResult:
    """A ``wave`` (samples,) and its spectral ``convergence``, ‖|STFT(wave)| − S‖ / ‖S‖: 0 is perfect."""

    wave: Tensor
    convergence: float


def griffin_lim(
    magnitude: Tensor,
    transform: Stft,
    samples: int,
    *,
    start: Tensor | None = None,
    iterations: int = ITERATIONS,
    momentum: float = MOMENTUM,
    seed: int = 0,
) -> GriffinLimResult:
    """Find a wave whose spectrum has nearly the given magnitudes.

    Args:
        magnitude: S (bins, frames), ≥ 0.
        samples: of the wave, with as many frames.
        start: complex (bins, frames), whose phases are where to start; without it, and where it is 0, they
            are random.
        iterations: rounds there and back; 0 takes the starting phases as they are.
        momentum: α, how far each step is carried on.
        seed: of the random phases.
    """
    random = _random(magnitude, seed)
    point = magnitude * (random if start is None else torch.where(start == 0, random, _directions(start)))
    before = torch.zeros_like(point)
    for _ in range(iterations):
        found = _consistent(magnitude * _directions(point), transform, samples)
        point = found + momentum * (found - before)  # Algorithm 2, line 5
        before = found
    wave = transform.inverse(magnitude * _directions(before if iterations else point), samples)
    return GriffinLimResult(wave, spectral_convergence(wave, magnitude, transform))


def spectral_convergence(wave: Tensor, magnitude: Tensor, transform: Stft) -> float:
    """Return ‖|STFT(wave)| − S‖ / ‖S‖, Frobenius norms; 0 where all is silent."""
    missed = torch.linalg.norm(transform(wave).abs() - magnitude)
    return float(missed / torch.linalg.norm(magnitude).clamp(min=torch.finfo(magnitude.dtype).tiny))


def _consistent(spectrum: Tensor, transform: Stft, samples: int) -> Tensor:
    return transform(transform.inverse(spectrum, samples))


def _directions(spectrum: Tensor) -> Tensor:
    """Return z / |z|, and 0 where z is 0 and has no phase."""
    size = spectrum.abs()
    # Times a real number: a complex division costs ten times as much.
    return spectrum * size.clamp(min=torch.finfo(size.dtype).tiny).reciprocal_()


def _random(magnitude: Tensor, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    turns = torch.rand(magnitude.shape, generator=generator, dtype=magnitude.dtype).to(magnitude.device)
    return torch.polar(torch.ones_like(turns), 2 * torch.pi * turns)
