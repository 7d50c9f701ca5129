"""A new domain from a minute: a domain that there is, adapted to a short recording of another instrument."""

from pathlib import Path
from typing import cast

import numpy as np
import soxr
import torch

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.frontend import FRAME_RATE
from audiostyle.models.loading import select_tensors
from audiostyle.models.manifest import DomainEntry, Manifest
from audiostyle.models.saving import add_domain, check_domain_name, check_folder
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE, SpectralDecoder
from audiostyle.music.midi import read_midi
from audiostyle.music.performance import Performance, crop_performance
from audiostyle.sound.loudness import measure_sounding_rms
from audiostyle.sound.reading import read_audio
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.training.recordings import find_recordings
from audiostyle.translation.encoders import Encoder
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.training.adaptation import AdaptedDecoder
from audiostyle.translation.training.decoder import DecoderTask, Item
from audiostyle.translation.translator import Translator

SHORTEST = 8.0
"""Seconds that there must be of recordings."""

_FRAMES = 256  # of an excerpt: three seconds
_BATCH = 4
_RATE = 4e-3
_HELD_OUT = 5  # every so many excerpts, one is kept to validate on
_FAR = 2.0  # decibels by which another domain must be nearer to be named
_MOST_COMPARED = 4  # excerpts on which domains are compared


def train_domain_from_clip(
    name: str,
    clip: Path,
    model: Path,
    run: Path,
    *,
    start_from: str,
    extends: str,
    sounds_like: str,
    steps: int,
    seed: int,
    log: Log,
) -> DomainEntry:
    """Adapt a domain to a short recording of an instrument of its kind, and add it to a model folder.

    Args:
        name: of the new domain.
        clip: a recording, or a folder of some; a minute in all is good.
        model: the model folder; made if need be.
        run: of the checkpoints; a training that was begun there is resumed.
        start_from: the domain that is adapted, or ``nearest`` for whichever fits the recording best.
        extends: name or folder of the model whose encoder and domains are used.
        sounds_like: the sound in words.
        steps, seed: of the training.
        log: of the preparation and the training; told where another domain is much nearer.

    Raises:
        TrainingError: there is too little sound or none that notes are found in, the domain cannot be
            adapted, or the folder cannot be written.
        UnknownDomain: there is no domain ``start_from``.
        AudioReadError: a recording cannot be read.

    Returns:
        The new domain, as it is in the model.

    Example:
        >>> options = {"start_from": "piano", "extends": "universal", "steps": 120, "seed": 0, "log": print}
        >>> options |= {"sounds_like": "an old upright"}
        >>> entry = train_domain_from_clip(
        ...     "upright", Path("upright.wav"), Path("mine"), Path("runs/upright"), **options
        ... )  # doctest: +SKIP
    """
    check_domain_name(name)
    check_folder(model)
    parent = zoo.find_model(model if (model / f"{model.resolve().name}.toml").is_file() else extends)
    if start_from != "nearest":
        parent.domain(start_from)
    excerpts, seconds = cut_excerpts(clip, Translator(parent, torch.device("cpu")).encoder)
    entry = _choose_start(parent, start_from, excerpts, log)
    training = [excerpt for n, excerpt in enumerate(excerpts) if n % _HELD_OUT != 2] or excerpts
    held_out = excerpts[2::_HELD_OUT] or excerpts[-1:]
    task = DecoderTask(
        load_decoder(entry),
        lambda rng: training[rng.integers(len(training))],
        held_out,
        batch=_BATCH,
        seed=seed,
    )
    before = -task.validate(task.module)["score"]
    task.module = AdaptedDecoder(load_decoder(entry))
    config = {"domain": name, "from": entry.sha256, "clip": str(clip.resolve())}
    best = cast(
        AdaptedDecoder, train(task, Schedule(steps, _RATE, validate_every=steps, seed=seed), run, config, log)
    )
    after = -task.validate(best)["score"]
    tensors = {f"decoder.{key}": tensor for key, tensor in best.bake().state_dict().items()}
    tensors |= {f"phases.{key}": tensor for key, tensor in select_tensors(entry, "phases.").items()}
    rms = float(np.sqrt(np.mean([np.mean(wave**2) for wave, _ in excerpts])))
    manifest = add_domain(
        model,
        name,
        {key: tensor.detach().half() for key, tensor in tensors.items()},
        config={**entry.config, "rms": round(rms, 5)},
        sounds_like=sounds_like,
        lowest=entry.lowest,
        highest=entry.highest,
        card=f"# {name}\n\n{sounds_like}\n\n- The domain {entry.name!r}, adapted to {seconds:.0f} s of"
        f" {clip.name} in {steps} steps.\n- Error of the log mel spectrum on held-out excerpts:"
        f" {before:.2f} dB before, {after:.2f} dB after.\n",
        measured={"mel_error_db": round(after, 2)},
        extends=extends,
        bend=entry.bend,
        level=entry.level,
    )
    return manifest.domain(name)


