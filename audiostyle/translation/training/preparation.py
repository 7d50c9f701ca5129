"""Preparation of a user's recordings for the training of a decoder.

Every recording becomes mono FLAC files of a minute at 44.1 kHz, each with a MIDI file of its notes: those of
a ``.mid`` file next to the recording, if there is one, else those that the shared encoder transcribes.  What
was prepared before is kept, so an interrupted preparation goes on where it stopped.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from audiostyle.errors import AudioReadError, TrainingError
from audiostyle.models.spectral_decoder import DECODER_RATE
from audiostyle.music.midi import read_midi, write_midi
from audiostyle.music.performance import Performance, crop_performance
from audiostyle.progress import Progress
from audiostyle.sound.atomic import explain_audio_errors
from audiostyle.sound.blocks import mark_last
from audiostyle.sound.loudness import measure_sounding_rms
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import Recording
from audiostyle.sound.writing import AudioWriter
from audiostyle.temporaries import Temporary
from audiostyle.training.recordings import find_recordings, keep_readable
from audiostyle.translation.encoders import Encoder

_log = logging.getLogger(__name__)

Item = TypeVar("Item")

PIECE_SECONDS = 60.0
"""Length of the pieces that recordings are cut into."""


def prepare_recordings(
    folder: Path, out: Path, encoder: Encoder, progress: Progress | None = None
) -> list[tuple[Path, Path]]:
    """Prepare every recording in a folder and below it that can be read; the others are named in the log.

    Args:
        folder: searched through.
        out: where the pieces go.
        encoder: transcribes recordings without a MIDI file.
        progress: called with the number of recordings that are done, and of all.

    Returns:
        Pairs of audio and MIDI of all pieces, in order.

    Raises:
        TrainingError: there is no recording below ``folder``, or none that can be read.
        AudioWriteError: ``out`` cannot be written.

    Example:
        >>> import soundfile, tempfile
        >>> from audiostyle.translation.translator import Translator
        >>> folder = Path(tempfile.mkdtemp())
        >>> soundfile.write(folder / "noise.wav", np.random.default_rng(0).uniform(-0.1, 0.1, 9000), 44100)
        >>> encoder = Translator.from_pretrained().encoder
        >>> [(audio.name, midi.name) for audio, midi in prepare_recordings(folder, folder / "out", encoder)]
        [('0000.flac', '0000.mid')]
    """
    found = keep_readable(find_recordings(folder, out))
    pieces: list[Path] = []
    problems: list[str] = []
    for number, path in enumerate(found):
        done = out / _fingerprint(path)
        try:
            if not done.is_dir():
                performance = _read_or_transcribe_notes(path, encoder)
                _cut_into(done, path, performance)
        except AudioReadError as error:  # which shows only when all of it is read
            _log.warning("left out: %s", error)
            problems.append(str(error))
        pieces += sorted(done.glob("*.flac"))
        if progress:
            progress(number + 1, len(found))
    if not pieces:
        raise TrainingError(problems[0])
    return [(audio, audio.with_suffix(".mid")) for audio in pieces]


def hold_out(pairs: list[Item]) -> tuple[list[Item], list[Item]]:
    """Split pieces into those for training and held-out ones: every tenth, or at least the middle one.

    Args:
        pairs: pieces, such as pairs of audio and MIDI; none equals another.

    Returns:
        Those for training, and those that are held out; of a single piece, nothing is left for training.

    Example:
        >>> hold_out(list("abcde"))
        (['a', 'b', 'd', 'e'], ['c'])
    """
    held_out = pairs[5::10] or pairs[len(pairs) // 2 : len(pairs) // 2 + 1]
    return [pair for pair in pairs if pair not in held_out], held_out


def _fingerprint(path: Path) -> str:
    """Return a name that changes with a recording or its notes, so that changed ones are prepared again."""
    files = [p for p in (path, path.with_suffix(".mid")) if p.is_file()]
    states = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return hashlib.sha256(repr(states).encode()).hexdigest()[:16]


def _read_or_transcribe_notes(path: Path, encoder: Encoder) -> Performance:
    """Return the notes of the MIDI file next to a recording, or else transcribe it."""
    score = path.with_suffix(".mid")
    if score.is_file():
        return read_midi(score)
    with AudioReader(path) as reader:
        recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
        rate = encoder.sample_rate
        level = measure_sounding_rms(recording.read_mono(rate), rate)
        transcription = encoder.transcribe(recording.read_mono(rate), level)
    return transcription.to_performance()


def _cut_into(done: Path, path: Path, performance: Performance) -> None:
    """Write a recording's pieces into a folder that appears when all are there."""
    with explain_audio_errors(str(done.parent)):
        done.parent.mkdir(parents=True, exist_ok=True)
        part = Temporary(done.parent, is_folder=True)
        try:
            _cut(path, performance, part.path)
            if not done.is_dir():  # otherwise another training has prepared it meanwhile
                os.replace(part.path, done)
        finally:
            part.delete()


def _cut(path: Path, performance: Performance, folder: Path) -> None:
    """Write a recording's pieces, each with its notes, into ``folder``."""
    with AudioReader(path) as reader:
        for minute, wave in enumerate(_read_pieces(reader)):
            stem = folder / f"{minute:04d}"
            with AudioWriter(
                stem.with_suffix(".flac"), DECODER_RATE, 1, subtype="PCM_24", clip="clamp"
            ) as writer:
                writer.write(wave[None])
            write_midi(
                crop_performance(performance, minute * PIECE_SECONDS, PIECE_SECONDS), stem.with_suffix(".mid")
            )


def _read_pieces(reader: AudioReader) -> Iterator[np.ndarray]:
    """Yield the recording in mono at 44.1 kHz, a minute at a time."""
    recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
    size, pending = int(PIECE_SECONDS * DECODER_RATE), np.zeros(0, np.float32)
    for mono, last in mark_last(recording.read_mono(DECODER_RATE)):
        pending = np.concatenate([pending, mono])
        while len(pending) >= size or (last and len(pending)):
            yield pending[:size]
            pending = pending[size:]
