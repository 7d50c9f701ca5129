"""What a domain's parallel decoder says of the next sample: linear prediction from its spectra.

A WaveNet learns pitch and colour slowly: what the next sample asks for it can read from the past, whatever
the notes.  So, as in ExcitNet (Song, Byun & Kang 2019), it models what linear prediction leaves, at even
loudness, and the filter is put back afterwards.  ExcitNet measures the filter on speech; here the notes give
it, by way of the domain's :class:`~audiostyle.models.spectral_decoder.SpectralDecoder`.  A frame of magnitudes S(f)
has the autocorrelation

    r(τ) = ⅓ Σ_f S(f)² cos(2π f̂ τ),

f below half of the WaveNet's rate, ⅓ from the Hann window.  f̂ is the nearest partial of a key that sounds,
if there is one within the window's lobe, and else f: as in reassignment (Auger & Flandrin 1995) the lobe is
taken for the line that made it, or tones would be bands of noise 60 Hz wide.  The best predictor from M
samples solves Σ_j a_j r(i − j) = r(i), its filter 1 / (1 − Σ a_j z^−j) is stable, and what it leaves has the
power r(0) − Σ_j a_j r(j) (Levinson).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from scipy.linalg import solve_toeplitz

from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.models.spectral_decoder import DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.performance import Performance
from audiostyle.translation.synthesis import compute_spectra
from audiostyle.translation.wavenet.conditioning import HOP, compute_states

ORDER = 224
"""Samples of the past, 14 ms, that predict the next one.  With fewer the lines of chords run into each other,
with more the filter rings on where notes change."""

_PARTIALS = 8  # of a key; with more, stiff strings were further from the truth
_LOBE = 1.6 * DECODER_RATE / N_FFT  # hertz to either side of a partial: most of a Hann window's lobe
_AUDIBLE = 0.03  # of the loudest key's level
_RELEASE = 10.0  # frames in which the level of a released key falls to 1 / e
_FLOOR = 1e-12  # power that is always there: sixteen bits' rounding is at 1e-10
_WHITE = 1e-9  # share of a frame's power that is added as white noise, for the solution's sake
_AT_ONCE = 512  # frames in memory
_FAST = {"contract", "nsz", "arcp", "nnan", "ninf", "reassoc"}


@dataclass(frozen=True)
class LinearPredictor:
    """Linear prediction in a domain; ``decoder`` is its parallel decoder.

    Performances are in turn, see :func:`~audiostyle.translation.synthesis.in_turn`.
    """

    decoder: SpectralDecoder

    def filters(self, performance: Performance, first: int, frames: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the predictors and what they leave, for frames of 10 ms from ``first`` on.

        Returns:
            (frames, ORDER) float32, a_M … a_1, in the order of the past; and (frames,) float32, the
            amplitude (RMS) of what is left.
        """
        middles = (first + np.arange(frames) + 0.5) * HOP / WAVENET_RATE
        places = np.rint(middles * FRAME_RATE).astype(int)
        seen = compute_spectra(self.decoder, performance, places[0], places[-1] - places[0] + 1).numpy()
        level, _, released = compute_states(performance, first, frames)
        audible = level * np.exp(released / -_RELEASE)
        audible = audible > _AUDIBLE * audible.max(axis=1, keepdims=True)
        solved = [_solution(row) for row in _correlation(seen[places - places[0]], audible)]
        weights, power = (np.array(part, np.float32) for part in zip(*solved, strict=True))
        return weights, np.sqrt(power)

    def residual(self, wave: np.ndarray, performance: Performance) -> np.ndarray:
        """Return what is not predicted of the recording (N,) of a performance at 16 kHz, at even loudness."""
        rest = np.empty_like(wave, dtype=np.float32)
        padded = np.pad(wave.astype(np.float32), (ORDER, 0))
        for begin in range(0, len(wave), _AT_ONCE * HOP):
            part = rest[begin : begin + _AT_ONCE * HOP]
            weights, level = self.filters(performance, begin // HOP, -(-len(part) // HOP))
            _analyse(padded[begin : begin + ORDER + len(part)], weights, level, part)
        return rest

    def restored(self, blocks: Iterable[np.ndarray], performance: Performance) -> Iterator[np.ndarray]:
        """Yield the wave whose residual comes in blocks (n,): the inverse of :meth:`residual`."""
        past, done = np.zeros(ORDER, np.float32), 0
        for whole in blocks:
            for start in range(0, len(whole), _AT_ONCE * HOP):
                block = whole[start : start + _AT_ONCE * HOP]
                first = done // HOP
                weights, level = self.filters(performance, first, -(-(done + len(block)) // HOP) - first)
                wave = np.concatenate([past, block.astype(np.float32)])
                _synthesise(wave, weights, level, done - first * HOP)
                past, done = wave[-ORDER:], done + len(block)
                yield wave[ORDER:]


def _correlation(magnitude: np.ndarray, audible: np.ndarray) -> np.ndarray:
    """(frames, 1025) and booleans (frames, 88) → (frames, ORDER + 1), float64: r of every frame."""
    bins, partials = _frequencies()
    left = np.square(magnitude[:, : len(bins)].astype(np.float64))
    lines = np.zeros((len(left), partials.size))
    _reassign(left, audible, bins, partials, lines)
    correlation = (left @ _cosines(tuple(bins)) + lines @ _cosines(tuple(partials.ravel()))) / 3
    correlation[:, 0] += _FLOOR + _WHITE * correlation[:, 0]
    return correlation


@lru_cache(maxsize=1)
def _frequencies() -> tuple[np.ndarray, np.ndarray]:
    """Return in hertz the decoder's bins below half of the rate, and the partials of all keys, (88, H)."""
    bins = np.arange(N_FFT // 2 + 1) * DECODER_RATE / N_FFT
    keys = 440 * 2 ** ((np.arange(PITCHES) + LOWEST_PITCH - 69) / 12)
    return bins[bins < WAVENET_RATE / 2], np.outer(keys, np.arange(1, _PARTIALS + 1))


@lru_cache(maxsize=2)
def _cosines(frequencies: tuple[float, ...]) -> np.ndarray:
    """(n,) in hertz → (n, ORDER + 1): r of a line."""
    return np.cos(2 * np.pi / WAVENET_RATE * np.outer(frequencies, np.arange(ORDER + 1)))


@njit(nogil=True, cache=True)
def _reassign(power, audible, bins, partials, lines):
    """Move from ``power`` (frames, bins) to ``lines`` (frames, 88 · H) what audible keys explain."""
    count = partials.shape[1]
    for frame in range(len(power)):
        for place in range(len(bins)):
            nearest, distance = -1, _LOBE
            for key in range(len(partials)):
                if not audible[frame, key]:
                    continue
                number = min(max(round(bins[place] / partials[key, 0]), 1), count) - 1
                away = abs(bins[place] - partials[key, number])
                if away < distance and partials[key, number] < WAVENET_RATE / 2:
                    nearest, distance = key * count + number, away
            if nearest >= 0:
                lines[frame, nearest] += power[frame, place]
                power[frame, place] = 0


def _solution(correlation: np.ndarray) -> tuple[np.ndarray, float]:
    """Return a_M … a_1 and the power that they leave."""
    weights = solve_toeplitz(correlation[:-1], correlation[1:])
    left = correlation[0] - weights @ correlation[1:]
    return weights[::-1], max(float(left), _FLOOR)


@njit(nogil=True, cache=True, fastmath=_FAST)
def _analyse(wave, weights, level, rest):
    """``wave`` has ORDER samples more in front than ``rest``."""
    order = weights.shape[1]
    for t in range(len(rest)):
        row, predicted = weights[t // HOP], np.float32(0)
        for k in range(order):
            predicted += row[k] * wave[t + k]
        rest[t] = (wave[t + order] - predicted) / level[t // HOP]


@njit(nogil=True, cache=True, fastmath=_FAST)
def _synthesise(wave, weights, level, offset):
    """In place: behind the ORDER samples of the past stands the residual, from ``offset`` in a frame on."""
    order = weights.shape[1]
    for t in range(len(wave) - order):
        frame = (t + offset) // HOP
        row, predicted = weights[frame], np.float32(0)
        for k in range(order):
            predicted += row[k] * wave[t + k]
        wave[t + order] = level[frame] * wave[t + order] + predicted
