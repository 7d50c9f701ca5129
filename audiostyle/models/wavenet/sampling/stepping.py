"""The network one sample at a time, for several streams at once: compiled, in preallocated memory.

It saves work against sampling as published (:mod:`.naive`), with the same numbers as result:

- a layer's past lies in a ring buffer, sample t in row t mod dilation: nothing is moved or allocated;
- the condition is projected once for each of its frames, not for each sample;
- matrices that share an input are one (:mod:`.packing`), and add to what is there already: the condition is
  where the taps' sum starts, and skip and residual add to the sums they belong to;
- the last layer's residual, which nothing reads, is left out.
"""

from typing import NamedTuple

import numpy as np

from audiostyle.compilation import njit
from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.models.wavenet.sampling.gemm import ROWS, gemm
from audiostyle.models.wavenet.sampling.packing import PackedWeights

_FAST = {"contract", "nsz", "arcp", "nnan", "ninf"}  # all but reordering, so that results stay reproducible


class State(NamedTuple):
    """What a step reads and writes, float32 unless said otherwise, with a row for each of N streams.

    Attributes:
        rings: (Σ dilations, N, C), every layer's past.
        taps: (N, 2C), past and present input of a layer.
        gated: (N, 2C), filter and gate before their nonlinearities.
        z: (N, C + 1), a layer's output; the last column is 1.
        hidden: (N, S + 1), of the head; the last column is 1.
        carried: (N, S + C), the sum of skips and the residual path.
        delayed: (N, C), what the newest sample adds to the next entry.
        frame: (N, Z + 1), the present frame of the condition, then 1.
        conditions: (N, L · 2C + S), its projections.
        logits: (N, 256).
        codes: (N,) int64, the newest samples as mu-law codes.
        clock: (1,) int64, how many samples there are.
    """

    rings: np.ndarray
    taps: np.ndarray
    gated: np.ndarray
    z: np.ndarray
    hidden: np.ndarray
    carried: np.ndarray
    delayed: np.ndarray
    frame: np.ndarray
    conditions: np.ndarray
    logits: np.ndarray
    codes: np.ndarray
    clock: np.ndarray


