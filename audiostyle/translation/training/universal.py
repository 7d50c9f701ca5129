"""Decoders of several domains trained in one process, or in several that torchrun starts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.manifest import Domain
from audiostyle.models.saving import add_domain
from audiostyle.models.wavenet import COMPACT, WaveNet
from audiostyle.training.distributed import leads
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.translation.training.coded import CodedExcerpts
from audiostyle.translation.training.compact import CompactTask, Decoders
from audiostyle.translation.training.domain import played_range

Pairs = list[tuple[Path, Path]]
"""Recordings with their notes: audio and MIDI."""

_VALIDATION_FRAMES = 300  # three seconds


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
        name: CodedExcerpts(files, _VALIDATION_FRAMES, training[name].companding)
        for name, (_, files) in domains.items()
    }
    torch.manual_seed(schedule.seed)
    task = CompactTask(
        COMPACT,
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
    config: dict[str, Any] = {"domains": list(domains), "plan": COMPACT.as_config(), **asdict(settings)}
    best = train(task, schedule, run, config, log)
    assert isinstance(best, Decoders)
    if leads():
        losses = task.validate(best)
        for name, (files, _) in domains.items():
            _publish(model, extends, name, best, training[name], files, losses[name], schedule)


def _publish(
    model: Path,
    extends: str,
    name: str,
    best: Decoders,
    excerpts: CodedExcerpts,
    files: Pairs,
    loss: float,
    schedule: Schedule,
) -> Domain:
    network = best.networks[name]
    assert isinstance(network, WaveNet)
    lowest, highest = played_range(files)
    manifest = add_domain(
        model,
        name,
        {part: tensor.detach().to(torch.float16).cpu() for part, tensor in network.state_dict().items()},
        config={
            "kind": "wavenet",
            "rms": round(excerpts.rms, 5),
            "temperature": 1.0,
            **asdict(excerpts.companding),
            "plan": network.plan.as_config(),
        },
        sounds_like=f"{name}, sample by sample",
        lowest=lowest,
        highest=highest,
        card=(
            f"# {name}\n\nA WaveNet, 16 kHz.\n\n"
            f"- Trained on {excerpts.seconds / 60:.0f} minutes of recordings, in {schedule.steps} steps"
            f" of all domains.\n- Loss on held-out recordings: {loss:.3f} nats a sample.\n"
        ),
        measured={"nats": loss},
        extends=extends,
    )
    return manifest.domain(name)


def _wavenet_of(model: str, name: str) -> dict[str, Tensor]:
    """Return the weights of a model's domain that is a WaveNet."""
    domain = zoo.find(model).domain(name)
    if domain.config.get("kind") != "wavenet":
        raise ModelNotFound(f"{domain.file}: domain {name!r} is no WaveNet; nothing can start from it")
    return {part: tensor.float() for part, tensor in zoo.load_tensors(domain).items()}
