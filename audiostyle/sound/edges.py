"""What may have been before a recording began and after it ended, so that its ends are like its middle.

A transform that sees silence beyond the ends finds a click where a recording was cut out of a longer one.
Here the sound goes on instead: by linear prediction, with Burg's coefficients (J. P. Burg, "Maximum entropy
spectral analysis", 1975), which never grow.  What the prediction misses near the end, played backwards,
drives it further: so tones go on as tones and noise as noise, and silence stays silence.  At last it fades.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter, lfiltic

from audiostyle.sound.blocks import Block

EXTENSION_SECONDS = 1.0
"""By how much a recording is extended at either end; the last fifth of it fades."""

_SEEN_SECONDS = 0.4  # of the recording's end that is gone on from
_ORDER = 512  # samples from which the next one is predicted
_FADED = 0.2  # of the extension
_TINY = 1e-30


def count_extension(sample_rate: int) -> int:
    """Return how many samples a recording is extended by at either end.

    Example:
        >>> count_extension(44100)
        44100
    """
    return round(EXTENSION_SECONDS * sample_rate)


def extend_ends(blocks: Iterable[Block], sample_rate: int) -> Iterator[Block]:
    """Yield a mono stream with what may have been before it and after it.

    Args:
        blocks: mono blocks (n,) of any lengths.
        sample_rate: in hertz.

    Yields:
        Blocks (n,); the first and the last are :func:`count_extension` samples long.  Nothing for an empty
        stream.

    Example:
        >>> tone = np.sin(np.arange(8000, dtype=np.float32))
        >>> whole = np.concatenate(list(extend_ends([tone], 8000)))
        >>> len(whole), np.allclose(whole[7900:8100], np.sin(np.arange(-100, 100)), atol=1e-2)
        (24000, True)
    """
    seen, added = round(_SEEN_SECONDS * sample_rate), count_extension(sample_rate)
    waiting, begun = np.zeros(0, np.float32), False
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        if len(waiting) < 2 * seen:
            continue
        if not begun:
            yield predict(waiting[:seen][::-1], added)[::-1]
            begun = True
        yield waiting[:-seen]
        waiting = waiting[-seen:]
    if not len(waiting):
        return
    if not begun:
        yield predict(waiting[:seen][::-1], added)[::-1]
    yield waiting
    yield predict(waiting[-seen:], added)


def predict(wave: Block, samples: int) -> Block:
    """Return what may come after a wave (n,): ``samples`` samples, of which the last fifth fades to silence.

    Example:
        >>> predict(np.zeros(100, np.float32), 3).tolist()
        [0.0, 0.0, 0.0]
    """
    seen = wave.astype(np.float64)
    order = min(_ORDER, len(seen) // 3)
    coefficients = fit_burg(seen, order)
    prediction = np.concatenate([[1.0], -coefficients])
    missed = np.convolve(seen, prediction, "valid")
    drive = np.resize(missed[::-1], samples)
    history = lfiltic([1.0], prediction, seen[: -order - 1 : -1])
    made, _ = lfilter([1.0], prediction, drive, zi=history)
    faded = round(_FADED * samples)
    made[samples - faded :] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(faded) + 1) / (faded + 1))
    return made.astype(np.float32)


def fit_burg(wave: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Return coefficients a with x[n] ≈ Σ a[k] x[n − 1 − k], by Burg's method; all roots are stable.

    Args:
        wave: (n,), more than ``order`` samples.
        order: how many coefficients.

    Example:
        >>> fit_burg(0.5 ** np.arange(50.0), 1).round(1).tolist()
        [0.8]
    """
    forward, backward = wave[1:].copy(), wave[:-1].copy()
    coefficients = np.zeros(0)
    floor = _TINY + 1e-14 * float(wave @ wave)
    for _ in range(order):
        power = float(forward @ forward + backward @ backward)
        if power <= floor:  # all is predicted
            break
        reflection = 2 * float(forward @ backward) / power
        coefficients = np.concatenate([coefficients - reflection * coefficients[::-1], [reflection]])
        forward, backward = (
            (forward - reflection * backward)[1:],
            (backward - reflection * forward)[:-1],
        )
    return np.pad(coefficients, (0, order - len(coefficients)))
