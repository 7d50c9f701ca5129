"""Random excerpts of recordings with their notes, which depend on nothing but the random generator."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from audiostyle.errors import TrainingError
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.music.midi import read_midi
from audiostyle.music.performance import Performance, crop_performance
from audiostyle.training.sampling import draw_by_length


class CorpusExcerpts:
    """Random excerpts of recordings with notes (see :mod:`audiostyle.music.corpus`).

    Args:
        files: pairs of audio and MIDI, all of one sample rate; each is drawn as often as it is long.
        frames: length of an excerpt in note grid frames, 86.13 a second; shorter recordings are left out.

    Raises:
        TrainingError: no recording is long enough.

    Example:
        >>> import tempfile
        >>> from audiostyle.music.midi import write_midi
        >>> audio = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 22050), 22050)
        >>> write_midi(Performance(), audio.with_suffix(".mid"))
        >>> excerpts = CorpusExcerpts([(audio, audio.with_suffix(".mid"))], frames=64)
        >>> wave, performance = excerpts.draw(np.random.default_rng(0))
        >>> wave.shape, len(performance.notes)
        ((16128,), 0)
    """

    def __init__(self, files: Iterable[tuple[Path, Path]], frames: int) -> None:
        files = list(files)
        infos = [soundfile.info(audio) for audio, _ in files]
        self.frames = frames
        self.sample_rate = infos[0].samplerate if infos else 0
        self.samples = round((frames - 1) * self.sample_rate / FRAME_RATE)
        kept = [
            (pair, info.frames) for pair, info in zip(files, infos, strict=True) if info.frames > self.samples
        ]
        if not kept:
            seconds = frames / FRAME_RATE
            raise TrainingError(f"no recording is longer than an excerpt of {seconds:.0f} s; add longer ones")
        self.files = [pair for pair, _ in kept]
        self.lengths = [length for _, length in kept]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, Performance]:
        """Draw an excerpt: its wave (samples,), and its notes in seconds from its start."""
        index = draw_by_length(self.lengths, rng)
        return self.cut(index, int(rng.integers(0, self.lengths[index] - self.samples)))

    def spread(self, count: int) -> Iterator[tuple[np.ndarray, Performance]]:
        """Yield about ``count`` excerpts that are spread evenly over all recordings."""
        step = max(self.samples + 1, sum(self.lengths) // max(count, 1))
        for index, length in enumerate(self.lengths):
            for start in range(0, length - self.samples, step):
                yield self.cut(index, start)

    def cut(self, index: int, start: int) -> tuple[np.ndarray, Performance]:
        """Return the excerpt of one recording that begins at sample ``start``."""
        audio, midi = self.files[index]
        wave, _ = soundfile.read(audio, self.samples, start, dtype="float32")
        return wave, crop_performance(_read_notes(midi), start / self.sample_rate, self.frames / FRAME_RATE)


@lru_cache(maxsize=4096)
def _read_notes(midi: Path) -> Performance:
    return read_midi(midi)
