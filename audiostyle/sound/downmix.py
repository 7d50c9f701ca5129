"""A mono downmix in which nothing cancels: the mean of the channels, those in antiphase turned round.

The mean of two channels of which one is the other's negative is silence, though everybody hears music.  That
happens to whole recordings (a swapped wire), to bands of frequencies (a stereo widener), to single tones
(microphones at two places).  So the channels are compared in bands of a third of an octave, over half a
second.  Where their mean keeps less than a third of the power that channels without any relation would keep,
those that run against the others are turned round.  Everywhere else, which in most recordings is everywhere,
the result is the plain mean, bit for bit.
"""

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import ShapeError

Block = NDArray[np.float32]

_FRAME_SECONDS = 0.093  # 4096 samples at 44.1 kHz
_REACH = 5  # frames on both sides over which powers are averaged: half a second in all
_BANDS_PER_OCTAVE = 3
_NARROWEST = 8  # bins
_KEPT, _LOST = 0.3, 0.15  # of the power of unrelated channels: nothing is turned above, all below
_AGAINST = -0.25  # correlation with the other channels from which a channel runs against them
_BATCH = 32  # frames processed at once
_SURE = (
    0.6  # of the power of unrelated channels: where some frames keep as much, the others are not looked at
)
_SEEN = 4  # every which frame is looked at first


class Downmixer:
    """A stream of blocks of several channels to one of mono blocks, in constant memory.

    The outputs put together are as long as the input and aligned with it, however it was cut into blocks.
    The output of a block may be empty: the decision looks 0.3 s ahead.

    Args:
        channels: of all blocks.
        sample_rate: in hertz.

    Attributes:
        turned: whether any channel was turned round so far.

    Example:
        >>> tone = np.sin(np.arange(8000, dtype=np.float32))
        >>> mixed = Downmixer(2, 8000).process(np.stack([tone, -tone]), last=True)
        >>> np.allclose(mixed, tone, atol=1e-5)
        True
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._channels, self.turned = channels, False
        self._size = 2 ** max(5, round(np.log2(_FRAME_SECONDS * sample_rate)))
        self._hop = hop = self._size // 2
        self._window = np.sin(np.pi * (np.arange(self._size) + 0.5) / self._size).astype(np.float32)
        self._edges = _compute_band_edges(hop + 1)
        bands = len(self._edges)
        # Before the beginning there is silence: as samples, as frames, and as output that is dropped.
        self._waiting = np.zeros((channels, hop), np.float32)
        self._spectra = np.zeros((_REACH, channels, hop + 1), np.complex64)
        self._products = np.zeros((2 * _REACH, channels, channels, bands), np.float32)
        self._tail = np.zeros(hop, np.float32)
        self._surplus = hop + _REACH * hop
        self._means = np.zeros(0, np.float32)  # whose correction is not known yet

    def process(self, block: Block, last: bool = False) -> Block:
        """Return the mono samples (m,) that are certain once this block is known.

        Args:
            block: (channels, n) float.
            last: whether nothing follows; then all the remaining samples are returned.

        Raises:
            ShapeError: the block has another number of channels.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"downmix: block must be ({self._channels}, n), not {block.shape}")
        mean = block.mean(axis=0, dtype=np.float32)
        if self._channels == 1:
            return mean
        self._means = np.concatenate([self._means, mean])
        silence = (_REACH + 3) * self._hop if last else 0
        following = np.pad(block, ((0, 0), (0, silence)))
        self._waiting = np.concatenate([self._waiting, following], axis=1, dtype=np.float32)
        correction = self._correct_waiting(at_least=1 if last else _BATCH)[: len(self._means)]
        ready, self._means = np.split(self._means, [len(correction)])
        self.turned |= bool(correction.any())
        return ready + correction

    def _correct_waiting(self, at_least: int) -> Block:
        """Return what is to be added to the mean for the frames that wait, from the first sample on."""
        parts = [np.zeros(0, np.float32)]
        while (frames := (self._waiting.shape[1] - self._size) // self._hop + 1) >= at_least:
            parts.append(self._correct(*self._take_spectra(min(frames, _BATCH))))
        correction = np.concatenate(parts)
        surplus = min(self._surplus, len(correction))
        self._surplus -= surplus
        return correction[surplus:]

    def _take_spectra(self, frames: int) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
        """Return the next spectra (frames, channels, bins) and their products; forget their samples.

        Most recordings have nothing that cancels.  Where a quarter of the frames says so, spectra that nobody
        needs are left 0, and the products are those of channels in phase.
        """
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, self._size, axis=1)
        windows = windows[:, : frames * self._hop : self._hop].swapaxes(0, 1)
        seen = _multiply_bands(_transform(windows[::_SEEN] * self._window), self._edges)
        if _measure_kept(seen.sum(axis=0)).min() > _SURE and _measure_kept(seen).min() > _KEPT:
            spectra = np.zeros((frames, self._channels, self._hop + 1), np.complex64)
            products = np.abs(seen.mean(axis=0, keepdims=True)).repeat(frames, axis=0)
        else:
            spectra = _transform(windows * self._window)
            products = _multiply_bands(spectra, self._edges)
        self._waiting = self._waiting[:, frames * self._hop :]
        return spectra, products

    def _correct(self, spectra: NDArray[np.complex64], products: NDArray[np.float32]) -> Block:
        """Return the correction of as many frames as came in, those ``_REACH`` earlier."""
        self._products = np.concatenate([self._products, products])
        self._spectra = np.concatenate([self._spectra, spectra])
        window = np.hanning(2 * _REACH + 3)[1:-1].astype(np.float32)
        around = np.lib.stride_tricks.sliding_window_view(self._products, 2 * _REACH + 1, axis=0)
        changes = compute_signs(around @ window) - 1
        delayed, self._spectra = np.split(self._spectra, [len(spectra)])
        self._products = self._products[len(spectra) :]
        if not changes.any():
            return self._overlap_add(np.zeros((len(spectra), self._size), np.float32))
        widths = np.diff([*self._edges, self._hop + 1])
        changed = (delayed * np.repeat(changes, widths, axis=2)).sum(axis=1) / self._channels
        return self._overlap_add(np.fft.irfft(changed, self._size) * self._window)

    def _overlap_add(self, frames: Block) -> Block:
        """Add up windowed frames (frames, size); return as many hops, and keep the last half."""
        first, second = frames[:, : self._hop], frames[:, self._hop :]
        halves = np.concatenate([self._tail[None], second[:-1]]) + first
        self._tail = second[-1]
        return halves.reshape(-1)


