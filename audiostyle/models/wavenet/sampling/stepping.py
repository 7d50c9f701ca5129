"""The network one sample at a time for several streams at once: compiled, in preallocated memory.

What it does less of than the published way (:mod:`.published`), with the same numbers as result:

- a layer's past lies in a ring, sample t in row t mod dilation: nothing is moved or made anew;
- conditions are multiplied once for each frame of the code, not for each sample;
- matrices that share an input are one (:mod:`.folding`), and add to what is there already: the condition is
  where the taps' sum starts, and skip and residual add to the sums they belong to;
- the last layer's residual, which goes nowhere, is left out.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.models.wavenet.sampling.gemm import ROWS, gemm
from audiostyle.models.wavenet.sampling.packing import PackedWeights

_FAST = {"contract", "nsz", "arcp", "nnan", "ninf"}  # all but a change of order: results stay reproducible


class State(NamedTuple):
    """What a step reads and writes, float32 with a row for each of N streams; and the clock.

    ``rings`` (Σ dilations, N, C); ``taps`` (N, 2C), past and present; ``gated`` (N, 2C); ``z`` (N, C + 1) and
    ``hidden`` (N, S + 1), whose last column is 1; ``carried`` (N, S + C), sum of skips and residual path;
    ``held`` (N, C), what the newest sample adds to the next entry; ``frame`` (N, Z + 1), the code, then 1;
    ``conditions`` (N, L · 2C + S), its products; ``logits`` (N, 256); ``codes`` (N,) int64, the newest
    samples; ``clock`` (1,) int64.
    """

    rings: np.ndarray
    taps: np.ndarray
    gated: np.ndarray
    z: np.ndarray
    hidden: np.ndarray
    carried: np.ndarray
    held: np.ndarray
    frame: np.ndarray
    conditions: np.ndarray
    logits: np.ndarray
    codes: np.ndarray
    clock: np.ndarray


class Streams:
    """``count`` waves in the making; more are computed where that does not fill a tile of the product."""

    def __init__(self, weights: PackedWeights, count: int) -> None:
        """``weights``: folded in panels of ``panel_width(count)``."""
        self.weights = weights
        self.state = make_initial_state(weights, 1 if count == 1 else -(-count // ROWS) * ROWS)

    def advance(self, frames: np.ndarray, draws: np.ndarray, temperature: float) -> np.ndarray:
        """Return the next samples' codes (count, n), uint8.

        Args:
            frames: (count, F, Z), float32, the next frames of every stream's code.
            draws: (count, n), float32 in [0, 1), n a multiple of F: every frame holds for n / F samples.
            temperature: above 0.
        """
        codes = np.empty(draws.shape, np.uint8)
        _advance(self.weights, self.state, frames, draws, np.float32(1 / temperature), codes)
        return codes


def make_initial_state(weights: PackedWeights, streams: int) -> State:
    """Return the state of streams that have not begun: rings of zeros, as the network pads."""
    channels, skips = weights.entry.shape[2], weights.head.shape[1]
    panels, depth, width = weights.conditions.shape

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    state = State(
        rings=zeros(int(weights.dilations.sum()), streams, channels),
        taps=zeros(streams, 2 * channels),
        gated=zeros(streams, 2 * channels),
        z=zeros(streams, channels + 1),
        hidden=zeros(streams, skips + 1),
        carried=zeros(streams, skips + channels),
        held=zeros(streams, channels),
        frame=zeros(streams, depth),
        conditions=zeros(streams, panels * width),
        logits=zeros(streams, CODES),
        codes=np.full(streams, SILENCE),
        clock=np.zeros(1, np.int64),
    )
    for constant in (state.z, state.hidden, state.frame):
        constant[:, -1] = 1
    return state


@njit(nogil=True, cache=True)
def _advance(weights, state, frames, draws, sharpness, codes):
    count, samples = draws.shape
    hop = samples // frames.shape[1]
    shares = np.empty(CODES, np.float32)
    for t in range(samples):
        if t % hop == 0:
            for stream in range(count):
                for number in range(frames.shape[2]):
                    state.frame[stream, number] = frames[stream, t // hop, number]
            state.conditions[:] = 0
            gemm(state.conditions, state.conditions, state.frame, weights.conditions)
        _step(weights, state)
        for stream in range(count):
            state.codes[stream] = _draw_code(state.logits[stream], shares, draws[stream, t], sharpness)
            codes[stream, t] = state.codes[stream]


@njit(nogil=True, cache=True)
def _step(weights, state):
    """From the newest codes to the next logits."""
    channels, skips = weights.entry.shape[2], weights.head.shape[1]
    taps, gated, x = state.taps, state.gated, state.carried[:, skips:]
    _enter(weights.entry, state.codes, state.held, x)
    state.carried[:, :skips] = 0
    last = len(weights.dilations) - 1
    for layer in range(last + 1):
        place = weights.ring_starts[layer] + state.clock[0] % weights.dilations[layer]
        _remember(state.rings[place], x, taps)
        start = state.conditions[:, layer * 2 * channels :]
        gemm(gated, start, taps, weights.taps[layer])
        _gate(gated, state.z)
        mix = weights.mixes[layer]
        if layer == last:
            mix = mix[: skips // mix.shape[2]]
        gemm(state.carried, state.carried, state.z, mix)
    state.clock[0] += 1
    _rectify(state.carried[:, :skips], state.hidden)
    start = state.conditions[:, (last + 1) * 2 * channels :]
    gemm(state.carried, start, state.hidden[:, :skips], weights.head)
    _rectify(state.carried[:, :skips], state.hidden)
    state.logits[:] = 0
    gemm(state.logits, state.logits, state.hidden, weights.logits)


@njit(nogil=True, cache=True)
def _enter(tables, codes, held, x):
    """x = what the newest sample adds now + what the one before it adds later."""
    for stream in range(len(codes)):
        later, now = tables[0, codes[stream]], tables[1, codes[stream]]
        for channel in range(len(now)):
            x[stream, channel] = now[channel] + held[stream, channel]
            held[stream, channel] = later[channel]


@njit(nogil=True, cache=True)
def _remember(past, x, taps):
    """Take a row's past out of its ring beside the present, and put the present in its place."""
    channels = x.shape[1]
    for stream in range(x.shape[0]):
        for channel in range(channels):
            taps[stream, channel] = past[stream, channel]
            taps[stream, channels + channel] = x[stream, channel]
            past[stream, channel] = x[stream, channel]


