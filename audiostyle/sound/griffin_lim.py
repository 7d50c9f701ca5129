"""Phases for magnitudes that were edited: the fast Griffin–Lim algorithm.

N. Perraudin, P. Balazs, P. Søndergaard, "A fast Griffin–Lim algorithm", WASPAA 2013.  Two projections are
made in turn: onto the spectra that some wave has (inverse transform and transform), and onto the spectra of
the wanted magnitudes (new magnitudes, same phases).  Each step is then carried a little further.

If it starts from the phases of a recording with the same events, the algorithm gets nearer than from random
phases, and sooner.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.sound.stft import Stft

ITERATIONS = 32
"""Rounds of both projections unless something else is asked for."""

MOMENTUM = 0.99
"""How far each step is carried on, the paper's α; 0 is the algorithm of Griffin and Lim."""


@dataclass(frozen=True)
class GriffinLimResult:
    """A wave and how well its spectrum fits.

    Attributes:
        wave: (samples,).
        convergence: the wave's :func:`spectral_convergence`; 0 is perfect.

    Example:
        >>> transform = Stft(256, 64)
        >>> result = griffin_lim(torch.zeros(129, 17), transform, samples=1024)
        >>> result.wave.abs().max().item(), result.convergence
        (0.0, 0.0)
    """

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
        transform: the transform that the magnitudes belong to.
        samples: length of the wave, which must have that many frames.
        start: complex (bins, frames) with the phases to start from; they are random where it is 0, and
            everywhere without it.
        iterations: rounds of both projections; 0 takes the starting phases as they are.
        momentum: how far each step is carried on, α in [0, 1).
        seed: decides the random phases.

    Example:
        >>> transform = Stft(256, 64)
        >>> wave = torch.sin(torch.arange(2048) * 0.3)
        >>> found = griffin_lim(transform(wave).abs(), transform, 2048, start=transform(wave), iterations=1)
        >>> found.wave.shape, found.convergence < 1e-5
        (torch.Size([2048]), True)
    """
    random = _draw_phases(magnitude, seed)
    phases = random if start is None else torch.where(start == 0, random, normalize_phases(start))
    point = magnitude * phases
    before = torch.zeros_like(point)
    for _ in range(iterations):
        consistent = _make_consistent(magnitude * normalize_phases(point), transform, samples)
        point = consistent + momentum * (consistent - before)  # Algorithm 2, line 5
        before = consistent
    wave = transform.inverse(magnitude * normalize_phases(before if iterations else point), samples)
    return GriffinLimResult(wave, spectral_convergence(wave, magnitude, transform))


def spectral_convergence(wave: Tensor, magnitude: Tensor, transform: Stft) -> float:
    """Return ‖|STFT(wave)| − S‖ / ‖S‖ in Frobenius norms: 0 is perfect, and so is silence for silence.

    Args:
        wave: (samples,).
        magnitude: S (bins, frames), ≥ 0.
        transform: the transform that the magnitudes belong to.

    Example:
        >>> transform, wave = Stft(256, 64), torch.ones(1024)
        >>> spectral_convergence(wave, 2 * transform(wave).abs(), transform)
        0.5
    """
    error = torch.linalg.norm(transform(wave).abs() - magnitude)
    return float(error / torch.linalg.norm(magnitude).clamp(min=torch.finfo(magnitude.dtype).tiny))


def _make_consistent(spectrum: Tensor, transform: Stft, samples: int) -> Tensor:
    """Project onto the spectra of waves."""
    return transform(transform.inverse(spectrum, samples))


def normalize_phases(spectrum: Tensor) -> Tensor:
    """Return z / |z|, and 0 where z is 0 and has no phase.

    Magnitudes are divided by before others are multiplied with: the quotient of both could overflow.

    Example:
        >>> normalize_phases(torch.tensor([0j, 2j])).tolist()
        [0j, 1j]
    """
    size = spectrum.abs()
    # Multiplied by a real number, because a complex division takes ten times as long.
    return spectrum * size.clamp(min=torch.finfo(size.dtype).tiny).reciprocal_()


def _draw_phases(magnitude: Tensor, seed: int) -> Tensor:
    """Return random complex numbers of magnitude 1, of the shape of ``magnitude``."""
    generator = torch.Generator().manual_seed(seed)
    turns = torch.rand(magnitude.shape, generator=generator, dtype=magnitude.dtype).to(magnitude.device)
    return torch.polar(torch.ones_like(turns), 2 * torch.pi * turns)