def mix_down(wave: NDArray[np.floating], sample_rate: int) -> Block:
    """Return the mono downmix (samples,) of a whole wave (samples,) or (channels, samples), as float32.

    Example:
        >>> mix_down(np.array([[1.0, 0.5], [0.5, 0.25]]), 8000).tolist()
        [0.75, 0.375]
    """
    channels = np.atleast_2d(wave).astype(np.float32, copy=False)
    return Downmixer(len(channels), sample_rate).process(channels, last=True)


def compute_signs(products: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the factors with which channels are to be added, so that they do not cancel.

    Args:
        products: real parts of the products of channels, averaged, (…, channels, channels, bands).

    Returns:
        (…, channels, bands): 1 for a channel that stays as it is, −1 for one that is turned round, and
        between them on the way from one to the other.  The first channel always stays.

    Example:
        >>> antiphase, alike = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones((2, 2))
        >>> compute_signs(np.stack([antiphase, alike], axis=-1)).tolist()
        [[1.0, 1.0], [-1.0, 1.0]]
    """
    powers = np.einsum("...ccb->...cb", products)
    turned = ((_KEPT - _measure_kept(products)) / (_KEPT - _LOST)).clip(0, 1)
    signs = np.ones_like(powers)
    if not turned.any():
        return signs
    for channel in range(1, powers.shape[-2]):
        before = signs[..., :channel, :]
        crossed = (before * products[..., :channel, channel, :]).sum(axis=-2)
        mixed = np.einsum("...ib,...ijb,...jb->...b", before, products[..., :channel, :channel, :], before)
        against = crossed < _AGAINST * np.sqrt(np.maximum(mixed, 0) * powers[..., channel, :])
        signs[..., channel, :] = np.where(against, -1, 1)
    return 1 - turned[..., None, :] * (1 - signs)


def _measure_kept(products: NDArray[np.float32]) -> NDArray[np.float32]:
    """(…, channels, channels, bands) → the sum's power as a share of the sum of powers; 1 for silence."""
    apart, together = np.einsum("...ccb->...b", products), products.sum(axis=(-3, -2))
    return np.where(apart > 0, together / np.maximum(apart, np.finfo(np.float32).tiny), 1.0)


def _transform(windows: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Return the spectra of windowed frames (…, size)."""
    import torch  # three times as fast as NumPy's transform; not loaded where nothing is mixed

    return torch.fft.rfft(torch.from_numpy(windows)).numpy()


def _multiply_bands(spectra: NDArray[np.complex64], edges: NDArray[np.int64]) -> NDArray[np.float32]:
    """(frames, channels, bins) → the real products of channels, (frames, channels, channels, bands)."""
    frames, channels, _ = spectra.shape
    products = np.empty((frames, channels, channels, len(edges)), np.float32)
    for one in range(channels):
        for other in range(one, channels):
            a, b = spectra[:, one], spectra[:, other]
            sums = np.add.reduceat(a.real * b.real + a.imag * b.imag, edges, axis=1)
            products[:, one, other] = products[:, other, one] = sums
    return products


def _compute_band_edges(bins: int) -> NDArray[np.int64]:
    """Return the first bin of every band: a third of an octave, or eight bins where that is more."""
    edges, edge = [0], _NARROWEST
    while edge < bins:
        edges.append(edge)
        edge = max(edge + _NARROWEST, round(edge * 2 ** (1 / _BANDS_PER_OCTAVE)))
    return np.array(edges)
