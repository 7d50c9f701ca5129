"""Clipping, undone: what peaks may have been before they were cut off.

All that is known of a sample on a flat top is that it was at least as far out.  Of all waves with such
samples, music is nearly always one whose spectrum has few large values, and that one is sought by turns: keep
the largest values of every frame, more of them each time, then set every sample that is known to what it is
(S. Kitić et al., "Consistent iterative hard thresholding for signal declipping", ICASSP 2013).  Samples that
were not cut off stay as they are, bit for bit.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.sound.blocks import Block, SlidingWindow
from audiostyle.sound.stft import Stft, get_magnitude

_OVERLAP = 2  # hops in a frame
_CONTEXT = 2  # frames on either side of a segment
_SEGMENT = 16  # frames
_ITERATIONS = 12
_FIRST, _LAST = 8.0, 40.0  # decibels below a frame's largest value that are kept, from first to last
_HIGHEST = 4.0  # times the limit that a sample may have been


def restore_peaks(blocks: Iterable[Block], sample_rate: int, limits: NDArray[np.float32]) -> Iterator[Block]:
    """Yield a stream with the peaks that it may have had before they were cut off.

    Args:
        blocks: (channels, n), of any lengths, which make no difference.
        sample_rate: in hertz.
        limits: what :meth:`.clipping.ClippingMeter.find_limits` found, (2, channels).

    Yields:
        Blocks (channels, n), together as long as the stream.

    Example:
        >>> tone = np.sin(np.arange(8000, dtype=np.float32) / 3)[None]
        >>> limits = np.array([[-0.7], [0.7]], np.float32)
        >>> restored = np.concatenate(list(restore_peaks([tone.clip(*limits)], 8000, limits)), axis=1)
        >>> errors = [np.abs(wave - tone).mean().round(3) for wave in (tone.clip(*limits), restored)]
        >>> bool(errors[1] < 0.2 * errors[0])
        True
    """
    transform = Stft.for_rate(sample_rate, overlap=_OVERLAP)
    length, context = _SEGMENT * transform.n_fft, _CONTEXT * transform.n_fft
    window, start = SlidingWindow(blocks), 0
    while True:
        begin = max(0, start - context)
        seen = window.read(begin, start + length + context)
        middle = slice(start - begin, start - begin + length)
        if seen.ndim < 2 or not seen[:, middle].shape[1]:
            return
        beyond = ((seen <= limits[0][:, None]) | (seen >= limits[1][:, None]))[:, middle]
        for channel in np.flatnonzero(beyond.any(axis=1)):
            seen[channel] = _restore(seen[channel], transform, *limits[:, channel].tolist())
        yield seen[:, middle]
        start += length


def _restore(wave: Block, transform: Stft, lowest: float, highest: float) -> Block:
    """Return a wave (n,) with other samples where it is at a limit."""
    given = torch.from_numpy(wave)
    above, below = given >= highest, given <= lowest
    restored = given
    for decibels in np.linspace(_FIRST, _LAST, _ITERATIONS):
        sparse = transform.inverse(_keep_largest(transform(restored), decibels), len(wave))
        restored = torch.where(above, sparse.clamp(highest, _HIGHEST * highest), given)
        restored = torch.where(below, sparse.clamp(_HIGHEST * lowest, lowest), restored)
    # A limit lies just inside of the flat tops, and where nothing was to be added nothing is taken away.
    restored = torch.where(above, restored.maximum(given), torch.where(below, restored.minimum(given), given))
    return np.asarray(restored.numpy())


def _keep_largest(spectrum: Tensor, decibels: float) -> Tensor:
    """Return a spectrum (bins, frames) without what lies further below its frame's largest value."""
    magnitude = get_magnitude(spectrum)
    least = magnitude.amax(dim=0, keepdim=True) * 10 ** (-decibels / 20)
    return spectrum * (magnitude > least)
