"""WaveNets of several domains, trained in one process or in several that torchrun starts.

*compact*: WaveNets that read the notes which a model's encoder transcribes; the encoder is not trained.  The
domains' spectral decoders, whose linear prediction a WaveNet needs, are trained first.
*paper*: the published system, which learns encoder and WaveNets together, without notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import torch

from audiostyle.models.frontend import LOWEST_PITCH, PITCHES
from audiostyle.models.saving import add_domain, add_encoder, half_precision
from audiostyle.models.wavenet.network import WaveNet
from audiostyle.training.distributed import is_leader, join_processes
from audiostyle.training.loop import Log, Schedule, train
from audiostyle.training.recordings import keep_readable
from audiostyle.translation.training.multi_domain import (
    gather_recordings,
    split_items,
    train_spectral_decoders,
    transcribe_recordings,
)
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import (
    CompactSettings,
    TrainedWaveNet,
    train_compact,
)
from audiostyle.translation.training.wavenet.export import (
    add_wavenets,
    find_wavenet_weights,
    make_card,
    make_decoder_config,
)
from audiostyle.translation.training.wavenet.paper import PaperSettings, PaperTask, PublishedNetworks
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.loading import load_predictor

_COMPACT_RATE, _MUON_RATE = 4e-3, 0.03
_PAPER_RATE = 2e-4  # published are 1e-3, at which reimplementations saw it diverge


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
    """Train the published system on recordings without notes, and write it as a model folder.

    Args:
        domains: recordings for training and for validation, by domain.
        model: the folder.
        run: folder of the checkpoints, and of what is generated at validations.
        schedule, settings: how to train.
        log: of the training.
        bfloat16: compute the decoders in reduced precision.
        device: where to compute; None is the CPU.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.
        AudioReadError: a recording cannot be read.

    Example:
        >>> domains = {"flute": ([Path("flute/one.wav")], [Path("flute/two.wav")])}
        >>> how = {"schedule": Schedule(1000, 2e-4), "settings": PaperSettings(), "log": print}
        >>> train_paper(domains, Path("models/mine"), Path("runs/mine"), **how)  # doctest: +SKIP
    """

    def read(files: Sequence[Path]) -> CodedExcerpts:
        pairs = [(path, None) for path in files]
        hop = settings.config.hop
        return CodedExcerpts(pairs, settings.frames, hop=hop, companding=Companding.from_level)

    training = {name: read(files) for name, (files, _) in domains.items()}
    held_out = {name: read(files) for name, (_, files) in domains.items()}
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
    assert isinstance(best, PublishedNetworks)
    if is_leader():
        _write_model(model, best, settings, training, task.validate(best))


def _write_model(
    model: Path,
    networks: PublishedNetworks,
    settings: PaperSettings,
    excerpts: Mapping[str, CodedExcerpts],
    losses: Mapping[str, float],
) -> None:
    """Write the published system as a model folder; ``losses`` are those of the domains, in nats."""
    config = settings.config
    sizes = {"blocks": settings.encoder_blocks, "layers": config.layers, "channels": config.channels}
    add_encoder(
        model,
        half_precision(networks.encoder),
        config={"kind": "wave", **sizes, "latent": config.condition, "hop": config.hop},
        card="# Encoder\n\nLearned with its decoders and without notes, as published.\n",
        summary=f"universal music translation as published: {', '.join(excerpts)}",
    )
    for name, own in excerpts.items():
        network = networks.networks[name]
        assert isinstance(network, WaveNet)
        add_domain(
            model,
            name,
            half_precision(network),
            config=make_decoder_config(network, own),
            sounds_like=f"{name}, sample by sample",
            lowest=LOWEST_PITCH,
            highest=LOWEST_PITCH + PITCHES - 1,
            card=make_card(name, TrainedWaveNet(network, own, losses[name])),
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
    spectral_steps: int,
    seed: int,
    extends: str,
    start_from: str | None,
    adversary: Literal["reversal", "negative"],
    batch: int | None,
    bfloat16: bool,
    log: Log,
) -> None:
    """Train a domain for each folder of recordings, alone or as one of the processes of torchrun.

    Args:
        recipe: which WaveNets, see the module.
        folders: of recordings, called like the domains.
        model: the model folder to make or to add to.
        run: folder of prepared recordings and checkpoints; a training that was begun there is resumed.
        steps: of the training of all WaveNets together.
        spectral_steps: of each domain's spectral decoder, for the compact recipe.
        seed: of all trainings.
        extends: name or folder of the model whose encoder is used, for the compact recipe.
        start_from: domain of that model whose WaveNet all start from; None starts from random weights.
        adversary: how the encoder confuses the critic, for the recipe of the paper.
        batch: excerpts in a batch; None is what the recipe has.
        bfloat16: train in reduced precision.
        log: of all trainings.

    Raises:
        TrainingError: too little material, a folder's name cannot be a domain's, or ``run`` belongs to
            another training.
        AudioReadError: a recording cannot be read.
        ModelNotFound: there is no model ``extends``, or in it no WaveNet ``start_from``.

    Example:
        >>> lengths = {"steps": 20_000, "spectral_steps": 1000, "batch": None}
        >>> options = {"seed": 0, "extends": "universal", "start_from": "piano", "adversary": "reversal"}
        >>> train_universal(
        ...     "compact", [Path("flute"), Path("oboe")], Path("models/mine"), Path("runs/mine"),
        ...     **lengths, **options, bfloat16=False, log=print,
        ... )  # doctest: +SKIP
    """
    recordings = gather_recordings(folders)
    with join_processes() as device:
        if recipe == "paper":
            train_paper(
                {name: split_items(name, keep_readable(files)) for name, files in recordings.items()},
                model,
                run,
                schedule=Schedule(steps, _PAPER_RATE, validate_every=1000, seed=seed),
                settings=PaperSettings(adversary=adversary, batch=batch or PaperSettings.batch),
                log=log,
                bfloat16=bfloat16,
                device=device,
            )
            return
        start = find_wavenet_weights(extends, start_from) if start_from else None
        files = transcribe_recordings(dict(zip(recordings, folders, strict=True)), run, extends, log)
        entries = train_spectral_decoders(
            files, model, run, extends=extends, steps=spectral_steps, seed=seed, bfloat16=bfloat16, log=log
        )
        trained = train_compact(
            files,
            {name: load_predictor(entry) for name, entry in entries.items()},
            run,
            schedule=Schedule(steps, _COMPACT_RATE, validate_every=500, seed=seed, muon=_MUON_RATE),
            settings=CompactSettings(batch or CompactSettings.batch, start_from=start_from),
            start=start,
            log=log,
            bfloat16=bfloat16,
            device=device,
        )
        if is_leader():
            add_wavenets(model, trained)
