"""Linear prediction (LPC): a filter for every 10 ms, computed from the notes, that predicts the next sample.

A WaveNet learns pitch and timbre slowly: much of the next sample follows from the past, whatever the notes.
So, as in ExcitNet (Song, Byun & Kang 2019), it makes only what linear prediction leaves over, the *residual*,
at even loudness, and the filter is applied to it afterwards.  ExcitNet measures the filter on speech.  Here
it comes from the notes, through the domain's :class:`~audiostyle.models.spectral_decoder.SpectralDecoder`.

A frame of magnitudes S(f) has the autocorrelation

    r(τ) = ⅓ Σ_f S(f)² cos(2π f̂ τ),

over f below half of the WaveNet's rate; ⅓ comes from the Hann window.  f̂ is the nearest partial of a key
that sounds, if there is one within the window's lobe, and else f.  As in reassignment (Auger & Flandrin
1995), the lobe is taken for the line that made it; without that, tones would be bands of noise 60 Hz wide.

The best predictor from M samples solves the normal equations Σ_j a_j r(i − j) = r(i).  Its synthesis filter
1 / (1 − Σ a_j z^−j) is stable, and the residual has the power r(0) − Σ_j a_j r(j) (Levinson).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz

from audiostyle.compilation import njit
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH, PITCHES
from audiostyle.models.spectral_decoder import DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.performance import Performance
from audiostyle.sound.units import midi_to_hz
from audiostyle.translation.synthesis import compute_spectra
from audiostyle.translation.wavenet.conditioning import HOP, compute_states

ORDER = 224
"""Samples of the past, 14 ms, from which filters with lines predict the next one.

With fewer the partials of chords run into each other, with more the filter rings on where notes change.
"""

FLOOR = 1e-12
"""Power that is always there: sixteen bits' rounding is at 1e-10."""

PARTIALS = 8
"""Lines of a key that is exactly harmonic; with more, stiff strings were further from the truth."""

_LOBE = 1.6 * DECODER_RATE / N_FFT  # hertz to either side of a partial: most of a Hann window's lobe
_AUDIBLE = 0.03  # of the loudest key's level
_RELEASE = 10.0  # frames in which the level of a released key falls to 1 / e
_WHITE = 1e-9  # share of a frame's power that is added as white noise, to keep the equations solvable
_AT_ONCE = 512  # frames in memory
_FAST = {"contract", "nsz", "arcp", "nnan", "ninf", "reassoc"}


