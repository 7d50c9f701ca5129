"""Transcription: a stream of sound through the shared encoder to notes with curves, in constant memory.

The encoder gives onset, sounding, loudness and pitch deviation for every frame and key,
:mod:`.partial_levels` the level of its partials; :mod:`.tracking` makes notes of them.  The fourth part of
:class:`~audiostyle.models.encoder.EncoderOutput`, the latent, is not computed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple

import mido
import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.models.device import autocast_bfloat16, get_device
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.frontend import ENCODER_RATE, FLOOR, HOP
from audiostyle.models.loading import explain_misfits, load_weights
from audiostyle.models.manifest import WeightFile
from audiostyle.music.beats import Beats, find_beats
from audiostyle.music.curves import NoteCurves
from audiostyle.music.midi import make_midi, save_midi
from audiostyle.music.performance import Performance
from audiostyle.music.quantization import quantize_to_beats
from audiostyle.sound.blocks import cut_segments
from audiostyle.translation.partial_levels import CONTEXT, measure_partials
from audiostyle.translation.segments import SegmentLength, map_segments
from audiostyle.translation.source_level import WINDOW, measure_levels
from audiostyle.translation.tracking import NoteTracker

TRANSCRIPTION_RMS = 0.1
"""The root mean square to which every recording is scaled before it is encoded, as in training."""

SILENCE_RMS = 1e-4
"""Level (−80 dB) below which a recording is taken for silence and not scaled up to music."""


class Track(NamedTuple):
    """What a part is called in a MIDI file, and the General MIDI program 0–127 that it has there."""

    name: str
    program: int


@dataclass(frozen=True)
class Transcription:
    """What an encoder finds in a recording.

    Attributes:
        notes: rows of :data:`~audiostyle.music.notes.NOTE_DTYPE`, sorted by onset: onset and offset in
            seconds, MIDI pitch, velocity 1–127, and channel, which is 0.
        rms: root mean square of the recording, full scale ±1; what is synthesized becomes as loud.
        latent: (F, Z) float32, in place of notes, from an encoder that finds none; else None.
        seconds: length of the recording, where it is known.
        curves: how pitch and level of every note move, in the order of the notes; None where nobody knows.
        loudness: (F,) float32, the level of the recording's mono in decibels (full scale is 0), one value
            every :data:`~audiostyle.music.curves.STEP` seconds; None where nobody knows.

    Raises:
        ShapeError: there are curves for more notes or for fewer.

    Example:
        >>> from audiostyle.music.notes import NOTE_DTYPE
        >>> notes = np.array([(0.0, 0.5, 60, 100, 0), (0.5, 1.0, 64, 90, 0)], NOTE_DTYPE)
        >>> transcription = Transcription(notes, rms=0.1)
        >>> transcription.notes["pitch"] += 12
        >>> [message.note for message in transcription.to_midi() if message.type == "note_on"]
        [72, 76]
    """

    notes: NDArray[np.void]
    rms: float
    latent: NDArray[np.float32] | None = None
    seconds: float | None = None
    curves: NoteCurves | None = None
    loudness: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if self.curves is not None and len(self.curves) != len(self.notes):
            counts = f"{len(self.notes)} notes have curves for {len(self.curves)}"
            raise ShapeError(f"{counts}; take notes with select(), or give curves=None beside other notes")

    def select(self, which: slice | Sequence[int] | NDArray[np.int64] | NDArray[np.bool_]) -> "Transcription":
        """Return the transcription with some of its notes, and with their curves.

        Args:
            which: what takes rows of an array: flags, one a note, indices or a slice.

        Example:
            >>> from audiostyle.music.notes import NOTE_DTYPE
            >>> notes = np.array([(0.0, 0.5, 60, 100, 0), (0.5, 1.0, 64, 90, 0)], NOTE_DTYPE)
            >>> transcription = Transcription(notes, rms=0.1)
            >>> transcription.select(transcription.notes["pitch"] > 60).notes["velocity"]
            array([90], dtype=int16)
        """
        chosen = np.arange(len(self.notes))[which]
        return replace(self, notes=self.notes[chosen], curves=self.curves and self.curves.select(chosen))

    def to_performance(self) -> Performance:
        """Return the notes as a performance on a piano (General MIDI program 0), which synthesizers read."""
        return Performance(self.notes, {0: 0}, curves=self.curves)

    def to_midi(self, *, plain: bool = False, quantize: str | None = None) -> mido.MidiFile:
        """Return the notes with their curves as a MIDI file in memory.

        Curves make it an MPE file (:mod:`audiostyle.music.mpe`).  Where the music keeps a beat, the file's
        quarter notes lie on it; else they come 120 times a minute.

        Args:
            plain: leave out curves and beat: a file of type 0 with the notes alone.
            quantize: the note value to whose grid notes are moved: ``1/8``, ``1/16``, ``1/16T`` or the like.

        Raises:
            ModelNotFound: the transcription is a latent, without notes.
            AudiostyleError: there is no such grid, or no beat to quantize to.
        """
        performance, beats = self._lay_out(plain, quantize)
        return make_midi(performance, plain=plain, beats=beats)

    def save(
        self,
        path: str | Path,
        *,
        plain: bool = False,
        quantize: str | None = None,
        tracks: Mapping[int, Track] | None = None,
    ) -> None:
        """Write what :meth:`to_midi` returns to a file, which appears whole or not at all.

        Args:
            path: of the file; missing folders are made.
            plain: as for :meth:`to_midi`.
            quantize: as for :meth:`to_midi`.
            tracks: ``channel`` of notes → a track of their own; None writes one track for all.

        Raises:
            ModelNotFound: the transcription is a latent, without notes.
            AudiostyleError: there is no such grid, or no beat to quantize to.
            AudioWriteError: the file cannot be written.
        """
        performance, beats = self._lay_out(plain, quantize)
        names = None
        if tracks:
            names = {part: track.name for part, track in tracks.items()}
            programs = {part: track.program for part, track in tracks.items()}
            performance = replace(performance, programs=programs)
        save_midi(performance, Path(path), plain=plain, beats=beats, tracks=names)

    def _lay_out(self, plain: bool, quantize: str | None) -> tuple[Performance, Beats | None]:
        """Return what is to be written, and the beats on which its quarter notes are to lie."""
        if self.latent is not None:
            raise ModelNotFound("this model's encoder finds no notes; use 'universal'")
        performance = self.to_performance()
        if quantize is None:
            return performance, None if plain else find_beats(self.notes)
        return quantize_to_beats(performance, quantize)


@dataclass(frozen=True)
class NoteEncoder:
    """The :class:`~.encoders.Encoder` that finds notes, by way of a :class:`PitchGridEncoder`.

    Attributes:
        network: in evaluation mode, on the device that it is to compute on.
    """

    network: PitchGridEncoder
    sample_rate: ClassVar[int] = ENCODER_RATE
    finds_notes: ClassVar[bool] = True

    def transcribe(
        self, blocks: Iterable[NDArray[np.float32]], rms: float, segment: SegmentLength | None = None
    ) -> Transcription:
        """Find the notes; see :func:`transcribe`."""
        return transcribe(self.network, blocks, rms, segment)


def load_encoder(weights: WeightFile, device: torch.device) -> NoteEncoder:
    """Load an encoder of the kind ``pitch-grid``.

    Raises:
        ModelNotFound: the file is missing or damaged, or does not fit its configuration.
    """
    sizes = {name: size for name, size in weights.config.items() if name != "kind"}
    with explain_misfits(weights.file):
        network = PitchGridEncoder(**sizes)
    return NoteEncoder(load_weights(network, weights).eval().to(device))


def transcribe(
    network: PitchGridEncoder,
    blocks: Iterable[NDArray[np.float32]],
    rms: float,
    segment: SegmentLength | None = None,
) -> Transcription:
    """Find the notes of a recording.

    The recording is taken as embedded in silence and encoded in segments that overlap by what the network can
    see: neither how it is cut into blocks nor the length of the segments changes the notes.

    Args:
        network: the encoder.
        blocks: mono blocks (n,) of any lengths at 22,050 Hz, full scale ±1.
        rms: root mean square of the whole recording (:func:`audiostyle.sound.units.compute_rms`).
        segment: how much is encoded at a time.

    Example:
        >>> from audiostyle.models import zoo
        >>> encoder = load_encoder(zoo.find_model("universal").encoder, torch.device("cpu"))
        >>> sine = 0.1 * np.sin(2 * np.pi * 440 / 22050 * np.arange(11025)).astype(np.float32)
        >>> transcribe(encoder.network, [sine], rms=0.07).notes["pitch"].tolist()
        [69]
    """
    tracker, segment = NoteTracker(), segment or SegmentLength()
    gain = np.float32(TRANSCRIPTION_RMS / max(rms, SILENCE_RMS))

    def encode(part: tuple[NDArray[np.float32], int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        wave, frames = part
        levels = measure_levels(wave[network.context * HOP - WINDOW // 2 :], frames)
        return segment.compute(network, partial(_encode, network, wave * gain), 0, frames), levels

    loudness = []
    for grid, levels in map_segments(
        encode, cut_segments(blocks, network.context, segment.frames, HOP), network
    ):
        tracker.process(*grid.transpose(1, 0, 2))
        loudness.append(levels)
    notes, curves = tracker.finish()
    return Transcription(notes, rms, curves=curves, loudness=np.concatenate(loudness))


def _encode(
    network: PitchGridEncoder, wave: NDArray[np.float32], first: int, frames: int
) -> NDArray[np.float32]:
    """Return (frames, 6, 88) from frame ``first`` after the context, in the order of :class:`.FrameGrids`."""
    context = network.context
    seen = wave[first * HOP : (first + frames + 2 * context) * HOP]
    more = min(CONTEXT, context)
    here = slice(context - more, context + frames + more)
    with torch.inference_mode(), autocast_bfloat16():
        heard = network.listen(torch.from_numpy(seen[None]).to(get_device(network)))
        heads = heard.heads[0, here].float().sigmoid()
        cents = torch.zeros_like(heads[:, :1]) if heard.curves is None else heard.curves.cents[0, here, None]
        grid = torch.cat([heads, cents], dim=1).cpu().numpy()
        spectrum = heard.spectrum[0, here].float().cpu().numpy()
    magnitude = np.maximum(np.float32(10) ** (spectrum - np.float32(2.5)) - np.float32(FLOOR), 0)
    partials = measure_partials(magnitude, grid[:, 1])
    return np.concatenate([grid, np.stack(partials, axis=1)], axis=1)[more : more + frames]