class Streams:
    """``count`` waves that are sampled at once.

    More are computed where that number does not fill a tile of the matrix product.

    Args:
        weights: packed in panels of :func:`.gemm.get_panel_width` columns for ``count`` streams.
    """

    def __init__(self, weights: PackedWeights, count: int) -> None:
        self.weights = weights
        self.state = make_initial_state(weights, 1 if count == 1 else -(-count // ROWS) * ROWS)

    def advance(self, frames: np.ndarray, noise: np.ndarray, temperature: float) -> np.ndarray:
        """Return the mu-law codes (count, n), uint8, of the next samples.

        Args:
            frames: (count, F, Z), float32, the next frames of every stream's condition.
            noise: (count, n), uniform float32 in [0, 1), n a multiple of F: a frame holds for n / F samples.
            temperature: above 0.
        """
        codes = np.empty(noise.shape, np.uint8)
        _advance(self.weights, self.state, frames, noise, np.float32(1 / temperature), codes)
        return codes


def make_initial_state(weights: PackedWeights, streams: int) -> State:
    """Return the state of streams before their first sample: rings of zeros, as the network pads."""
    channels, skips = weights.entry.shape[2], weights.head.shape[1]
    panels, depth, width = weights.conditions.shape

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    gated, z = _allocate_gate(streams, channels)
    state = State(
        rings=zeros(int(weights.dilations.sum()), streams, channels),
        taps=zeros(streams, 2 * channels),
        gated=gated,
        z=z,
        hidden=zeros(streams, skips + 1),
        carried=zeros(streams, skips + channels),
        delayed=zeros(streams, channels),
        frame=zeros(streams, depth),
        conditions=zeros(streams, panels * width),
        logits=zeros(streams, CODES),
        codes=np.full(streams, SILENCE),
        clock=np.zeros(1, np.int64),
    )
    for constant in (state.z, state.hidden, state.frame):
        constant[:, -1] = 1
    return state


def _allocate_gate(streams: int, channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Return zeros for ``gated`` (N, 2C) and for ``z`` (N, C + 1), the latter first in memory.

    The compiler's vectorized loop of :func:`_gate` is left for the one without vectors, which divides and
    rounds otherwise, where ``z`` could overlap the row of ``gated`` that is read: it takes anything up to 2C
    numbers behind it for that.  Of two arrays that are allocated one by one it is a matter of chance where
    they lie, and so the last bits of all that is sampled were.
    """
    size, gap = streams * (channels + 1), 2 * channels
    memory = np.zeros(size + gap + streams * 2 * channels, np.float32)
    return memory[size + gap :].reshape(streams, -1), memory[:size].reshape(streams, -1)


@njit(nogil=True)
def _advance(weights, state, frames, noise, sharpness, codes):
    """Fill ``codes`` (count, n) with the next samples' codes; ``sharpness`` is one over the temperature."""
    count, samples = noise.shape
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
            state.codes[stream] = _draw_code(state.logits[stream], shares, noise[stream, t], sharpness)
            codes[stream, t] = state.codes[stream]


@njit(nogil=True)
def _step(weights, state):
    """Compute the next logits from the newest codes."""
    channels, skips = weights.entry.shape[2], weights.head.shape[1]
    taps, gated, x = state.taps, state.gated, state.carried[:, skips:]
    _enter(weights.entry, state.codes, state.delayed, x)
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


@njit(nogil=True)
def _enter(tables, codes, delayed, x):
    """Put in ``x`` what the newest sample adds and what the one before it adds with a delay of one."""
    for stream in range(len(codes)):
        previous, current = tables[0, codes[stream]], tables[1, codes[stream]]
        for channel in range(len(current)):
            x[stream, channel] = current[channel] + delayed[stream, channel]
            delayed[stream, channel] = previous[channel]


@njit(nogil=True)
def _remember(past, x, taps):
    """Put a ring's row and the present input side by side in ``taps``; the present replaces the row."""
    channels = x.shape[1]
    for stream in range(x.shape[0]):
        for channel in range(channels):
            taps[stream, channel] = past[stream, channel]
            taps[stream, channels + channel] = x[stream, channel]
            past[stream, channel] = x[stream, channel]


@njit(nogil=True)
def _rectify(x, out):
    """Put max(x, 0) in ``out``."""
    for stream in range(x.shape[0]):
        for channel in range(x.shape[1]):
            out[stream, channel] = max(x[stream, channel], np.float32(0))


@njit(inline="always", error_model="numpy", fastmath=_FAST)
def _exp(x):
    """Return e^x = 2^n e^f, |f| ≤ ln 2 / 2, by the polynomial of Cephes' expf.

    The relative error is below 2e-7 for |x| ≤ 80.  Written out because the compiler vectorizes no loop that
    calls the library's exp.
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


@njit(nogil=True, error_model="numpy", fastmath=_FAST)
def _gate(gated, z):
    """Put tanh(f) σ(g) = (1 − a) / ((1 + a) (1 + b)) in ``z``, with a = e^(−2f) and b = e^(−g)."""
    channels = z.shape[1] - 1
    one, limit = np.float32(1), np.float32(40)  # beyond which tanh and σ are constant in single precision
    for stream in range(z.shape[0]):
        for channel in range(channels):
            a = _exp(min(max(np.float32(-2) * gated[stream, channel], -limit), limit))
            b = _exp(min(max(-gated[stream, channels + channel], -limit), limit))
            z[stream, channel] = (one - a) / ((one + a) * (one + b))


@njit(nogil=True, error_model="numpy", fastmath=_FAST)
def _draw_code(logits, shares, noise, sharpness):
    """Return the code that a uniform number picks from softmax(logits · sharpness); ``shares`` is scratch."""
    peak = logits.max()
    for code in range(CODES):
        shares[code] = _exp(max((logits[code] - peak) * sharpness, np.float32(-80)))
    total = np.float32(0)
    for code in range(CODES):
        total += shares[code]
    threshold, cumulative = noise * total, np.float32(0)
    for code in range(CODES):
        cumulative += shares[code]
        if cumulative > threshold:
            return code
    return CODES - 1
