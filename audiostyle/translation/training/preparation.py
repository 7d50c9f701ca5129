"""A user's recordings, or rendered ones, made ready for training a decoder.

Every recording becomes a mono FLAC at 44.1 kHz with a MIDI file of its notes: those of a ``.mid`` beside it,
if there is one, else those that the shared encoder hears.  What was prepared before is kept, so an
interrupted preparation goes on.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile

from audiostyle.models.spectral_decoder import DECODER_RATE
from audiostyle.music.midi import read_midi, write_midi
from audiostyle.music.performance import Performance, crop_performance
from audiostyle.sound.atomic import explain_audio_errors
from audiostyle.sound.blocks import mark_last
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import Recording
from audiostyle.sound.resampling import Resampler
from audiostyle.sound.units import compute_rms
from audiostyle.training.recordings import find_recordings
from audiostyle.translation.encoders import Encoder

Item = TypeVar("Item")
PIECE_SECONDS = 60.0


def prepare_recordings(
    folder: Path, out: Path, encoder: Encoder, progress: Callable[[int, int], None] | None = None
) -> list[tuple[Path, Path]]:
    """Prepare every recording below ``folder`` into ``out``, cut into minutes.

    Returns:
        Pairs of audio and MIDI, in order.

    Raises:
        TrainingError: there is no recording below ``folder``.
        AudioReadError: one of them cannot be read.
        AudioWriteError: ``out`` cannot be written.
    """
    found = find_recordings(folder, out)
    pieces: list[Path] = []
    for number, path in enumerate(found):
        done = out / _fingerprint(path)
        if not done.is_dir():
            performance = _read_or_transcribe_notes(path, encoder)
            part = out / f".{done.name}.part"
            shutil.rmtree(part, ignore_errors=True)
            with explain_audio_errors(str(out)):
                part.mkdir(parents=True)
                _cut(path, performance, part)
                os.replace(part, done)
        pieces += sorted(done.glob("*.flac"))
        if progress:
            progress(number + 1, len(found))
    return [(audio, audio.with_suffix(".mid")) for audio in pieces]


def hold_out(pairs: list[Item]) -> tuple[list[Item], list[Item]]:
    """Return (for training, held out): every tenth minute, the middle one at least, is held out."""
    held_out = pairs[5::10] or pairs[len(pairs) // 2 : len(pairs) // 2 + 1]
    return [pair for pair in pairs if pair not in held_out], held_out


def _fingerprint(path: Path) -> str:
    """Return a name for a recording and its notes as they are now: what was changed is prepared again."""
    files = [p for p in (path, path.with_suffix(".mid")) if p.is_file()]
    states = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return hashlib.sha256(repr(states).encode()).hexdigest()[:16]


def _read_or_transcribe_notes(path: Path, encoder: Encoder) -> Performance:
    score = path.with_suffix(".mid")
    if score.is_file():
        return read_midi(score)
    with AudioReader(path) as reader:
        recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
        level = compute_rms(recording.read_mono(encoder.sample_rate))
        transcription = encoder.transcribe(recording.read_mono(encoder.sample_rate), level)
    return transcription.to_performance()


def _cut(path: Path, performance: Performance, folder: Path) -> None:
    """Write a recording's minutes, each with its notes, into ``folder``."""
    with AudioReader(path) as reader:
        for minute, wave in enumerate(_minutes(reader)):
            stem = folder / f"{minute:04d}"
            soundfile.write(stem.with_suffix(".flac"), np.clip(wave, -1, 1), DECODER_RATE, "PCM_24")
            write_midi(
                crop_performance(performance, minute * PIECE_SECONDS, PIECE_SECONDS), stem.with_suffix(".mid")
            )


def _minutes(reader: AudioReader) -> Iterator[np.ndarray]:
    """Yield the recording in mono at 44.1 kHz, a minute at a time."""
    resampler = Resampler(reader.info.sample_rate, DECODER_RATE, 1)
    size, waiting = int(PIECE_SECONDS * DECODER_RATE), np.zeros(0, np.float32)
    for block, last in mark_last(reader.blocks(1 << 20)):
        waiting = np.concatenate([waiting, resampler.process(block.mean(axis=0, keepdims=True), last)[0]])
        while len(waiting) >= size or (last and len(waiting)):
            yield waiting[:size]
            waiting = waiting[size:]
