"""The one place where a result's level is decided: it becomes as loud as the recording that it was made of.

Loudness is that of :mod:`.loudness`: of what sounds, of every channel by itself.  It is known only when the
whole result is, so the result waits in a temporary file meanwhile.  Where a result is mixed with the
recording, the mixture as a whole is made as loud as the recording too: two sounds of one loudness that have
nothing else in common would lose 3 dB where they meet in the middle.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audiostyle.sound.atomic import STANDARD_OUTPUT, explain_audio_errors
from audiostyle.sound.loudness import KWeighting, StepPowers, compute_channel_weights, integrate_loudness
from audiostyle.sound.spool import Spool

Block = NDArray[np.float32]

_FRAMES = 1 << 16  # samples that are read back at a time
_MOST = 1e6  # gain (120 dB), beyond which single precision has nothing left
_PAIRS = (0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)  # of result, recording, and what is added to both
_HALVINGS = 11  # of 24 dB: a hundredth of a decibel
_MOST_OF_MIXTURE = 4.0  # gain (12 dB): two sounds that cancel each other by chance are not amplified further


def choose_folder(out: str | Path) -> Path | None:
    """Choose where a result waits: beside the file that it becomes, where there must be room for it anyway.

    Example:
        >>> choose_folder("out/song.wav").name, choose_folder("-")
        ('out', None)
    """
    return None if str(out) == STANDARD_OUTPUT else Path(out).parent


class Mixture(NamedTuple):
    """With what gains a result and its recording are added.

    Attributes:
        wet: of the result.
        dry: of the recording.
    """

    wet: float
    dry: float


def match_loudness(
    parts: Iterable[tuple[Block, Block, Block | None]],
    sample_rate: int,
    channels: int,
    *,
    strength: float = 1.0,
    folder: Path | None = None,
) -> Iterator[Block]:
    """Mix a result with its recording, as loud as the recording.

    Args:
        parts: blocks (channels, n) of the result at any level, of the recording, and of what is added to both
            as it is, such as drums, or None; see
            :meth:`audiostyle.sound.recording.Recording.restore_balance`.
        sample_rate: in hertz.
        channels: of all blocks.
        strength: from the recording, 0, to the result, 1.
        folder: where the result waits; None is the system's folder for temporary files.

    Yields:
        Blocks (channels, n) of other lengths.

    Raises:
        AudioWriteError: there is no room for the temporary file.

    Example:
        >>> time = np.arange(8000, dtype=np.float32)
        >>> soft, loud = 0.01 * np.sin(time)[None], 0.5 * np.sin(0.9 * time)[None]
        >>> result, = match_loudness([(soft, loud, None)], 8000, 1)
        >>> round(float(result.max()), 1)
        0.5
    """
    if not strength:
        yield from (dry if rest is None else dry + rest for _, dry, rest in parts)
        return
    meter = MixtureMeter(sample_rate, channels, mixes=strength < 1)
    spool: Spool | None = None
    try:
        for wet, dry, rest in parts:
            meter.add(wet, dry, rest)
            kept = [wet, *([dry] if strength < 1 else []), *([] if rest is None else [rest])]
            with explain_audio_errors("the unfinished result"):
                spool = spool or Spool(folder, channels * len(kept))
                spool.append(np.concatenate(kept))
        if spool is None:
            return
        gains = meter.compute_gains(strength)
        for block in spool.blocks(_FRAMES):
            yield _mix(block, channels, gains, strength)
    finally:
        if spool is not None:
            spool.close()


class MixtureMeter:
    """Measures a result and its recording side by side, and says how to mix them.

    Args:
        sample_rate: in hertz.
        channels: of all blocks.
        mixes: whether both are going to be mixed; then their product counts.
    """

    def __init__(self, sample_rate: int, channels: int, *, mixes: bool = True) -> None:
        self._unused = None if mixes else (0, 1)
        self._weightings = [KWeighting(channels, sample_rate) for _ in range(3)]
        weights = compute_channel_weights(channels)
        self._products = [StepPowers(sample_rate, weights) for _ in _PAIRS]

    def add(self, wet: Block, dry: Block, rest: Block | None = None) -> None:
        """Measure the next blocks (channels, n) of both, and of what is added to both."""
        given = (wet, dry) if rest is None else (wet, dry, rest)
        weighted = [weighting.process(part) for weighting, part in zip(self._weightings, given, strict=False)]
        for products, pair in zip(self._products, _PAIRS, strict=True):
            if max(pair) < len(weighted) and pair != self._unused:
                products.add(weighted[pair[0]], weighted[pair[1]])

    def compute_gains(self, strength: float = 1.0) -> Mixture:
        """Return the gains with which the mixture is as loud as the recording.

        Where something is added to both, the sums are to be alike too: the gains may then be up to four times
        as large or as small.

        Args:
            strength: share of the result, above 0, after it was made as loud as the recording.
        """
        blocks = (products.compute_blocks() for products in self._products)
        wet, both, dry, wet_rest, dry_rest, rest = blocks
        target = integrate_loudness(dry)
        gain = _compute_gain(wet, target, _MOST)
        own, other = strength * gain, 1 - strength
        mixed = own**2 * wet + 2 * own * other * both + other**2 * dry
        whole = _compute_gain(mixed.clip(min=0), target, _MOST_OF_MIXTURE) if other else 1.0
        if rest.any():
            crossed = 2 * (own * wet_rest + other * dry_rest)
            whole *= _balance(whole**2 * mixed, whole * crossed, rest, dry + 2 * dry_rest + rest)
        return Mixture(whole * own, whole * other)


def _balance(
    mixed: NDArray[np.float64],
    crossed: NDArray[np.float64],
    rest: NDArray[np.float64],
    wanted: NDArray[np.float64],
) -> float:
    """Return the gain of a mixture, ¼ to 4, with which it and the rest are as loud as is wanted together.

    Args:
        mixed, crossed, rest: powers of blocks of the mixture, twice its products with the rest, the rest.
        wanted: powers of the recording.
    """
    target, low, high = integrate_loudness(wanted.clip(min=0)), 0.25, 4.0
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        sum_of_both = (middle**2 * mixed + middle * crossed + rest).clip(min=0)
        if integrate_loudness(sum_of_both) < target:
            low = middle
        else:
            high = middle
    return (low * high) ** 0.5


def _compute_gain(powers: NDArray[np.float64], target: float, most: float) -> float:
    """Return the gain with which blocks of these powers have the loudness ``target``; 1 for silence."""
    gain = 1.0
    for _ in range(2):  # the absolute gate depends on the level: measured again at the new one
        loudness = integrate_loudness(gain**2 * powers)
        if not np.isfinite(loudness):
            break
        gain *= 10 ** ((target - loudness) / 20)
    return float(min(gain, most))


def _mix(block: Block, channels: int, gains: Mixture, strength: float) -> Block:
    """Mix the parts of a block, which lie below each other: wet, dry where it is wanted, and the rest."""
    wet, *others = (block[start : start + channels] for start in range(0, len(block), channels))
    result = np.float32(gains.wet) * wet
    if strength < 1:
        result += np.float32(gains.dry) * others.pop(0)
    for part in others:
        result += part
    return result