def cut_excerpts(clip: Path, encoder: Encoder) -> tuple[list[Item], float]:
    """Return all excerpts of three seconds of recordings, with their key states, and the seconds in all.

    Notes are those of a MIDI file beside a recording, else those that the encoder finds.

    Raises:
        TrainingError: there is too little sound, or no notes are found.
    """
    files = find_recordings(clip) if clip.is_dir() else [clip]
    items: list[Item] = []
    seconds, notes = 0.0, 0
    for file in files:
        wave, performance = _read(file, encoder)
        seconds += len(wave) / DECODER_RATE
        notes += len(performance.notes)
        samples = (_FRAMES - 1) * DECODER_HOP
        for start in range(0, len(wave) - samples + 1, samples // 2):
            part = crop_performance(performance, start / DECODER_RATE, _FRAMES / FRAME_RATE)
            items.append((wave[start : start + samples], compute_key_states(part, _FRAMES)))
    if seconds < SHORTEST or len(items) < 2:
        raise TrainingError(
            f"{clip}: {seconds:.0f} s of sound; {SHORTEST:.0f} s are needed, a minute is good"
        )
    if not notes:
        raise TrainingError(f"{clip}: no notes were found; is it music, at an audible level?")
    return items, seconds


def _read(file: Path, encoder: Encoder) -> tuple[np.ndarray, Performance]:
    """Return a recording in mono at 44.1 kHz, and its notes."""
    wave, rate = read_audio(file)
    mono = wave.mean(axis=0)
    midi = file.with_suffix(".mid")
    if midi.is_file():
        performance = read_midi(midi)
    else:
        heard = soxr.resample(mono, rate, encoder.sample_rate) if rate != encoder.sample_rate else mono
        level = measure_sounding_rms([heard], encoder.sample_rate)
        performance = encoder.transcribe(iter([heard.astype(np.float32)]), level).to_performance()
    mono = soxr.resample(mono, rate, DECODER_RATE) if rate != DECODER_RATE else mono
    return mono.astype(np.float32), performance


def load_decoder(entry: DomainEntry) -> SpectralDecoder:
    """Return a domain's decoder, in training.

    Raises:
        TrainingError: its excitation was not measured on single notes.
    """
    sizes = {key: value for key, value in entry.config.items() if key not in ("kind", "rms")}
    if not sizes.get("dynamics"):
        raise TrainingError(f"domain {entry.name!r} cannot be adapted; give another to --from")
    decoder = SpectralDecoder(**sizes)
    decoder.load_state_dict(select_tensors(entry, "decoder."))
    return decoder


def _choose_start(parent: Manifest, wanted: str, excerpts: list[Item], log: Log) -> DomainEntry:
    """Return the domain to start from, and say so where another one is much nearer to the recording."""
    errors = {}
    some = excerpts[:: max(1, len(excerpts) // _MOST_COMPARED)][:_MOST_COMPARED]
    for name, entry in parent.domains.items():
        if entry.config.get("dynamics"):
            task = DecoderTask(load_decoder(entry), lambda rng: some[0], some, batch=1)
            errors[name] = -task.validate(task.module)["score"]
    if not errors:
        raise TrainingError(f"model {parent.name!r} has no domain that can be adapted")
    nearest = min(errors, key=lambda name: errors[name])
    start = nearest if wanted == "nearest" else wanted
    log({"from": start, "mel_error_db": {name: round(error, 1) for name, error in errors.items()}})
    if start in errors and errors[start] > errors[nearest] + _FAR:
        log({"remark": f"the recording is nearer to {nearest!r} than to {start!r}"})
    return parent.domain(start)
