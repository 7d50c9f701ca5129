"""Drums separated from everything else: harmonic-percussive separation by median filters, streamed.

In a spectrogram held notes are lines along time, and drum hits are lines along frequency.  A median filter
over time keeps the first and removes the second, a median filter over frequency does the reverse.  Comparing
both says for every bin how much of it is percussive (D. FitzGerald, "Harmonic/percussive separation using
median filtering", DAFx 2010).

Two things differ from the paper, because what is taken for drums is kept as it is and must not carry the
melody along.  Where many notes sound their partials fill half of the bins, and the median over frequency is
theirs; so above the lowest octaves the drums' level is told by the softer bins of a wider neighborhood.  And
where a note begins, the median over time does not know it yet; so no bin is more percussive than its
neighborhood is loud.  ``benchmarks/drums.py`` measures what that comes to.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from scipy.ndimage import median_filter, rank_filter

from audiostyle.errors import ShapeError

_FRAME_SECONDS = 0.093  # 4096 samples at 44.1 kHz, as in the paper
_OVERLAP = 2  # frames over each sample: the squares of half-sine windows then add up to 1
# Neighbors on both sides that a median sees: 0.4 s and 180 Hz in all, as in the paper.  The paper's hop is
# half of this one; it takes twice the time and separates a synthesized band from its drums at 13.3 dB instead
# of 13.2.
_FRAMES, _BINS = 4, 8
_WIDE = 32  # bins on both sides by which the drums' level is told above the lowest octaves: 700 Hz in all
_LOW = 19  # bins, 200 Hz, below which it is told as in the paper: there a bass drum is no wider than a note
_SOFT = 0.3  # share of the bins in a neighborhood that are softer than the one that tells the drums' level
_RAYLEIGH = float(np.sqrt(np.log(0.5) / np.log(1 - _SOFT)))  # by how much the median of noise is above that
_CAUTION = 1.5  # times that the median over time counts
_LARGEST = 2.0  # times its neighborhood's level, that a bin of a drum may be
_BATCH = 32  # frames processed at once: 1.5 s, so that the context of the medians is a small part of the work


class HarmonicPercussiveSeparator:
    """A stream of blocks to two streams, the harmonic and the percussive part, in constant memory.

    Both parts add up to the input.  All channels share one mask, so that nothing moves in the stereo image.
    The outputs put together are as long as the input and aligned with it, however it was cut into blocks.
    The output of a block may be empty: the medians look 0.3 s ahead, and work is done in batches of 1.5 s.

    Args:
        channels: of all blocks.
        sample_rate: in hertz.

    Example:
        >>> separator = HarmonicPercussiveSeparator(channels=1, sample_rate=8000)
        >>> wave = np.sin(np.arange(8000, dtype=np.float32)[None])
        >>> harmonic, percussive = separator.process(wave, last=True)
        >>> np.allclose(harmonic + percussive, wave), bool(harmonic.std() > 10 * percussive.std())
        (True, True)
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._channels = channels
        self._n_fft = 2 ** max(5, round(np.log2(_FRAME_SECONDS * sample_rate)))
        self._hop = self._n_fft // _OVERLAP
        self._window = np.sin(np.pi * (np.arange(self._n_fft) + 0.5) / self._n_fft).astype(np.float32)
        bins = self._n_fft // 2 + 1
        # Before the beginning there is silence: as samples, as frames, and as output that is dropped.
        self._waiting = np.zeros((channels, self._n_fft - self._hop), np.float32)
        self._spectra = np.zeros((channels, _FRAMES, bins), np.complex64)
        self._magnitudes = np.zeros((2 * _FRAMES, bins), np.float32)
        self._tail = np.zeros((channels, _OVERLAP - 1, self._hop), np.float32)
        self._latency = self._surplus = self._n_fft - self._hop + _FRAMES * self._hop
        self._input = np.zeros((channels, 0), np.float32)  # samples whose harmonic part is not known yet

    def process(self, block: np.ndarray, last: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Return the harmonic and the percussive samples that are certain once this block is known.

        Args:
            block: (channels, n) float.
            last: whether nothing follows; then all the remaining samples are returned.

        Returns:
            Two blocks (channels, m) float32.

        Raises:
            ShapeError: the block has another shape.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ShapeError(f"percussion: block must be ({self._channels}, n), not {block.shape}")
        self._input = np.concatenate([self._input, block], axis=1, dtype=np.float32)
        silence = self._latency + self._n_fft if last else 0
        following = np.pad(block, ((0, 0), (0, silence)))
        self._waiting = np.concatenate([self._waiting, following], axis=1, dtype=np.float32)
        harmonic = self._separate_waiting(at_least=1 if last else _BATCH)[:, : self._input.shape[1]]
        mixture, self._input = np.split(self._input, [harmonic.shape[1]], axis=1)
        return harmonic, mixture - harmonic

    def _separate_waiting(self, at_least: int) -> np.ndarray:
        """Return the harmonic part of the frames that wait, without the silence before the start."""
        parts = [np.zeros((self._channels, 0), np.float32)]
        while (frames := (self._waiting.shape[1] - self._n_fft) // self._hop + 1) >= at_least:
            parts.append(self._separate(self._take_spectra(min(frames, _BATCH))))
        harmonic = np.concatenate(parts, axis=1)
        surplus = min(self._surplus, harmonic.shape[1])
        self._surplus -= surplus
        return harmonic[:, surplus:]

    def _take_spectra(self, frames: int) -> np.ndarray:
        """Return the next ``frames`` spectra, (channels, frames, bins), and forget their samples."""
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, self._n_fft, axis=1)
        spectra = scipy.fft.rfft(windows[:, : frames * self._hop : self._hop] * self._window)
        self._waiting = self._waiting[:, frames * self._hop :]
        return spectra

    def _separate(self, spectra: np.ndarray) -> np.ndarray:
        """Return the harmonic samples of as many frames as came in, those ``_FRAMES`` earlier."""
        frames = spectra.shape[1]
        magnitudes = np.sqrt((spectra.real**2 + spectra.imag**2).sum(axis=0))
        self._magnitudes = np.concatenate([self._magnitudes, magnitudes])
        self._spectra = np.concatenate([self._spectra, spectra], axis=1)
        mask = _compute_harmonic_mask(self._magnitudes)
        masked = self._spectra[:, :frames] * mask
        self._magnitudes = self._magnitudes[frames:]
        self._spectra = self._spectra[:, frames:]
        return self._overlap_add(scipy.fft.irfft(masked, self._n_fft) * self._window)

    def _overlap_add(self, frames: np.ndarray) -> np.ndarray:
        """Add up windowed frames (channels, frames, n_fft); return (channels, frames · hop).

        The samples to which later frames are added wait for the next call.
        """
        count = frames.shape[1]
        slices = frames.reshape(self._channels, count, _OVERLAP, self._hop)
        output = np.pad(self._tail, ((0, 0), (0, count), (0, 0)))
        for shift in range(_OVERLAP):
            output[:, shift : shift + count] += slices[:, :, shift]
        self._tail = output[:, count:]
        return output[:, :count].reshape(self._channels, -1)


def _compute_harmonic_mask(magnitudes: np.ndarray) -> np.ndarray:
    """Return the mask (frames, bins) in [0, 1] of magnitudes with ``_FRAMES`` more on both sides."""
    along_time = _filter_rows(magnitudes.T, 2 * _FRAMES + 1)[:, _FRAMES:-_FRAMES].T
    present = magnitudes[_FRAMES:-_FRAMES]
    level = _find_drum_level(present)
    harmonic, percussive = (_CAUTION * along_time) ** 2, level**2
    share = percussive / (harmonic + percussive + np.finfo(np.float32).tiny)
    high = slice(_LOW, None)
    largest = _LARGEST * level[:, high] / (present[:, high] + np.finfo(np.float32).tiny)
    share[:, high] = np.minimum(share[:, high], largest)
    return 1 - share


def _find_drum_level(magnitudes: np.ndarray) -> np.ndarray:
    """Return how loud drums seem to be in each bin, (frames, bins), by its neighbors in frequency."""
    level = np.empty_like(magnitudes)
    wide, near = (min(bins, magnitudes.shape[1] - 1) for bins in (_WIDE, _BINS))
    mirrored = np.pad(magnitudes, ((0, 0), (wide, wide)), mode="reflect")
    size = 2 * wide + 1
    softer = rank_filter(mirrored.reshape(-1), rank=int(_SOFT * size), size=size).reshape(mirrored.shape)
    level[:, _LOW:] = _RAYLEIGH * softer[:, wide + _LOW : softer.shape[1] - wide]
    low = np.pad(magnitudes, ((0, 0), (near, near)), mode="reflect")[:, : _LOW + 2 * near]
    level[:, :_LOW] = _filter_rows(low, 2 * near + 1)[:, near : low.shape[1] - near]
    return level


def _filter_rows(rows: np.ndarray, size: int) -> np.ndarray:
    """Return running medians over ``size`` values along each row; they are wrong at the ends of the rows.

    The rows are filtered as one long row, because scipy's filter is ten times as fast in one dimension as in
    two.
    """
    return median_filter(rows.reshape(-1), size=size).reshape(rows.shape)
