"""A sampled instrument: recordings of single notes, and which of them a key plays at which velocity."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOUDEST = 127
"""The highest velocity."""


@dataclass(frozen=True)
class Zone:
    """One recording, and when it is played.

    Attributes:
        path: of the recording.
        pitch: at which it was recorded, a MIDI number, with a fraction where it was out of tune.
        keys: lowest and highest key that play it, both included.
        velocities: softest and loudest velocity that play it, both included.
        gain: factor on the recording.
        tracking: how far the level follows the velocity, 0 (not at all) to 1 (as the square of the velocity).
        attack: seconds in which the recording is faded in.
        release: seconds in which it falls by 60 dB after the key is released.
        loop: first and last sample of a part that is repeated while the key is held; None without one.
        start, end: first sample and sample after the last of what is played; None is the whole recording.
        sounds_on_release: whether it is played when the key is released, instead of when it is struck.
        decay: decibels a second by which a recording of a release gets softer the longer the note was held.

    Example:
        >>> Zone(Path("C4.wav"), pitch=60, keys=(59, 61)).contains(60, 100)
        True
    """

    path: Path
    pitch: float
    keys: tuple[int, int]
    velocities: tuple[int, int] = (1, LOUDEST)
    gain: float = 1.0
    tracking: float = 1.0
    attack: float = 0.0
    release: float = 0.5
    loop: tuple[int, int] | None = None
    start: int = 0
    end: int | None = None
    sounds_on_release: bool = False
    decay: float = 0.0

    def contains(self, key: int, velocity: int) -> bool:
        """Return whether a key that is struck at a velocity plays this zone."""
        return self.keys[0] <= key <= self.keys[1] and self.velocities[0] <= velocity <= self.velocities[1]

    def get_level(self, velocity: int) -> float:
        """Return the factor on the recording at a velocity: the square of its share, as far as it is tracked.

        Example:
            >>> zone = Zone(Path("C4.wav"), pitch=60, keys=(60, 60), gain=0.5)
            >>> zone.get_level(127), round(zone.get_level(64), 3)
            (0.5, 0.127)
        """
        return self.gain * float((max(velocity, 1) / LOUDEST) ** (2 * self.tracking))


@dataclass(frozen=True)
class SampledInstrument:
    """The zones of an instrument.

    Attributes:
        name: of the folder or file that it was read from.
        zones: at least one that sounds when a key is struck.
        remarks: what was left out or ignored, a sentence each.

    Example:
        >>> SampledInstrument("one", (Zone(Path("C4.wav"), 60, (58, 62)),)).range
        (58, 62)
    """

    name: str
    zones: tuple[Zone, ...]
    remarks: tuple[str, ...] = ()

    @property
    def range(self) -> tuple[int, int]:
        """The lowest and the highest key that sound."""
        struck = [zone.keys for zone in self.zones if not zone.sounds_on_release]
        return min(low for low, _ in struck), max(high for _, high in struck)

    def find_zones(self, key: int, velocity: int, *, on_release: bool = False) -> list[Zone]:
        """Return the zones that a key plays at a velocity; where none fits, the nearest one.

        Between two dynamics with a gap the nearer one is played, and so it is with keys.
        """
        candidates = [zone for zone in self.zones if zone.sounds_on_release == on_release]
        found = [zone for zone in candidates if zone.contains(key, velocity)]
        if found or on_release or not candidates:
            return found
        return [min(candidates, key=lambda zone: _measure_gap(zone, key, velocity))]


def _measure_gap(zone: Zone, key: int, velocity: int) -> tuple[int, int]:
    """Return how far a key, and then a velocity, is beyond what a zone is for."""
    return _measure_distance(key, zone.keys), _measure_distance(velocity, zone.velocities)


def _measure_distance(value: int, limits: Sequence[int]) -> int:
    return max(limits[0] - value, value - limits[1], 0)
