"""Decoders of several domains trained in one process, or in several that torchrun starts.

*compact*: WaveNets that read the notes which a model's encoder hears; the encoder stays as it is.
*paper*: the published system, which learns encoder and decoders together, and no notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, distributed, nn

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.models import zoo
from audiostyle.models.saving import add_domain, add_encoder, check_domain_name
from audiostyle.models.wavenet import COMPACT, Plan, WaveNet
from audiostyle.training.distributed import joined, leads
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.translation.companding import Companding
from audiostyle.translation.training.coded import CodedExcerpts
from audiostyle.translation.training.compact import CompactTask, Decoders
from audiostyle.translation.training.domain import played_range
from audiostyle.translation.training.paper import PaperSettings, PaperTask, Universal
from audiostyle.translation.training.preparation import Item, prepare, recordings_below, split_off
from audiostyle.translation.translator import Translator

Pairs = list[tuple[Path, Path]]
"""Recordings with their notes: audio and MIDI."""

_VALIDATION_FRAMES = 300  # three seconds
_COMPACT_RATE, _MUON_RATE = 4e-3, 0.03
_PAPER_RATE = 2e-4  # published are 1e-3, at which others saw it diverge


@dataclass(frozen=True)
class Settings:
    """A batch, of one domain: ``batch`` excerpts of ``frames`` frames of 10 ms.

    ``start_from``: domain, of a model, whose WaveNet all others start from; None to start from nothing.
    """

    batch: int = 6
    frames: int = 20
    start_from: str | None = None


def train_compact(
    domains: Mapping[str, tuple[Pairs, Pairs]],
    model: Path,
    run: Path,
    *,
    schedule: Schedule,
    settings: Settings,
    extends: str,
    log: Log,
    plan: Plan = COMPACT,
    bfloat16: bool = False,
    device: torch.device | None = None,
) -> None:
    """Train a compact WaveNet for every domain and add the domains to the model folder ``model``.

    Args:
        domains: recordings for training and for validation, by the name of the domain.
        run: folder of the checkpoints and of what is played at validations; a run begun there is resumed.
        extends: model whose encoder and other domains the folder inherits.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.
        ModelNotFound: there is no WaveNet to start from.
    """
    training = {name: CodedExcerpts(files, settings.frames) for name, (files, _) in domains.items()}
    held_out = {
        name: CodedExcerpts(files, _VALIDATION_FRAMES, companding=training[name].companding)
        for name, (_, files) in domains.items()
    }
    torch.manual_seed(schedule.seed)
    task = CompactTask(
        plan,
        training,
        held_out,
        batch=settings.batch,
        seed=schedule.seed,
        samples=run / "samples",
        bfloat16=bfloat16,
        device=device,
    )
    if settings.start_from:
        weights = _wavenet_of(extends, settings.start_from)
        for network in task.module.networks.values():
            network.load_state_dict(weights)
    config: dict[str, Any] = {"domains": list(domains), "plan": plan.as_config(), **asdict(settings)}
    best = train(task, schedule, run, config, log)
    assert isinstance(best, Decoders)
    if leads():
        losses = task.validate(best)
        for name, (files, _) in domains.items():
            network, loss = best.networks[name], losses[name]
            assert isinstance(network, WaveNet)
            told = (
                f"in {schedule.steps} steps of {len(domains)} domain(s); held out: {loss:.3f} nats a sample"
            )
            _publish(model, extends, name, network, training[name], played_range(files), loss, told)


def _publish(
    model: Path,
    extends: str | None,
    name: str,
    network: WaveNet,
    excerpts: CodedExcerpts,
    reach: tuple[int, int],
    loss: float,
    told: str,
) -> None:
    """Add a domain to the model folder; ``told`` is how it was trained, for its card."""
    add_domain(
        model,
        name,
        half_precision(network),
        config=decoder_config(network, excerpts, "notes" if extends else "latent"),
        sounds_like=f"{name}, sample by sample",
        lowest=reach[0],
        highest=reach[1],
        card=f"# {name}\n\nA WaveNet, 16 kHz, trained on {excerpts.seconds / 60:.0f} minutes {told}.\n",
        measured={"nats": loss},
        extends=extends,
    )


def half_precision(module: nn.Module) -> dict[str, Tensor]:
    """Return what a weight file holds of a module."""
    return {name: tensor.detach().to(torch.float16).cpu() for name, tensor in module.state_dict().items()}


def decoder_config(network: WaveNet, excerpts: CodedExcerpts, reads: str) -> dict[str, Any]:
    """Return what a manifest says of a domain's WaveNet that ``reads`` "notes" or a "latent"."""
    companding = asdict(excerpts.companding)
    told = {"reads": reads, "rms": round(excerpts.rms, 5), "temperature": 1.0, **companding}
    return {"kind": "wavenet", **told, "plan": network.plan.as_config()}


