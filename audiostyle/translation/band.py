"""A band that stays a band: every part of a recording on an instrument of its own, at its own place."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle.music.performance import Performance
from audiostyle.sound.leveling import match_loudness
from audiostyle.sound.writing import AudioWriter
from audiostyle.translation.loaded_model import LoadedModel
from audiostyle.translation.parts import PROGRAMS, assign_parts
from audiostyle.translation.pipeline import Pipeline, render_at_rate
from audiostyle.translation.positions import find_balance, measure_positions
from audiostyle.translation.proposal import propose_domains, propose_roles
from audiostyle.translation.transcription import Track, Transcription

Block = NDArray[np.float32]
BAND = "band"
"""What a translation to several parts is called where others have the name of their domain."""


@dataclass(frozen=True)
class BandPart:
    """One part of a band.

    Attributes:
        role: such as ``melody``.
        domain: that plays it.
        notes: of the recording, not yet fitted to the domain.
        gains: (channels,), its place: how loud it is in each channel, 1 on average.
        own: numbers of its notes among the recording's.
    """

    role: str
    domain: str
    notes: Performance
    gains: NDArray[np.float64]
    own: NDArray[np.int64]


def split_band(
    pipeline: Pipeline, transcription: Transcription, parts: Mapping[str, str] | Sequence[str]
) -> list[BandPart]:
    """Return the parts of a recording: its notes shared out, and where each part is.

    Args:
        pipeline: of the recording, which is read once more.
        transcription: its notes.
        parts: role → domain, or the domains from which parts are to be proposed (:mod:`.proposal`).
    """
    played, channels = transcription.to_performance(), pipeline.source.channels
    gains = (
        measure_positions(pipeline.source, played.notes) if channels > 1 else np.ones((len(played.notes), 1))
    )
    places = find_balance(gains) if channels > 1 else None
    roles = list(parts) if isinstance(parts, Mapping) else propose_roles(played.notes, places)
    labels = assign_parts(played.notes, roles, places)
    if not isinstance(parts, Mapping):
        parts = propose_domains(played.notes, labels, roles, parts)
    found = []
    for index, role in enumerate(roles):
        own = np.flatnonzero(labels == index)
        notes = replace(played, notes=played.notes[own], curves=played.curves and played.curves.select(own))
        seconds = notes.notes["offset"] - notes.notes["onset"]
        place = np.average(gains[own], axis=0, weights=seconds + 1e-3) if len(own) else np.ones(channels)
        found.append(BandPart(role, parts[role], notes, place, own))
    return found


def number_parts(transcription: Transcription, parts: Sequence[BandPart]) -> Transcription:
    """Return a transcription whose notes have the number of their part for a ``channel``."""
    notes = transcription.notes.copy()
    for number, part in enumerate(parts):
        notes["channel"][part.own] = number
    return replace(transcription, notes=notes)


def make_tracks(parts: Sequence[BandPart]) -> dict[int, Track]:
    """Return the number of each part → its track in a MIDI file."""
    tracks = {}
    for number, part in enumerate(parts):
        tracks[number] = Track(f"{part.role} ({part.domain})", PROGRAMS[part.role])
    return tracks


def render_band(
    model: LoadedModel, pipeline: Pipeline, parts: list[BandPart], folder: Path | None, stems: Path | None
) -> Iterator[Block]:
    """Yield the translation of all parts together as blocks (channels, n), as loud as the source.

    Args:
        model: whose domains play.
        pipeline: of the recording.
        parts: of it.
        folder: where the result waits until its loudness is known.
        stems: a folder for ``ROLE.wav`` of every part, at its level beside the others; None writes none.
    """
    source, strength = pipeline.source, pipeline.options.strength
    mixed = _mix(model, pipeline, parts, stems)
    yield from match_loudness(mixed, source.sample_rate, source.channels, strength=strength, folder=folder)


def _mix(
    model: LoadedModel, pipeline: Pipeline, parts: list[BandPart], stems: Path | None
) -> Iterator[tuple[Block, Block, Block | None]]:
    """Yield the sum of the parts, the source and its drums, each (channels, n)."""
    source = pipeline.source
    streams = [_Reader(_play(model, pipeline, part)) for part in parts]
    with ExitStack() as stack:
        writers = [
            stack.enter_context(
                AudioWriter(stems / f"{part.role}.wav", source.sample_rate, source.channels, subtype="FLOAT")
            )
            for part in parts
            if stems
        ]
        for original, drums in source.read_parts():
            total = np.zeros_like(original)
            for number, (part, stream) in enumerate(zip(parts, streams, strict=True)):
                spread = part.gains[:, None].astype(np.float32) * stream.read(original.shape[1])
                total += spread
                if stems:
                    writers[number].write(spread)
            yield total, original, drums


def _play(model: LoadedModel, pipeline: Pipeline, part: BandPart) -> Iterator[Block]:
    """Yield a part as mono blocks (n,); domains are as loud as each other at the same velocity."""
    options, source = pipeline.options, pipeline.source
    synthesizer = model.get_synthesizer(part.domain, options)
    performance, _ = model.fit_to_domain(part.notes, part.domain, options)
    blocks = render_at_rate(
        synthesizer,
        performance,
        source.samples,
        source.sample_rate,
        seed=options.seed,
        segment=pipeline.segment,
        progress=pipeline.passes.begin(),
    )
    gain = np.float32(_RMS / max(synthesizer.rms, 1e-6))
    return (gain * block for block in blocks)


_RMS = 0.04  # root mean square to which every domain's recordings are brought


class _Reader:
    """A stream of blocks that is read in other sizes; after its end there is silence."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks, self._rest = blocks, np.zeros(0, np.float32)

    def read(self, count: int) -> Block:
        """Return the next ``count`` samples."""
        parts, got = [self._rest], len(self._rest)
        while got < count:
            block = next(self._blocks, None)
            block = np.zeros(count - got, np.float32) if block is None else block
            parts.append(block)
            got += len(block)
        joined = np.concatenate(parts)
        self._rest = joined[count:]
        return joined[:count]
