"""Recordings as codes in memory, cut into excerpts of whole frames with what a WaveNet is told of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr

from audiostyle.errors import TrainingError
from audiostyle.models.wavenet import SAMPLE_RATE
from audiostyle.translation.companding import Companding
from audiostyle.translation.conditions import HOP, conditions
from audiostyle.translation.midi import read_midi

Item = tuple[np.ndarray, np.ndarray]
"""Codes (frames · HOP,) uint8, and condition (frames, WIDTH) float32."""


class CodedExcerpts:
    """Random excerpts of recordings with notes; a minute takes a megabyte.

    Args:
        files: pairs of audio and MIDI; each is drawn as often as it is long.
        frames: length of an excerpt; shorter recordings are left out.
        companding: of the domain, or None to fit it to the recordings.

    Raises:
        TrainingError: no recording is long enough.
    """

    def __init__(
        self, files: Iterable[tuple[Path, Path]], frames: int, companding: Companding | None = None
    ) -> None:
        pairs = [(_wave(audio), read_midi(midi)) for audio, midi in files]
        pairs = [(wave, notes) for wave, notes in pairs if len(wave) >= frames * HOP]
        if not pairs:
            seconds = frames * HOP / SAMPLE_RATE
            raise TrainingError(f"no recording is as long as an excerpt of {seconds:.1f} s; add longer ones")
        self.frames, self.companding = frames, companding or Companding.fitted(wave for wave, _ in pairs)
        self.rms = float(np.sqrt(np.mean([np.mean(wave**2) for wave, _ in pairs])))
        self._codes = [self.companding.encode(wave) for wave, _ in pairs]
        self._notes = [notes for _, notes in pairs]
        lengths = np.array([len(codes) for codes in self._codes])
        self.seconds = float(lengths.sum() / SAMPLE_RATE)
        self._share = lengths / lengths.sum()

    def draw(self, rng: np.random.Generator) -> Item:
        """Return a random excerpt."""
        index = int(rng.choice(len(self._codes), p=self._share))
        return self._cut(index, int(rng.integers(0, len(self._codes[index]) // HOP - self.frames + 1)))

    def spread(self, count: int) -> Iterator[Item]:
        """Yield ``count`` excerpts spread evenly over the recordings."""
        for place in (np.arange(count) + 0.5) / count * len(self._codes):
            index = int(place)
            room = len(self._codes[index]) // HOP - self.frames
            yield self._cut(index, int((place - index) * room))

    def _cut(self, index: int, first: int) -> Item:
        codes = self._codes[index][first * HOP : (first + self.frames) * HOP]
        return codes, conditions(self._notes[index], first, self.frames)


def _wave(path: Path) -> np.ndarray:
    wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return soxr.resample(wave.mean(axis=1), rate, SAMPLE_RATE).astype(np.float32)