def _wavenet_of(model: str, name: str) -> dict[str, Tensor]:
    """Return the weights of a model's domain that is a WaveNet."""
    domain = zoo.find(model).domain(name)
    if domain.config.get("kind") != "wavenet":
        raise ModelNotFound(f"{domain.file}: domain {name!r} is no WaveNet; nothing can start from it")
    return {part: tensor.float() for part, tensor in zoo.load_tensors(domain).items()}


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
    if not leads():
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
        told = (
            f"of {len(domains)} domains, {schedule.steps} steps; held out: {losses[name]:.3f} nats a sample"
        )
        _publish(model, None, name, network, excerpts, (21, 108), losses[name], told)


def train_universal(
    recipe: Literal["compact", "paper"],
    folders: Sequence[Path],
    model: Path,
    run: Path,
    *,
    steps: int,
    seed: int,
    extends: str,
    start_from: str | None,
    adversary: Literal["reversal", "negative"],
    bfloat16: bool,
    log: Log,
) -> None:
    """Train a domain for each folder of recordings, alone or as one of the processes of torchrun.

    Raises:
        TrainingError: too little material, a folder's name is none for a domain, or ``run`` belongs to
            another training.
        AudioReadError: a recording cannot be read.
        ModelNotFound: there is no model ``extends``, or in it no WaveNet ``start_from``.
    """
    recordings = gather(folders)
    common: dict[str, Any] = {"log": log, "bfloat16": bfloat16}
    with joined() as device:
        if recipe == "paper":
            domains = {name: _split(name, files) for name, files in recordings.items()}
            schedule = Schedule(steps, _PAPER_RATE, validate_every=1000, seed=seed)
            settings = PaperSettings(adversary=adversary)
            train_paper(domains, model, run, schedule=schedule, settings=settings, device=device, **common)
        else:
            pairs = heard(recordings, folders, run, extends, log)
            schedule = Schedule(steps, _COMPACT_RATE, validate_every=500, seed=seed, muon=_MUON_RATE)
            train_compact(
                pairs,
                model,
                run,
                schedule=schedule,
                settings=Settings(start_from=start_from),
                extends=extends,
                device=device,
                **common,
            )


def heard(
    recordings: Mapping[str, list[Path]], folders: Sequence[Path], run: Path, encoder_of: str, log: Log
) -> dict[str, tuple[Pairs, Pairs]]:
    """Return every domain's recordings in minutes with their notes, a tenth of them held out.

    Notes are those of a MIDI file beside a recording, else what the encoder of the model ``encoder_of``
    hears.  One process of several hears; the others wait for it.
    """
    encoder = Translator.from_pretrained(encoder_of).encoder

    def hear() -> dict[str, Pairs]:
        return {
            name: prepare(folder, run / "prepared" / name, encoder, partial(_tell, log, name))
            for name, folder in zip(recordings, folders, strict=True)
        }

    if leads():
        hear()
    if distributed.is_initialized():
        distributed.barrier()
    return {name: _split(name, pairs) for name, pairs in hear().items()}


def _tell(log: Log, name: str, done: int, of: int) -> None:
    log({"heard": done, "recordings": of, "domain": name})


def _split(name: str, items: list[Item]) -> tuple[list[Item], list[Item]]:
    training, held_out = split_off(items)
    if not training:
        raise TrainingError(
            f"domain {name!r}: one recording is not enough to learn and to judge by; add more"
        )
    return training, held_out


def gather(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Return the recordings below every folder, by the name of the folder, which is the domain's.

    Raises TrainingError where a name is none for a domain or stands twice, or a folder has no recordings.
    """
    found: dict[str, list[Path]] = {}
    for folder in folders:
        name = folder.resolve().name
        check_domain_name(name)
        if name in found:
            raise TrainingError(f"{folder}: there is a domain {name!r} already; rename one of the folders")
        found[name] = recordings_below(folder)
    return found
