"""Decoders of several domains trained in one process, or in several that torchrun starts.

*compact*: WaveNets that read the notes which a model's encoder hears; the encoder stays as it is.  Each is
trained beside its domain's parallel decoder, which comes first.
*paper*: the published system, which learns encoder and decoders together, and no notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Literal

import torch

from audiostyle.errors import TrainingError
from audiostyle.models import zoo
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.manifest import read_table
from audiostyle.models.saving import add_domain, add_encoder, check_domain_name, half_precision
from audiostyle.models.wavenet.network import WaveNet
from audiostyle.training.distributed import is_leader, join_processes, leader_first
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.training.recordings import find_recordings
from audiostyle.translation.synthesizers import load_predictor
from audiostyle.translation.training.domain import DomainSettings, train_domain
from audiostyle.translation.training.preparation import Item, hold_out, prepare_recordings
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import (
    CompactSettings,
    Pairs,
    TrainedWaveNet,
    train_compact,
)
from audiostyle.translation.training.wavenet.export import (
    add_wavenets,
    find_wavenet_weights,
    make_card,
    make_decoder_config,
)
from audiostyle.translation.training.wavenet.paper import PaperSettings, PaperTask, Universal
from audiostyle.translation.translator import Translator
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.lpc import LinearPredictor

_COMPACT_RATE, _MUON_RATE = 4e-3, 0.03
_PAPER_RATE = 2e-4  # published are 1e-3, at which others saw it diverge


def train_spectral_decoders(
    files: Mapping[str, tuple[Pairs, Pairs]],
    model: Path,
    run: Path,
    *,
    extends: str,
    steps: int,
    seed: int,
    bfloat16: bool,
    log: Log,
) -> dict[str, LinearPredictor]:
    """Train every domain's parallel decoder, add it to ``model``, and return what they predict.

    A domain that the folder itself has already stays as it is.  One process of several trains.
    """
    manifest_file = model / f"{model.name}.toml"
    with leader_first():
        own = read_table(manifest_file).get("domains", {}) if manifest_file.is_file() else {}
        for name, (training, held_out) in files.items() if is_leader() else ():
            if name not in own:
                train_domain(
                    name,
                    training,
                    held_out,
                    model,
                    run / f"{name}.parallel",
                    schedule=Schedule(steps, 1e-3, validate_every=100, seed=seed),
                    settings=DomainSettings(bfloat16=bfloat16),
                    sounds_like=f"{name}, as in the recordings",
                    extends=extends,
                    log=log,
                )
    manifest = zoo.find_model(model)
    return {name: load_predictor(manifest.domain(name)) for name in files}


def train_paper(
    domains: Mapping[str, tuple[Sequence[Path], Sequence[Path]]],
    model: Path,
    run: Path,
    *,
    schedule: Schedule,
    settings: PaperSettings,
    log: Log,
    bfloat16: bool = False,
    device: torch.device | None = None,
) -> None:
    """Train the published system on recordings alone and make of it the model folder ``model``.

    Args, and what is raised, as for :func:`train_compact`; there are no notes.
    """
    hop = settings.plan.hop

    def coded(files: Sequence[Path]) -> CodedExcerpts:
        pairs = [(path, None) for path in files]
        return CodedExcerpts(pairs, settings.frames, hop=hop, companding=Companding.levelled)

    training = {name: coded(files) for name, (files, _) in domains.items()}
    held_out = {name: coded(files) for name, (_, files) in domains.items()}
    torch.manual_seed(schedule.seed)
    task = PaperTask(
        settings,
        training,
        held_out,
        seed=schedule.seed,
        samples=run / "samples",
        bfloat16=bfloat16,
        device=device,
    )
    best = train(task, schedule, run, {"domains": list(domains), **asdict(settings)}, log)
    assert isinstance(best, Universal)
    if not is_leader():
        return
    losses, plan = task.validate(best), settings.plan
    sizes = {"blocks": settings.encoder_blocks, "layers": plan.layers, "channels": plan.channels}
    add_encoder(
        model,
        half_precision(best.encoder),
        config={"kind": "wave", **sizes, "latent": plan.condition, "hop": hop},
        card="# Encoder\n\nLearned with its decoders and without notes, as published.\n",
        summary=f"universal music translation as published: {', '.join(domains)}",
    )
    for name, excerpts in training.items():
        network = best.networks[name]
        assert isinstance(network, WaveNet)
        add_domain(
            model,
            name,
            half_precision(network),
            config=make_decoder_config(network, excerpts),
            sounds_like=f"{name}, sample by sample",
            lowest=LOWEST_PITCH,
            highest=LOWEST_PITCH + PITCHES - 1,
            card=make_card(name, TrainedWaveNet(network, excerpts, losses[name])),
            measured={"nats": losses[name]},
            extends=None,
        )


def train_universal(
    recipe: Literal["compact", "paper"],
    folders: Sequence[Path],
    model: Path,
    run: Path,
    *,
    steps: int,
    parallel_steps: int,
    seed: int,
    extends: str,
    start_from: str | None,
    adversary: Literal["reversal", "negative"],
    batch: int | None,
    bfloat16: bool,
    log: Log,
) -> None:
    """Train a domain for each folder of recordings, alone or as one of the processes of torchrun.

    ``batch`` None is what the recipe has; ``parallel_steps`` are those of every parallel decoder, for the
    compact recipe.

    Raises:
        TrainingError: too little material, a folder's name is none for a domain, or ``run`` belongs to
            another training.
        AudioReadError: a recording cannot be read.
        ModelNotFound: there is no model ``extends``, or in it no WaveNet ``start_from``.
    """
    recordings = gather_recordings(folders)
    common: dict[str, Any] = {"log": log, "bfloat16": bfloat16}
    with join_processes() as device:
        if recipe == "paper":
            domains = {name: _split(name, files) for name, files in recordings.items()}
            schedule = Schedule(steps, _PAPER_RATE, validate_every=1000, seed=seed)
            published = PaperSettings(adversary=adversary, batch=batch or PaperSettings.batch)
            train_paper(domains, model, run, schedule=schedule, settings=published, device=device, **common)
        else:
            start = find_wavenet_weights(extends, start_from) if start_from else None
            pairs = transcribe_recordings(recordings, folders, run, extends, log)
            predictions = train_spectral_decoders(
                pairs, model, run, extends=extends, steps=parallel_steps, seed=seed, **common
            )
            schedule = Schedule(steps, _COMPACT_RATE, validate_every=500, seed=seed, muon=_MUON_RATE)
            settings = CompactSettings(batch or CompactSettings.batch, start_from=start_from)
            learned = train_compact(
                pairs,
                predictions,
                run,
                schedule=schedule,
                settings=settings,
                start=start,
                device=device,
                **common,
            )
            if is_leader():
                add_wavenets(model, learned)


def transcribe_recordings(
    recordings: Mapping[str, list[Path]], folders: Sequence[Path], run: Path, encoder_of: str, log: Log
) -> dict[str, tuple[Pairs, Pairs]]:
    """Return every domain's recordings in minutes with their notes, a tenth of them held out.

    Notes are those of a MIDI file beside a recording, else what the encoder of the model ``encoder_of``
    hears.  One process of several hears; the others wait for it.
    """
    encoder = Translator.from_pretrained(encoder_of).encoder

    def hear(name: str, folder: Path) -> tuple[Pairs, Pairs]:
        told = partial(_tell, log, name)
        return _split(name, prepare_recordings(folder, run / "prepared" / name, encoder, told))

    with leader_first():
        return {name: hear(name, folder) for name, folder in zip(recordings, folders, strict=True)}


def _tell(log: Log, name: str, done: int, of: int) -> None:
    log({"heard": done, "recordings": of, "domain": name})


def _split(name: str, items: list[Item]) -> tuple[list[Item], list[Item]]:
    training, held_out = hold_out(items)
    if not training:
        raise TrainingError(
            f"domain {name!r}: one recording is not enough to learn and to judge by; add more"
        )
    return training, held_out


def gather_recordings(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Return the recordings below every folder, by the name of the folder, which is the domain's.

    Raises TrainingError where a name is none for a domain or stands twice, or a folder has no recordings.
    """
    found: dict[str, list[Path]] = {}
    for folder in folders:
        name = folder.resolve().name
        check_domain_name(name)
        if name in found:
            raise TrainingError(f"{folder}: there is a domain {name!r} already; rename one of the folders")
        found[name] = find_recordings(folder)
    return found
