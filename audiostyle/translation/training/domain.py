"""A new domain: its recordings in, a decoder in a model folder out; the encoder stays as it is."""

import copy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.loading import select_tensors
from audiostyle.models.manifest import DomainEntry
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.saving import add_domain
from audiostyle.models.spectral_decoder import SpectralDecoder
from audiostyle.music.midi import read_midi
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.training.decoder import DecoderTask, Item
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.training.phases import measure_phases

_VALIDATION_EXCERPTS = 12
_PHASE_EXCERPTS = 80
_VALIDATION_FRAMES = 862  # ten seconds


@dataclass(frozen=True)
class DomainSettings:
    """How a decoder is trained.

    Attributes:
        channels, templates: its sizes, see :class:`SpectralDecoder`.
        frames, batch: an excerpt's length in frames (256 are three seconds), and how many make a batch.
        start_from: domain of the model, or of the one it extends, whose weights it starts from, if there is
            such a one; "nearest" for whichever fits the recordings best.
        bfloat16: train in reduced precision; several times faster where the processor has matrix units.
    """

    channels: int = 160
    templates: int = 4
    frames: int = 256
    batch: int = 8
    start_from: str = "nearest"
    bfloat16: bool = False


def train_domain(
    name: str,
    files: list[tuple[Path, Path]],
    held_out: list[tuple[Path, Path]],
    model: Path,
    run: Path,
    *,
    schedule: Schedule,
    settings: DomainSettings,
    sounds_like: str,
    extends: str | None,
    log: Log,
) -> DomainEntry:
    """Train the domain ``name`` and add it to the model folder ``model``.

    Args:
        files, held_out: prepared recordings (audio, MIDI) at 44.1 kHz for training and for validation.
        run: folder of the checkpoints; a run begun there is resumed.
        extends: model whose encoder and domains the folder inherits, where it has none of its own.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.
    """
    training, validation = (
        CorpusExcerpts(files, settings.frames),
        CorpusExcerpts(held_out, _VALIDATION_FRAMES),
    )
    held = [_item(pair, validation.frames) for pair in validation.spread(_VALIDATION_EXCERPTS)]
    torch.manual_seed(schedule.seed)
    decoder = SpectralDecoder(settings.channels, settings.templates)
    task = DecoderTask(
        decoder,
        lambda rng: _item(training.draw(rng), training.frames),
        held,
        batch=settings.batch,
        seed=schedule.seed,
        bfloat16=settings.bfloat16,
    )
    fresh = copy.deepcopy(decoder.state_dict())
    decoder.load_state_dict(_start_weights(task, settings.start_from, model, extends) or fresh)
    config: dict[str, Any] = {"domain": name, **asdict(settings)}
    best = train(task, schedule, run, config, log)
    assert isinstance(best, SpectralDecoder)
    material = [
        _item(pair, validation.frames)
        for pair in CorpusExcerpts(files, validation.frames).spread(_PHASE_EXCERPTS)
    ]
    phases = measure_phases(best, material)
    lowest, highest = measure_range(files)
    error = -task.validate(best)["score"]
    manifest = add_domain(
        model,
        name,
        _tensors(best, phases),
        config={
            "kind": "spectral",
            "channels": settings.channels,
            "templates": settings.templates,
            "rms": _rms(material),
        },
        sounds_like=sounds_like,
        lowest=lowest,
        highest=highest,
        card=_card(name, sounds_like, files, schedule, error),
        measured={"mel_error_db": round(error, 2)},
        extends=extends,
    )
    return manifest.domain(name)


def _item(excerpt: tuple[np.ndarray, Any], frames: int) -> Item:
    wave, performance = excerpt
    return wave, compute_key_states(performance, frames)


def _start_weights(
    task: DecoderTask, start_from: str, model: Path, extends: str | None
) -> dict[str, Tensor] | None:
    """Return the weights of the domain to start from, tried out on the held-out recordings if need be."""
    parent = model if (model / f"{model.name}.toml").is_file() else extends
    domains = zoo.find_model(parent).domains if parent else {}
    fitting = {}
    for name in domains if start_from == "nearest" else {start_from} & domains.keys():
        weights = select_tensors(domains[name], "decoder.")
        try:
            task.module.load_state_dict(weights)
        except RuntimeError:
            continue  # of other sizes
        fitting[name] = (task.validate(task.module)["score"], weights)
    return max(fitting.values(), key=lambda pair: pair[0])[1] if fitting else None


def _tensors(decoder: SpectralDecoder, phases: PhaseTable) -> dict[str, Tensor]:
    """Return everything a decoder is made of, in half precision: inaudible, and half the size."""
    parts = {f"decoder.{name}": tensor for name, tensor in decoder.state_dict().items()}
    parts |= {f"phases.{name}": tensor for name, tensor in phases.state_dict().items()}
    return {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in parts.items()}


def _rms(items: list[Item]) -> float:
    return round(float(np.sqrt(np.mean([np.mean(wave**2) for wave, _ in items]))), 5)


def measure_range(files: list[tuple[Path, Path]]) -> tuple[int, int]:
    """Return the lowest and highest pitch of which there is more than a trace, at least an octave apart.

    Raises TrainingError where there are no notes at all.
    """
    pitches = np.concatenate([read_midi(midi).get_pitched_notes()["pitch"] for _, midi in files])
    if not len(pitches):
        raise TrainingError("no notes were heard in the recordings; are they music, at an audible level?")
    low, high = (int(p) for p in np.percentile(pitches, [0.05, 99.95], method="nearest"))
    spare = max(0, 12 - (high - low))
    low, high = low - (spare + 1) // 2, high + spare // 2
    bottom, top = LOWEST_PITCH, LOWEST_PITCH + PITCHES - 1
    return max(bottom, min(low, top - 12)), min(top, max(high, bottom + 12))


def _card(
    name: str, sounds_like: str, files: list[tuple[Path, Path]], schedule: Schedule, error: float
) -> str:
    seconds = sum(CorpusExcerpts([pair], 2).lengths[0] for pair in files) / 44100
    return (
        f"# {name}\n\n{sounds_like}\n\n"
        f"- Trained on {seconds / 60:.0f} minutes of recordings in {schedule.steps} steps.\n"
        f"- Error of the log mel spectrum on held-out recordings: {error:.2f} dB.\n"
    )
