"""A new domain from single notes: a sampled instrument, which plays its own training performances.

The excitation is measured (:mod:`.single_notes`); then the instrument plays pieces and etudes, at all
dynamics, and a small network learns on these what is left.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from audiostyle.errors import TrainingError
from audiostyle.models.frontend import FRAME_RATE, LOWEST_PITCH
from audiostyle.models.manifest import DomainEntry
from audiostyle.models.note_bank import STRIDE, NoteBank
from audiostyle.models.saving import check_domain_name, check_folder
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE, SpectralDecoder
from audiostyle.music.interpretation import perform
from audiostyle.music.midi import write_midi
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance, concatenate_performances
from audiostyle.music.samples.opening import PlayableInstrument, open_instrument
from audiostyle.music.scores import list_pieces, load_score
from audiostyle.sound.writing import AudioWriter
from audiostyle.training.loop import Log, Schedule
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.ranges import fit_to_range
from audiostyle.translation.training.decoder import Item
from audiostyle.translation.training.domain import DomainSettings, KnownInstrument, train_domain
from audiostyle.translation.training.single_notes import measure_excitation

SETTINGS = DomainSettings(channels=64, templates=6, dynamics=4, layers=4)
"""Sizes of the decoder: two megabytes in half precision."""

_MINUTES = 12  # of performances
_HELD_OUT = 2  # minutes of others
_SLOT = 30.0  # seconds of an excerpt
_PLAYED = 28.0  # of them; the last notes die away in the rest
_FEWEST_NOTES = 8
_OCTAVE = 12
_SUSTAINED = 15.0  # decibels by which a sustained note falls at most, between 0.26 s and 3 s
_DECIBELS = 8.686  # in a neper
_NOTE_SECONDS = 3.0  # of the single notes on which phases are measured
_NOTE_VELOCITY = 88
_BEND = 12.0  # semitones by which sustained notes can be bent
_LOUDEST = 0.89  # peak of the performances, for the headroom of their files

Pairs = list[tuple[Path, Path]]


def train_domain_from_instrument(
    name: str,
    source: Path,
    model: Path,
    run: Path,
    *,
    program: str | int = 0,
    extends: str,
    sounds_like: str,
    about: str = "",
    limits: tuple[int, int] | None = None,
    bend: float | None = None,
    level: bool | None = None,
    steps: int,
    seed: int,
    bfloat16: bool,
    settings: DomainSettings = SETTINGS,
    log: Log,
) -> DomainEntry:
    """Measure a sampled instrument, train a small decoder on what it plays, and add it to a model folder.

    Args:
        name: of the domain.
        source: a folder of single notes, an SFZ file or a soundfont.
        model: the model folder; made if need be.
        run: for the performances and the checkpoints; a training that was begun there is resumed.
        program: number or name of a soundfont's preset.
        extends: name or folder of the model whose encoder and domains a new folder inherits.
        sounds_like: the sound in words.
        about: license and makers of the recordings, for the card.
        limits: lowest and highest key to measure, an octave apart at least; None is all that it has.
        bend: semitones by which its notes can be bent; None is an octave where they are sustained.
        level: whether the level of its notes can change while they sound; None is found out.
        steps, seed: of the training; without steps, what is measured is all there is.
        bfloat16: train in reduced precision.
        settings: sizes of the decoder.
        log: of the preparation and the training.

    Raises:
        TrainingError: there is nothing to play, the name cannot be a domain's, the model folder cannot be
            written, or ``run`` belongs to another training.
        ModelNotFound: there is no model ``extends``.

    Example:
        >>> options = {"extends": "universal", "steps": 300, "seed": 0, "bfloat16": False, "log": print}
        >>> entry = train_domain_from_instrument(
        ...     "grand", Path("grand.sfz"), Path("mine"), Path("runs/grand"), sounds_like="one", **options
        ... )  # doctest: +SKIP
    """
    check_domain_name(name)
    check_folder(model)
    instrument = open_instrument(source, program)
    for remark in instrument.remarks:
        log({"remark": remark})
    if limits:
        lowest, highest = max(limits[0], instrument.lowest), min(limits[1], instrument.highest)
        if highest - lowest < _OCTAVE:
            raise TrainingError(f"{source}: has no octave between the keys {limits[0]} and {limits[1]}")
        instrument = replace(instrument, lowest=lowest, highest=highest)
    settings = replace(settings, bfloat16=bfloat16)
    torch.manual_seed(seed)
    known = measure_instrument(instrument, settings, about, log)
    known = replace(
        known, bend=known.bend if bend is None else bend, level=known.level if level is None else level
    )
    held_out = render_pieces(instrument, run / "prepared", "valid", _HELD_OUT, seed)
    training = render_pieces(instrument, run / "prepared", "train", _MINUTES, seed) if steps else held_out
    return train_domain(
        name,
        training,
        held_out,
        model,
        run,
        schedule=Schedule(steps, 2e-3, validate_every=100, seed=seed),
        settings=settings,
        sounds_like=sounds_like,
        extends=extends,
        log=log,
        instrument=known,
    )


def measure_instrument(
    instrument: PlayableInstrument, settings: DomainSettings, about: str, log: Log
) -> KnownInstrument:
    """Return what single notes say about an instrument: a decoder to start from, its range and its phases.

    Args:
        instrument: which plays them.
        settings: sizes of the decoder.
        about: license and makers, for the card.
        log: told how many dynamics have been played.
    """
    decoder = settings.make_decoder()
    bank = decoder.excitation
    assert isinstance(bank, NoteBank)
    measure_excitation(bank, instrument, lambda done, total: log({"dynamics": done, "all": total}))
    sustained = is_sustained(decoder, (instrument.lowest + instrument.highest) // 2 - LOWEST_PITCH)
    return KnownInstrument(
        decoder.state_dict(),
        tuple(play_notes_alone(instrument)),
        instrument.lowest,
        max(instrument.highest, instrument.lowest + 12),
        level=sustained,
        bend=_BEND if sustained else 0.0,
        source=f"- **Material**: {instrument.name}. {about}\n"
        if about
        else f"- **Material**: {instrument.name}.\n",
    )


def is_sustained(decoder: SpectralDecoder, key: int) -> bool:
    """Return whether held notes keep sounding: by how little they fall from 0.26 s to 3 s after the onset."""
    bank = decoder.excitation
    assert isinstance(bank, NoteBank)
    ages = torch.tensor([22.0, 3 * FRAME_RATE])
    peaks = bank.interpolate_held(torch.full((2,), key), torch.full((2,), 0.8), ages)[:, 0] * STRIDE
    return bool((peaks[0] - peaks[1]) * _DECIBELS < _SUSTAINED)


def play_notes_alone(instrument: PlayableInstrument) -> list[Item]:
    """Return an excerpt for every key, in which it is struck once and held."""
    keys = range(instrument.lowest, instrument.highest + 1)
    notes = np.zeros(len(keys), NOTE_DTYPE)
    frames = round((_NOTE_SECONDS + 1) * FRAME_RATE)
    samples = (frames - 1) * DECODER_HOP
    notes["onset"] = np.arange(len(keys)) * samples / DECODER_RATE + 0.25
    notes["offset"], notes["pitch"] = notes["onset"] + _NOTE_SECONDS, list(keys)
    notes["velocity"] = _NOTE_VELOCITY
    wave = instrument.render(Performance(notes))
    wave = np.pad(wave, (0, max(0, samples * len(keys) - len(wave))))
    items = []
    for number, row in enumerate(notes):
        alone = np.array([row])
        for end in ("onset", "offset"):
            alone[end] -= number * samples / DECODER_RATE
        states = compute_key_states(Performance(alone), frames)
        items.append((wave[number * samples : (number + 1) * samples], states))
    return items


def render_pieces(instrument: PlayableInstrument, out: Path, split: str, minutes: float, seed: int) -> Pairs:
    """Let an instrument play pieces of a split within its range; files that are there already are kept.

    Args:
        instrument: which plays.
        out: folder of the recordings.
        split: of the scores, ``train``, ``valid`` or ``test``.
        minutes: how much, rounded up to recordings of two minutes.
        seed: decides what is played and how.

    Returns:
        Pairs of audio and MIDI.
    """
    folder = out / split
    folder.mkdir(parents=True, exist_ok=True)
    pairs = []
    for number in range(-(-int(minutes * 60) // 120)):
        stem = folder / f"{number:04d}"
        pair = stem.with_suffix(".flac"), stem.with_suffix(".mid")
        if not pair[0].is_file():
            performance = draw_performance(instrument, split, np.random.default_rng([seed, number]))
            _write_recording(instrument, performance, *pair)
        pairs.append(pair)
    return pairs


def draw_performance(
    instrument: PlayableInstrument, split: str, rng: np.random.Generator, slots: int = 4
) -> Performance:
    """Draw excerpts, how they are played, and at what dynamics: from the softest to the loudest.

    Args:
        instrument: that plays; notes are moved into its range.
        split: of the scores.
        rng: decides everything.
        slots: number of excerpts, one after the other, each in 30 s.
    """
    pieces = _list_pieces(split)
    played: list[Performance] = []
    while len(played) < slots:
        score = load_score(pieces[int(rng.integers(len(pieces)))])
        part = perform(score, rng, programs=[0], seconds=_PLAYED, swells=False)
        part, _ = fit_to_range(part, 0, instrument.lowest, max(instrument.highest, instrument.lowest + 11))
        if len(part.notes) >= _FEWEST_NOTES:
            notes = part.notes.copy()
            shift = rng.uniform(-45, 35)
            notes["velocity"] = np.clip(notes["velocity"] + shift, 8, 127)
            played.append(replace(part, notes=notes))
    return concatenate_performances(played, _SLOT)


def _list_pieces(split: str) -> Sequence[str]:
    """Return the pieces of a split; without music21, the etudes among them."""
    try:
        return list_pieces(split)
    except TrainingError:
        from audiostyle.music.scores import get_split

        return [piece for piece in (f"etude/{n}" for n in range(400)) if get_split(piece) == split]


def _write_recording(
    instrument: PlayableInstrument, performance: Performance, audio: Path, midi: Path
) -> None:
    wave = instrument.render(performance)
    peak = float(np.abs(wave).max(initial=0.0))
    if peak > _LOUDEST:
        wave = np.clip(wave, -_LOUDEST, _LOUDEST)
    write_midi(performance, midi)
    with AudioWriter(audio, DECODER_RATE, 1, subtype="PCM_24", clip="clamp") as writer:
        writer.write(wave[None])
