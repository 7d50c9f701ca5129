"""Short recordings put together, such as single notes, until there are pieces to train and to validate on."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.models.spectral_decoder import DECODER_RATE
from audiostyle.music.curves import NoteCurves
from audiostyle.music.midi import read_midi, write_midi
from audiostyle.music.performance import Performance, shift_performance
from audiostyle.sound.writing import AudioWriter

SHORTEST_PIECE = 10.5
"""Seconds; an excerpt to validate on must fit."""

_USUAL_PIECE = 21.0  # seconds: however unequal recordings are, no piece is shorter than half of it
_GAP = 0.25  # seconds of silence between two
_FADE = 0.01  # seconds at the ends of each, which may be cut off in the middle of a sound

Pair = tuple[Path, Path]


def join_short(pairs: Sequence[Pair], out: Path) -> list[Pair]:
    """Put the recordings together that are too short for an excerpt; the others stay as they are.

    They are dealt out like cards: each piece has notes from all over the instrument's range, where recordings
    are in the order of a scale, so that those held out for validation leave no part of it unlearned.

    Args:
        pairs: audio and MIDI, mono at 44.1 kHz.
        out: where the pieces go; those that are there are kept.

    Returns:
        Pairs of audio and MIDI, each at least `SHORTEST_PIECE` long: recordings that are long enough, then
        the pieces.  Where all short ones together do not come to that, they are left out.

    Raises:
        TrainingError: ``out`` cannot be written.

    Example:
        >>> import tempfile
        >>> folder, hum = Path(tempfile.mkdtemp()), 0.1 * np.sin(0.1 * np.arange(3 * DECODER_RATE))
        >>> pairs = [(folder / f"{pitch}.flac", folder / f"{pitch}.mid") for pitch in range(60, 68)]
        >>> for audio, midi in pairs:
        ...     soundfile.write(audio, hum, DECODER_RATE)
        ...     write_midi(Performance(), midi)
        >>> [round(soundfile.info(audio).duration) for audio, _ in join_short(pairs, folder)]
        [13, 13]
    """
    lengths = {pair: soundfile.info(pair[0]).duration for pair in pairs}
    long = [pair for pair in pairs if lengths[pair] >= SHORTEST_PIECE]
    short = [pair for pair in pairs if lengths[pair] < SHORTEST_PIECE]
    groups = _deal(short, [lengths[pair] + _GAP for pair in short])
    return long + [_join(group, out) for group in groups]


def _deal(pairs: Sequence[Pair], lengths: Sequence[float]) -> list[list[Pair]]:
    """Deal recordings out to pieces that are long enough, each to the one that is the shortest so far."""
    count = max(2, int(sum(lengths) / _USUAL_PIECE))
    while count:
        groups: list[list[Pair]] = [[] for _ in range(count)]
        filled = np.zeros(count)
        for pair, length in zip(pairs, lengths, strict=True):
            shortest = int(filled.argmin())
            groups[shortest].append(pair)
            filled[shortest] += length
        if filled.min() >= SHORTEST_PIECE:
            return groups
        count -= 1
    return []


def _join(pairs: Sequence[Pair], out: Path) -> Pair:
    """Write recordings one after the other into a file that is called after them, with their notes."""
    names = repr([f"{audio.parent.name}/{audio.name}" for audio, _ in pairs])
    audio = out / f"joined-{hashlib.sha256(names.encode()).hexdigest()[:16]}.flac"
    midi = audio.with_suffix(".mid")
    if audio.exists() and midi.exists():
        return audio, midi
    waves, parts, start = [], [], 0
    for recording, notes in pairs:
        wave = _fade(soundfile.read(recording, dtype="float32")[0])
        waves += [wave, np.zeros(round(_GAP * DECODER_RATE), np.float32)]
        parts.append(shift_performance(read_midi(notes), -start / DECODER_RATE))
        start += sum(map(len, waves[-2:]))
    with write_atomically(midi, TrainingError) as temporary:
        write_midi(_concatenate(parts), temporary)
    with AudioWriter(audio, DECODER_RATE, 1, subtype="PCM_24", clip="clamp") as writer:
        writer.write(np.concatenate(waves)[None])
    return audio, midi


def _fade(wave: np.ndarray) -> np.ndarray:
    """Fade a wave in and out, in some hundredths of a second."""
    size = min(round(_FADE * DECODER_RATE), len(wave) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(size) / max(size, 1))).astype(np.float32)
    wave = wave.copy()
    wave[:size] *= ramp
    wave[len(wave) - size :] *= ramp[::-1]
    return wave


def _concatenate(parts: Sequence[Performance]) -> Performance:
    """Return the notes of all parts, whose times are right already."""
    curves = NoteCurves.concatenate([part.curves or NoteCurves.make_flat(len(part.notes)) for part in parts])
    return Performance(
        np.concatenate([part.notes for part in parts]),
        {channel: program for part in parts for channel, program in part.programs.items()},
        parts[0].bends,
        tuple(sorted(point for part in parts for point in part.expression)),
        curves if any(part.curves for part in parts) else None,
    )
