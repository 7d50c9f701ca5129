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
    meter = MixtureMeter(sample_rate, channels)
    spool: Spool | None = None
    try:
        for wet, dry, rest in parts:
            meter.add(wet, dry)
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
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._weightings = [KWeighting(channels, sample_rate) for _ in range(2)]
        weights = compute_channel_weights(channels)
        self._wet, self._both, self._dry = (StepPowers(sample_rate, weights) for _ in range(3))

    def add(self, wet: Block, dry: Block) -> None:
        """Measure the next blocks (channels, n) of both."""
        one, other = (
            weighting.process(part) for weighting, part in zip(self._weightings, (wet, dry), strict=True)
        )
        self._wet.add(one, one)
        self._both.add(one, other)
        self._dry.add(other, other)

    def compute_gains(self, strength: float = 1.0) -> Mixture:
        """Return the gains with which the mixture is as loud as the recording.

        Args:
            strength: share of the result, above 0, after it was made as loud as the recording.
        """
        wet, both, dry = (powers.compute_blocks() for powers in (self._wet, self._both, self._dry))
        target = integrate_loudness(dry)
        gain = _compute_gain(wet, target, _MOST)
        own, other = strength * gain, 1 - strength
        mixed = own**2 * wet + 2 * own * other * both + other**2 * dry
        whole = _compute_gain(mixed.clip(min=0), target, _MOST_OF_MIXTURE) if other else 1.0
        return Mixture(whole * own, whole * other)


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