@njit(nogil=True, cache=True)
def _rectify(x, out):
    for stream in range(x.shape[0]):
        for channel in range(x.shape[1]):
            out[stream, channel] = max(x[stream, channel], np.float32(0))


@njit(inline="always", error_model="numpy", fastmath=_FAST)
def _exp(x):
    """e^x = 2^n e^f with |f| ≤ ln 2 / 2; a polynomial (Cephes' expf), for a loop of calls has no vectors.

    For |x| ≤ 80, to 2e-7 of it.
    """
    n = np.floor(x * np.float32(1.44269504) + np.float32(0.5))
    f = x - n * np.float32(0.693359375) + n * np.float32(2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * f + np.float32(1.3981999507e-3)
    p = p * f + np.float32(8.3334519073e-3)
    p = p * f + np.float32(4.1665795894e-2)
    p = p * f + np.float32(1.6666665459e-1)
    p = p * f + np.float32(5.0000001201e-1)
    p = p * f * f + f + np.float32(1)
    exponent = np.int32(n) + np.int32(127)
    return p * np.int32(exponent << np.int32(23)).view(np.float32)


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_FAST)
def _gate(gated, z):
    """z = tanh(f) σ(g) = (1 − a) / ((1 + a) (1 + b)) with a = e^(−2f), b = e^(−g): one division for both."""
    channels = z.shape[1] - 1
    one, most = np.float32(1), np.float32(40)  # at which both have long been constant
    for stream in range(z.shape[0]):
        for channel in range(channels):
            a = _exp(min(max(np.float32(-2) * gated[stream, channel], -most), most))
            b = _exp(min(max(-gated[stream, channels + channel], -most), most))
            z[stream, channel] = (one - a) / ((one + a) * (one + b))


@njit(nogil=True, cache=True, error_model="numpy", fastmath=_FAST)
def _draw_code(logits, shares, draw, sharpness):
    """Return the code that a uniform draw picks from softmax(logits · sharpness); ``shares`` is scratch."""
    peak = logits.max()
    for code in range(CODES):
        shares[code] = _exp(max((logits[code] - peak) * sharpness, np.float32(-80)))
    total = np.float32(0)
    for code in range(CODES):
        total += shares[code]
    threshold, heaped = draw * total, np.float32(0)
    for code in range(CODES):
        heaped += shares[code]
        if heaped > threshold:
            return code
    return CODES - 1
