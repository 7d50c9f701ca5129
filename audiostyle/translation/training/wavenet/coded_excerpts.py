"""Recordings as mu-law codes in memory, cut into excerpts of whole frames with their conditioning.

Of recordings with notes, the residual of linear prediction is coded; see translation.wavenet.lpc.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from audiostyle.errors import TrainingError
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.midi import read_midi
from audiostyle.music.performance import Performance, shift_performance
from audiostyle.sound.recording import read_mono
from audiostyle.training.sampling import draw_by_length
from audiostyle.translation.note_grid import truncate_overlaps
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.conditioning import HOP, compute_conditioning
from audiostyle.translation.wavenet.lpc import LinearPredictor


class Place(NamedTuple):
    """Where an excerpt lies: the number of the recording, and the excerpt's first frame."""

    recording: int
    first: int


class CodedExcerpts:
    """Random excerpts of recordings; a minute takes a megabyte of memory.

    Args:
        files: audio, and MIDI of its notes or None; each is drawn as often as it is long.
        frames: length of an excerpt; shorter recordings are left out.
        hop: samples in a frame.
        companding: of the domain, or a function that fits one to the waves that are coded.
        prediction: linear prediction of the domain, whose recordings all have notes; None codes the
            recordings themselves.

    Attributes:
        rms: root mean square of the recordings, full scale being 1.
        seconds: length of all recordings.

    Raises:
        TrainingError: no recording is long enough.
        AudioReadError: one cannot be read.

    Example:
        >>> import tempfile, soundfile
        >>> audio = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 16000), 16000)
        >>> excerpts = CodedExcerpts([(audio, None)], frames=40, hop=100)
        >>> place = excerpts.draw(np.random.default_rng(0))
        >>> excerpts.codes(place).shape, excerpts.codes(place).dtype
        ((4000,), dtype('uint8'))
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
            (_read_wave(audio), truncate_overlaps(read_midi(midi)) if midi else None) for audio, midi in files
        ]
        pairs = [(wave, notes) for wave, notes in pairs if len(wave) >= frames * hop]
        if not pairs:
            seconds = frames * hop / WAVENET_RATE
            raise TrainingError(f"no recording is as long as an excerpt of {seconds:.1f} s; add longer ones")
        self.frames, self.hop = frames, hop
        self.rms = float(np.sqrt(np.mean([np.mean(wave**2) for wave, _ in pairs])))
        self._notes = [notes for _, notes in pairs]
        self.prediction = prediction
        waves = [self._get_coded_wave(wave, notes) for wave, notes in pairs]
        self.companding = companding if isinstance(companding, Companding) else companding(waves)
        self._codes = [self.companding.encode(wave) for wave in waves]
        self._lengths = [len(codes) for codes in self._codes]
        self.seconds = sum(self._lengths) / WAVENET_RATE

    def draw(self, rng: np.random.Generator) -> Place:
        """Draw the place of an excerpt."""
        recording = draw_by_length(self._lengths, rng)
        return Place(recording, int(rng.integers(0, self._count_starts(recording) + 1)))

    def spread(self, count: int) -> Iterator[Place]:
        """Yield ``count`` places that are spread evenly over the recordings."""
        for place in (np.arange(count) + 0.5) / count * len(self._codes):
            recording = int(place)
            yield Place(recording, int((place - recording) * self._count_starts(recording)))

    def codes(self, place: Place) -> np.ndarray:
        """Return the mu-law codes of an excerpt, (frames · hop,) uint8."""
        return self._codes[place.recording][place.first * self.hop :][: self.frames * self.hop]

    def condition(self, place: Place) -> np.ndarray:
        """Return the conditioning (frames, WIDTH) float32 of an excerpt of a recording with notes."""
        notes = self._notes[place.recording]
        assert notes is not None
        return compute_conditioning(notes, place.first, self.frames)

    def restore(self, place: Place, amplitudes: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the wave that blocks (n,) of coded amplitudes stand for at the place of an excerpt."""
        waves, notes = self.companding.expand(amplitudes), self._notes[place.recording]
        if notes is None or self.prediction is None:
            return waves
        return self.prediction.restore(waves, shift_performance(notes, place.first * self.hop / WAVENET_RATE))

    def _get_coded_wave(self, wave: np.ndarray, notes: Performance | None) -> np.ndarray:
        """Return what is coded of a recording: its residual, or itself without linear prediction."""
        if self.prediction is None:
            return wave
        assert notes is not None
        return self.prediction.compute_residual(wave, notes)

    def _count_starts(self, recording: int) -> int:
        """Return the last frame at which an excerpt of a recording can start."""
        return len(self._codes[recording]) // self.hop - self.frames


def _read_wave(path: Path) -> np.ndarray:
    """Read a recording as a mono wave (n,) at 16 kHz."""
    return read_mono(path, WAVENET_RATE)
