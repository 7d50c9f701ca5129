"""How loud what prediction leaves is: its power, frame by frame, as the notes have it.

A WaveNet that hears its own past takes its loudness from there, and drifts.  So it makes a signal of even
loudness, and the notes say how loud that is.  The power of a frame is taken for a sum over keys of what each
does there (held, struck, decaying, ringing, of :mod:`.conditions`), by register, with weights w ≥ 0 that make
the Itakura–Saito divergence Σ P / Q − log P / Q − 1 of measured P and modelled Q = Φ w least.  Its
multiplicative update (Févotte, Bertin & Durrieu 2009) is w ← w · Φᵀ(P Q⁻²) / Φᵀ Q⁻¹.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from audiostyle.models.frontend import PITCHES
from audiostyle.translation.conditions import HOP, conditions
from audiostyle.translation.performance import Performance

_REGISTERS = 4
_ROUNDS = 60
_FLOOR = 1e-9  # power that is always there
_AT_ONCE = 1000  # frames


@dataclass(frozen=True)
class Envelope:
    """The ``weights`` of a domain: of keys' levels squared, to the fourth, and of what is always there."""

    weights: tuple[float, ...]

    @classmethod
    def of(cls, weights: Iterable[float]) -> "Envelope":
        """Return the one of these weights; ValueError where they are too many, too few or negative."""
        weights = tuple(float(weight) for weight in weights)
        if len(weights) != 8 * _REGISTERS + 1 or not all(weight >= 0 for weight in weights):
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
        phi, power = np.concatenate(features), np.concatenate(powers)
        weights = np.full(phi.shape[1], power.mean() / max(phi.sum(axis=1).mean(), 1e-9))
        for _ in range(_ROUNDS):
            modelled = phi @ weights + _FLOOR
            weights *= (phi.T @ (power / modelled**2)) / (phi.T @ (1 / modelled) + 1e-12)
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
    """Return (frames, 8 · registers + 1): powers of what keys do, summed over the keys of a register."""
    squares = np.square(conditions(performance, first, frames)).reshape(frames, 4, _REGISTERS, -1)
    assert squares.shape[3] * _REGISTERS == PITCHES
    sums = [part.sum(axis=3).reshape(frames, -1) for part in (squares, np.square(squares))]
    return np.concatenate([*sums, np.ones((frames, 1))], axis=1)
