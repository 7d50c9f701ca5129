"""Recordings as codes in memory, cut into excerpts of whole frames with what a WaveNet is told of them.

With notes it is what they do not predict (:mod:`audiostyle.translation.wavenet.lpc`) that is coded.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from audiostyle.errors import TrainingError
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.midi import read_midi
from audiostyle.music.performance import Performance, shift_performance
from audiostyle.sound.reading import read_audio
from audiostyle.sound.resampling import resample
from audiostyle.translation.note_grid import truncate_overlaps
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import HOP, compute_conditioning
from audiostyle.translation.wavenet.lpc import LinearPredictor


class Place(NamedTuple):
    """Where an excerpt lies: the recording's number, and the excerpt's first frame."""

    recording: int
    first: int


class CodedExcerpts:
    """Random excerpts of recordings; a minute takes a megabyte.

    Args:
        files: audio, and MIDI of its notes or None; each is drawn as often as it is long.
        frames: length of an excerpt; shorter recordings are left out.
        hop: samples in a frame.
        companding: of the domain, or what makes one of the recordings' waves.
        prediction: of the domain, whose recordings all have notes; None to code them as they are.

    Raises:
        TrainingError: no recording is long enough.
        AudioReadError: one cannot be read.
    """

    def __init__(
        self,
        files: Iterable[tuple[Path, Path | None]],
        frames: int,
        *,
        hop: int = HOP,
        companding: Companding | Callable[[Iterable[np.ndarray]], Companding] = Companding.from_peaks,
        prediction: LinearPredictor | None = None,
    ) -> None:
        pairs = [
            (_wave(audio), truncate_overlaps(read_midi(midi)) if midi else None) for audio, midi in files
        ]
        pairs = [(wave, notes) for wave, notes in pairs if len(wave) >= frames * hop]
        if not pairs:
            seconds = frames * hop / WAVENET_RATE
            raise TrainingError(f"no recording is as long as an excerpt of {seconds:.1f} s; add longer ones")
        self.frames, self.hop = frames, hop
        self.rms = float(np.sqrt(np.mean([np.mean(wave**2) for wave, _ in pairs])))
        self._notes = [notes for _, notes in pairs]
        self.prediction = prediction
        waves = [self._coded(wave, notes) for wave, notes in pairs]
        self.companding = companding if isinstance(companding, Companding) else companding(waves)
        self._codes = [self.companding.encode(wave) for wave in waves]
        lengths = np.array([len(codes) for codes in self._codes])
        self.seconds = float(lengths.sum() / WAVENET_RATE)
        self._share = lengths / lengths.sum()

    def draw(self, rng: np.random.Generator) -> Place:
        """Return the place of a random excerpt."""
        recording = int(rng.choice(len(self._codes), p=self._share))
        return Place(recording, int(rng.integers(0, self._room(recording) + 1)))

    def spread(self, count: int) -> Iterator[Place]:
        """Yield ``count`` places spread evenly over the recordings."""
        for place in (np.arange(count) + 0.5) / count * len(self._codes):
            recording = int(place)
            yield Place(recording, int((place - recording) * self._room(recording)))

    def codes(self, place: Place) -> np.ndarray:
        """(frames · hop,) uint8."""
        return self._codes[place.recording][place.first * self.hop :][: self.frames * self.hop]

    def condition(self, place: Place) -> np.ndarray:
        """(frames, WIDTH) float32, of a recording with notes and frames of :data:`HOP`."""
        notes = self._notes[place.recording]
        assert notes is not None
        return compute_conditioning(notes, place.first, self.frames)

    def played(self, place: Place, amplitudes: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the wave that an excerpt's decoder means by blocks of amplitudes (n,)."""
        waves, notes = self.companding.expand(amplitudes), self._notes[place.recording]
        if notes is None or self.prediction is None:
            return waves
        return self.prediction.restore(
            waves, shift_performance(notes, place.first * self.hop / WAVENET_RATE)
        )

    def _coded(self, wave: np.ndarray, notes: Performance | None) -> np.ndarray:
        """Return what of a recording is coded."""
        if self.prediction is None:
            return wave
        assert notes is not None
        return self.prediction.compute_residual(wave, notes)

    def _room(self, recording: int) -> int:
        return len(self._codes[recording]) // self.hop - self.frames


def _wave(path: Path) -> np.ndarray:
    wave, rate = read_audio(path)
    return resample(wave.mean(axis=0, keepdims=True), rate, WAVENET_RATE)[0]
