"""The stages of a translation, one recording at a time: transcribe it, then render its notes for a domain.

Every stage is a stream.  The recording is read once for its level, once for its notes and once for every
domain.  The level of a result is decided at the very end, by its loudness (:mod:`audiostyle.sound.leveling`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.performance import Performance
from audiostyle.progress import Progress
from audiostyle.sound.blocks import mark_last
from audiostyle.sound.leveling import match_loudness
from audiostyle.sound.loudness import measure_sounding_rms
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import ArraySource, Recording
from audiostyle.sound.resampling import Resampler, compute_resampled_length
from audiostyle.translation.encoders import Encoder
from audiostyle.translation.level_following import LevelCurve, follow_level
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.passes import PassProgress
from audiostyle.translation.segments import SegmentLength
from audiostyle.translation.synthesizers import Synthesizer
from audiostyle.translation.transcription import Transcription

Block = NDArray[np.float32]


@dataclass(frozen=True)
class Pipeline:
    """The way of one recording, with what its stages share.

    Attributes:
        source: the recording, which can be read several times.
        options: what is asked for.
        segment: how much networks compute at a time, for all stages, since it shrinks where memory runs out.
        passes: progress over the transcription and the rendering of every domain.
    """

    source: Recording
    options: TranslationOptions
    segment: SegmentLength
    passes: PassProgress

    @classmethod
    def of_wave(
        cls,
        wave: Block,
        sample_rate: int,
        options: TranslationOptions,
        passes: int,
        progress: Progress | None = None,
    ) -> "Pipeline":
        """Return the pipeline of a wave in memory.

        Args:
            wave: (samples,) or (channels, samples) float32.
            sample_rate: in hertz.
            options: what is asked for.
            passes: one for the transcription, and one for every domain.
            progress: called with the seconds of audio done and the seconds in all.
        """
        channels = np.atleast_2d(wave)
        source, seconds = ArraySource(channels), channels.shape[1] / sample_rate
        recording = Recording(source, sample_rate, len(channels), keep_drums=options.keep_drums)
        passes_done = PassProgress(passes, seconds, progress)
        return cls(recording, options, SegmentLength(options.segment), passes_done)

    @classmethod
    def of_file(
        cls, reader: AudioReader, options: TranslationOptions, passes: int, progress: Progress | None = None
    ) -> "Pipeline":
        """Return the pipeline of an open file; the other arguments are those of :meth:`of_wave`."""
        info = reader.info
        recording = Recording(reader, info.sample_rate, info.channels, keep_drums=options.keep_drums)
        seconds = info.frames and info.frames / info.sample_rate
        passes_done = PassProgress(passes, seconds, progress)
        return cls(recording, options, SegmentLength(options.segment), passes_done)

    def transcribe(self, encoder: Encoder) -> Transcription:
        """Find the notes of the mono downmix, or its latent, of the harmonic part if drums are kept.

        Peaks that were cut off are restored: where they are missing, notes are too.
        """
        rate = encoder.sample_rate
        rms = measure_sounding_rms(self.source.read_mono(rate), rate)
        blocks = self.passes.watch(self.source.read_mono(rate, declipped=True), rate)
        transcription = encoder.transcribe(blocks, rms, self.segment)
        return replace(transcription, seconds=self.source.samples / self.source.sample_rate)

    def render(
        self,
        transcription: Transcription,
        performance: Performance,
        synthesizer: Synthesizer,
        folder: Path | None = None,
        levels: LevelCurve | None = None,
    ) -> Iterator[Block]:
        """Yield the translation as blocks (channels, n) at the source's rate and of its length.

        It is as loud as the source, or as the source's harmonic part if drums are kept.

        Args:
            transcription: of the source; :meth:`transcribe` has read it to its end.
            performance: its notes, fitted to the domain.
            synthesizer: of the domain.
            folder: where the result waits until its loudness is known; None is the system's temporary folder.
            levels: what its level follows from moment to moment; None leaves it to the notes.
        """
        mono = render_at_rate(
            synthesizer,
            performance,
            self.source.samples,
            self.source.sample_rate,
            latent=transcription.latent,
            seed=self.options.seed,
            segment=self.segment,
            levels=levels,
            progress=self.passes.begin(),
        )
        rate, channels = self.source.sample_rate, self.source.channels
        parts = self.source.restore_balance(mono)
        yield from match_loudness(parts, rate, channels, strength=self.options.strength, folder=folder)


def render_at_rate(
    synthesizer: Synthesizer,
    performance: Performance,
    samples: int,
    sample_rate: int,
    *,
    latent: NDArray[np.float32] | None = None,
    seed: int = 0,
    segment: SegmentLength | None = None,
    levels: LevelCurve | None = None,
    progress: Progress | None = None,
) -> Iterator[Block]:
    """Yield ``samples`` samples of a performance at ``sample_rate`` hertz, as mono blocks (n,).

    Their level follows ``levels``, if there are any.  The other arguments are those of
    :meth:`.synthesizers.Synthesizer.synthesize`.
    """
    length = compute_resampled_length(samples, sample_rate, synthesizer.sample_rate)
    blocks = synthesizer.synthesize(
        performance, length, latent=latent, seed=seed, segment=segment, progress=progress
    )
    if levels is not None:
        blocks = follow_level(blocks, synthesizer.sample_rate, levels)
    resampler = Resampler(synthesizer.sample_rate, sample_rate, 1)
    for block, last in mark_last(blocks):
        yield resampler.process(block[None], last, samples if last else None)[0]
