"""A slow gain by which the level of a translation follows that of its source.

Notes carry their own levels (:mod:`.note_curves`).  What is left over is evened out here: wrong velocities, a
crescendo that no note tells of, a quiet beginning before a loud band.  The gain at a moment is the ratio of
two powers around it, the source's and the translation's, each averaged over one or three seconds.  So it does
not follow single notes, does not pump, and is 0 dB where both are silent.

What decays cannot swell, and gets more of its level from here; what can swell has it from its notes.  The
shorter the average, the nearer the level comes to the source's, and the farther a note's decay is from the
instrument's own.  So what can swell follows an average over less than half a second too, but by one and a
half decibels at most: that is how far a mix goes up and down that is about equally loud all the time, and
less than what makes a bowed note decay like a plucked one.  What decays is left alone by it: the level would
come nearer to the source's, and notes would no longer die away as the instrument's do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.curves import STEP
from audiostyle.sound.blocks import mark_last

Powers = NDArray[np.float64]

_SECONDS = {False: 3.0, True: 1.0}  # over which powers are averaged, by whether the instrument decays
_FAST_SECONDS = 0.4  # the same of a faster gain
_FAST_REACH = {False: 1.5, True: 0.0}  # decibels by which that one may differ
_REACH = 24.0  # decibels that the gain does not exceed in either direction
_NOTHING = 1e-6  # of the mean power (-60 dB); what is softer is silence, and no reason for a gain
_DECIBEL = np.log(10) / 20  # of an amplitude, as a natural logarithm
_SHORT = 4  # frames over which one value of a level is a mean, as in the source: 46 ms


@dataclass(frozen=True)
class LevelCurve:
    """The level that a translation is to follow.

    Attributes:
        levels: (F,), the source's level in decibels, one value every ``STEP`` seconds.
        source_rms: root mean square of the source.
        own_rms: about that of the translation before it follows.
        decays: whether the instrument's notes decay, whatever the source's do.
        share: of the gain, 0 to 1.
    """

    levels: NDArray[np.float32]
    source_rms: float
    own_rms: float
    decays: bool
    share: float = 1.0


def follow_level(
    blocks: Iterable[NDArray[np.float32]], sample_rate: int, curve: LevelCurve
) -> Iterator[NDArray[np.float32]]:
    """Yield a mono stream with the gain by which its level follows a curve.

    Neither the blocks' lengths nor anything later than one and a half seconds changes the result.

    Args:
        blocks: (n,) each.
        sample_rate: in hertz.
        curve: what is followed.

    Example:
        >>> swell = LevelCurve(np.linspace(-40, 0, 345, dtype=np.float32), 0.3, 0.1, decays=False)
        >>> steady = [np.full(8000, 0.1, np.float32)] * 4
        >>> followed = np.concatenate(list(follow_level(steady, 8000, swell)))
        >>> [round(float(20 * np.log10(followed[n] / followed[16000]))) for n in (8000, 24000)]
        [-10, 10]
    """
    slow, fast = _make_window(_SECONDS[curve.decays]), _make_window(_FAST_SECONDS)
    reach = _FAST_REACH[curve.decays]
    own, gains, rest, begin = _Envelope(sample_rate, curve), np.zeros(0), np.zeros(0, np.float32), 0
    source = 10 ** (curve.levels.astype(float) / 10) / curve.source_rms**2
    for block, last in mark_last(blocks):
        own.add(block, last)
        known = len(own.powers) if last else max(len(gains), len(own.powers) - len(slow) // 2)
        new, quick = (
            _compute_gains(source, own.powers, len(gains), known, weights) for weights in (slow, fast)
        )
        new += np.clip(quick - new, -reach, reach)
        gains = np.concatenate([gains, curve.share * new])
        rest = np.concatenate([rest, block])
        ready = len(rest) if last else max(0, int((known - 1) * STEP * sample_rate) - begin)
        places = (begin + np.arange(ready)) / (STEP * sample_rate)
        decibels = np.interp(places, np.arange(len(gains)), gains) if len(gains) else np.zeros(ready)
        yield rest[:ready] * np.exp(_DECIBEL * decibels).astype(np.float32)
        rest, begin = rest[ready:], begin + ready


def _make_window(seconds: float) -> Powers:
    """Return a Hann window of an odd number of frames, with sum 1."""
    window = np.hanning(2 * round(seconds / 2 / STEP) + 3)[1:-1]
    return np.asarray(window / window.sum())


def _compute_gains(source: Powers, own: Powers, first: int, stop: int, weights: Powers) -> Powers:
    """Return the gains in decibels of frames ``first`` to ``stop``, before the share is taken of them."""
    if not len(source) or first >= stop:
        return np.zeros(max(0, stop - first))
    around = np.arange(first - len(weights) // 2, stop + len(weights) // 2)
    wanted, there = (
        np.convolve(powers[around.clip(0, len(powers) - 1)], weights, "valid") for powers in (source, own)
    )
    return np.clip(10 * np.log10((wanted + _NOTHING) / (there + _NOTHING)), -_REACH, _REACH)


class _Envelope:
    """The power of a stream, frame by frame, relative to its mean.

    Args:
        sample_rate: in hertz.
        curve: says how loud the stream is on average.

    Attributes:
        powers: of the frames that are known by now.
    """

    def __init__(self, sample_rate: int, curve: LevelCurve) -> None:
        self.powers: Powers = np.zeros(0)
        self._rate, self._curve = sample_rate, curve
        self._rest: Powers = np.zeros(0)  # squares of samples that do not fill a frame yet
        self._frames = 0  # that are filled
        self._recent: Powers = np.zeros((2, _SHORT // 2))  # sums of squares and samples of frames before

    def add(self, block: NDArray[np.float32], last: bool) -> None:
        """Take the next samples; after the last ones, what is left counts as a frame."""
        squares = np.concatenate([self._rest, block.astype(float) ** 2])
        start = self._find_edge(self._frames)
        count = max(0, int((start + len(squares)) / (STEP * self._rate) + 0.5) - self._frames)
        while self._find_edge(self._frames + count) > start + len(squares):
            count -= 1
        edges = np.array([self._find_edge(self._frames + n) - start for n in range(count + 1)], int)
        if last and edges[-1] < len(squares):
            edges, count = np.append(edges, len(squares)), count + 1
        if count:
            sums = np.add.reduceat(squares[: edges[-1]], edges[:-1])
            new = np.stack([sums, np.diff(edges)])
            self._recent = np.concatenate([self._recent, new], axis=1)
        if last:
            self._recent = np.pad(self._recent, ((0, 0), (0, _SHORT // 2 - 1)))
        self._rest, self._frames = squares[edges[-1] :], self._frames + count
        self._average()

    def _average(self) -> None:
        """Make powers of all sums that are complete, and keep those that the next power needs."""
        if self._recent.shape[1] < _SHORT:
            return
        sums, samples = (np.convolve(row, np.ones(_SHORT), "valid") for row in self._recent)
        self._recent = self._recent[:, 1 - _SHORT :]
        new = sums / np.maximum(samples, 1) / self._curve.own_rms**2
        self.powers = np.concatenate([self.powers, new])

    def _find_edge(self, frame: int) -> int:
        """Return the sample at which a frame begins, whose middle is ``frame`` steps from the start."""
        return max(0, round((frame - 0.5) * STEP * self._rate))