@dataclass(frozen=True)
class LinearPredictor:
    """Linear prediction in a domain.

    Performances are given as :func:`~audiostyle.translation.note_grid.truncate_overlaps` returns them.

    Attributes:
        decoder: the domain's spectral decoder, on the CPU.
        order: samples of the past that predict the next one.
        spread: frames of the decoder to either side whose power is averaged with a frame's own.  Without any,
            what begins a little before its note was heard is hundreds of times louder than its filter has it.
        floor: power of the white noise that filters count with always; it is to be above what is heard of
            notes that the decoder has forgotten already, and below what is heard of others.
        partials: (88, H) in hertz, where lines of every key are; without any, H = 0, filters follow the
            outline of the spectrum, and everything that has a pitch is left to the residual.

    Example:
        >>> predictor = LinearPredictor(SpectralDecoder(channels=2, templates=1).eval())
        >>> noise = np.random.default_rng(0).standard_normal(800).astype(np.float32)
        >>> residual = predictor.compute_residual(noise, Performance())
        >>> restored = np.concatenate(list(predictor.restore([residual], Performance())))
        >>> bool(np.allclose(restored, noise, atol=1e-3))
        True
    """

    decoder: SpectralDecoder
    order: int = ORDER
    spread: int = 0
    floor: float = FLOOR
    partials: NDArray[np.float64] = field(default_factory=lambda: list_harmonics(PARTIALS))

    def compute_filters(
        self, performance: Performance, first: int, frames: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the predictors and the level of their residuals.

        Args:
            performance: notes in seconds.
            first: the first frame, of 10 ms.
            frames: how many.

        Returns:
            (frames, order), the coefficients a_M … a_1, in the order of the past; and (frames,), the root
            mean square of the residual.
        """
        solutions = [_solve(row) for row in self.correlate(performance, first, frames)]
        weights, power = (np.array(part, np.float32) for part in zip(*solutions, strict=True))
        return weights, np.sqrt(power)

    def correlate(self, performance: Performance, first: int, frames: int) -> NDArray[np.float64]:
        """Return the autocorrelation of frames of 10 ms from frame ``first`` on, (frames, order + 1)."""
        middles = (first + np.arange(frames) + 0.5) * HOP / WAVENET_RATE
        places = np.rint(middles * FRAME_RATE).astype(int)
        begin, end = places[0] - self.spread, places[-1] + self.spread + 1
        spectra = compute_spectra(self.decoder, performance, begin, end - begin).numpy()
        power = np.square(spectra[:, : len(_list_bins())].astype(np.float64))
        around = np.cumsum(np.pad(power, ((1, 0), (0, 0))), axis=0)
        rows, width = places - begin, 2 * self.spread + 1
        power = (
            (around[rows + self.spread + 1] - around[rows - self.spread]) / width
            if self.spread
            else power[rows]
        )
        level, _, released = compute_states(performance, first, frames)
        current = level * np.exp(released / -_RELEASE)
        audible = current > _AUDIBLE * current.max(axis=1, keepdims=True)
        return _autocorrelate(power, audible, self.partials, self.order, self.floor)

    def compute_residual(self, wave: NDArray[np.floating], performance: Performance) -> NDArray[np.float32]:
        """Return what the prediction leaves over of a recording, at even loudness (root mean square about 1).

        Args:
            wave: (N,) at 16 kHz.
            performance: its notes.
        """
        residual = np.empty_like(wave, dtype=np.float32)
        padded = np.pad(wave.astype(np.float32), (self.order, 0))
        for begin in range(0, len(wave), _AT_ONCE * HOP):
            part = residual[begin : begin + _AT_ONCE * HOP]
            weights, level = self.compute_filters(performance, begin // HOP, -(-len(part) // HOP))
            _filter_to_residual(padded[begin : begin + self.order + len(part)], weights, level, part)
        return residual

    def restore(
        self, blocks: Iterable[NDArray[np.float32]], performance: Performance
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the wave whose residual comes in blocks (n,): the inverse of :meth:`compute_residual`."""
        past, done = np.zeros(self.order, np.float32), 0
        for whole in blocks:
            for start in range(0, len(whole), _AT_ONCE * HOP):
                block = whole[start : start + _AT_ONCE * HOP]
                first = done // HOP
                frames = -(-(done + len(block)) // HOP) - first
                weights, level = self.compute_filters(performance, first, frames)
                wave = np.concatenate([past, block.astype(np.float32)])
                _filter_from_residual(wave, weights, level, done - first * HOP)
                past, done = wave[-self.order :], done + len(block)
                yield wave[self.order :]


def list_harmonics(count: int) -> NDArray[np.float64]:
    """Return the first ``count`` harmonics of all keys, (88, count) in hertz."""
    keys = midi_to_hz(np.arange(PITCHES) + LOWEST_PITCH)
    return np.outer(keys, np.arange(1, count + 1))


def _autocorrelate(
    power: NDArray[np.float64],
    audible: NDArray[np.bool_],
    partials: NDArray[np.float64],
    order: int,
    floor: float = FLOOR,
) -> NDArray[np.float64]:
    """Return r of every frame, (frames, order + 1).

    Args:
        power: (frames, bins), the squares of the decoder's magnitudes below half of the rate; some of it is
            moved to the lines.
        audible: (frames, 88), the keys whose partials are taken for lines.
        partials: (88, H), in hertz.
        order: the longest lag.
        floor: power that is added as white noise.
    """
    bins = _list_bins()
    lines = np.zeros((len(power), partials.size))
    if partials.size:
        _reassign(power, audible, bins, partials, lines)
    correlation = power @ _list_cosines(tuple(bins), order)
    if partials.size:
        correlation += lines @ _list_cosines(tuple(partials.ravel()), order)
    correlation /= 3
    correlation[:, 0] += floor + _WHITE * correlation[:, 0]
    return correlation


def _list_bins() -> NDArray[np.float64]:
    """Return in hertz the decoder's bins below half of the WaveNet's rate."""
    bins = np.arange(N_FFT // 2 + 1) * DECODER_RATE / N_FFT
    return bins[bins < WAVENET_RATE / 2]


@lru_cache(maxsize=4)
def _list_cosines(frequencies: tuple[float, ...], order: int) -> NDArray[np.float64]:
    """Return r of lines at n frequencies in hertz, (n, order + 1)."""
    return np.cos(2 * np.pi / WAVENET_RATE * np.outer(frequencies, np.arange(order + 1)))


@njit(nogil=True)
def _reassign(power, audible, bins, partials, lines):
    """Move power near partials of audible keys from the bins to the lines of the partials, in place.

    ``power`` is (frames, bins), ``lines`` (frames, 88 · H); ``bins`` and ``partials`` are in hertz.
    """
    count = partials.shape[1]
    for frame in range(len(power)):
        for place in range(len(bins)):
            nearest, distance = -1, _LOBE
            for key in range(len(partials)):
                if not audible[frame, key]:
                    continue
                for number in range(count):
                    away = abs(bins[place] - partials[key, number])
                    if away < distance and partials[key, number] < WAVENET_RATE / 2:
                        nearest, distance = key * count + number, away
            if nearest >= 0:
                lines[frame, nearest] += power[frame, place]
                power[frame, place] = 0


def _solve(correlation: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Solve the normal equations; return a_M … a_1 and the power of the residual."""
    weights = solve_toeplitz(correlation[:-1], correlation[1:])
    power = correlation[0] - weights @ correlation[1:]
    return weights[::-1], max(float(power), FLOOR)


@njit(nogil=True, fastmath=_FAST)
def _filter_to_residual(wave, weights, level, residual):
    """Fill ``residual``; ``wave`` has as many samples more, in front, as the filter has."""
    order = weights.shape[1]
    for t in range(len(residual)):
        row, predicted = weights[t // HOP], np.float32(0)
        for k in range(order):
            predicted += row[k] * wave[t + k]
        residual[t] = (wave[t + order] - predicted) / level[t // HOP]


@njit(nogil=True, fastmath=_FAST)
def _filter_from_residual(wave, weights, level, offset):
    """Turn the residual into the wave, in place.

    ``wave`` holds as many samples before as the filter has, then the residual, which begins ``offset``
    samples into a frame.
    """
    order = weights.shape[1]
    for t in range(len(wave) - order):
        frame = (t + offset) // HOP
        row, predicted = weights[frame], np.float32(0)
        for k in range(order):
            predicted += row[k] * wave[t + k]
        wave[t + order] = level[frame] * wave[t + order] + predicted
