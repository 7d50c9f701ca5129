"""How loud what prediction leaves is: its power, frame by frame, as the notes have it.

A WaveNet that hears its own past takes its loudness from there, and drifts.  So it makes a signal of even
loudness, and the notes say how loud that is.  The power of a frame is taken for a sum over keys of what each
does there (decays, releases, attacks of some lengths), by register, with weights w ≥ 0 that make the
Itakura–Saito divergence Σ P / Q − log P / Q − 1 of measured P and modelled Q = Φ w least.  Its multiplicative
update (Févotte, Bertin & Durrieu 2009) is w ← w · Φᵀ(P Q⁻²) / Φᵀ Q⁻¹.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from audiostyle.models.frontend import PITCHES
from audiostyle.translation.conditions import HOP, states
from audiostyle.translation.performance import Performance

_REGISTERS = 4
_DECAYS, _RELEASES, _ATTACKS = (25.0, 100.0), (2.0, 8.0, 30.0), (1.0, 5.0)  # frames to 1 / e
WEIGHTS = 2 * ((1 + len(_DECAYS)) * (1 + len(_RELEASES)) + len(_ATTACKS)) * _REGISTERS + 1
"""How many weights an envelope has."""

_ROUNDS = 400
_NOTHING = 1e-30  # smaller numbers are slow to multiply
_FLOOR = 1e-11  # power that is always there
_EVERY = 5  # frames, of which one is fitted to
_AT_ONCE = 1000  # frames


@dataclass(frozen=True)
class Envelope:
    """The ``weights`` of a domain: of keys' levels squared, to the fourth, and of what is always there."""

    weights: tuple[float, ...]

    @classmethod
    def of(cls, weights: Iterable[float]) -> "Envelope":
        """Return the one of these weights; ValueError where they are too many, too few or negative."""
        weights = tuple(float(weight) for weight in weights)
        if len(weights) != WEIGHTS or not all(weight >= 0 for weight in weights):
            raise ValueError("not the weights of an envelope")
        return cls(weights)

    @classmethod
    def fitted(cls, pairs: Iterable[tuple[np.ndarray, Performance]]) -> "Envelope":
        """Return one that fits residuals (N,) at 16 kHz with their notes."""
        features, powers = [], []
        for wave, performance in pairs:
            frames = len(wave) // HOP
            features.append(_features(performance, 0, frames))
            powers.append(np.square(wave[: frames * HOP]).reshape(frames, HOP).mean(axis=1) + _FLOOR)
        phi, power = np.concatenate(features)[::_EVERY], np.concatenate(powers)[::_EVERY]
        weights = np.full(phi.shape[1], power.mean() / max(phi.sum(axis=1).mean(), 1e-9))
        for _ in range(_ROUNDS):
            modelled = phi @ weights + _FLOOR
            weights *= (phi.T @ (power / modelled**2)) / (phi.T @ (1 / modelled) + 1e-12)
            weights = np.maximum(weights, _NOTHING)
        return cls(tuple(float(f"{weight:.4g}") for weight in weights))

    def level(self, performance: Performance, first: int, frames: int) -> np.ndarray:
        """Return the root of the power (frames · HOP,), from frame ``first`` on."""
        power = _features(performance, first, frames) @ np.array(self.weights) + _FLOOR
        return np.sqrt(power).astype(np.float32).repeat(HOP)

    def evened(self, wave: np.ndarray, performance: Performance) -> np.ndarray:
        """Return a residual (N,) at even loudness."""
        return np.concatenate([block / level for block, level in self._along([wave], performance)])

    def applied(self, blocks: Iterable[np.ndarray], performance: Performance) -> Iterator[np.ndarray]:
        """Yield the residual of blocks (n,) of even loudness."""
        for block, level in self._along(blocks, performance):
            yield block * level

    def _along(
        self, blocks: Iterable[np.ndarray], performance: Performance
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        done = 0
        for whole in blocks:
            for start in range(0, len(whole), _AT_ONCE * HOP):
                block = whole[start : start + _AT_ONCE * HOP]
                first, offset = divmod(done, HOP)
                level = self.level(performance, first, -(-(offset + len(block)) // HOP))
                yield block, level[offset : offset + len(block)]
                done += len(block)


def _features(performance: Performance, first: int, frames: int) -> np.ndarray:
    """Return (frames, WEIGHTS): powers of what keys do, summed over the keys of a register."""
    level, age, released = states(performance, first, frames)
    sounded = np.maximum(age - released, 0)  # until it was let go
    decays = [1.0, *(np.exp(sounded / -time) for time in _DECAYS)]
    releases = [released == 0, *(np.exp(released / -time) * (released > 0) for time in _RELEASES)]
    shapes = [decay * release for decay in decays for release in releases]
    shapes += [np.exp(age / -time) for time in _ATTACKS]
    powers = [level**exponent * shape for exponent in (2, 4) for shape in shapes]
    registers = np.stack(powers, axis=1).reshape(frames, -1, _REGISTERS, PITCHES // _REGISTERS)
    return np.concatenate([registers.sum(axis=3).reshape(frames, -1), np.ones((frames, 1))], axis=1)
