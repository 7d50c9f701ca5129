"""Training of WaveNets that read the shipped encoder's code: a decoder a domain, batches in turn.

The loss is that of the next sample's code, in nats, given the true ones before it.  A network that is never
wrong about its past does not learn to do without it, and then drowns in its own first mistakes; so in half of
the excerpts what it hears of the past is off by a few codes at random, and in a quarter it hears nothing for
a while, so that it learns to begin anew where notes sound and it is silent.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.models.wavenet.network import COMPACT_WAVENET, WaveNet, WaveNetConfig
from audiostyle.training.distributed import get_own_share, replicate
from audiostyle.training.loop import Log, PrefetchedBatches, Schedule, train
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place
from audiostyle.translation.training.wavenet.samples import write_sample
from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time
from audiostyle.translation.wavenet.lpc import LinearPredictor

Batch = tuple[Tensor, Tensor, Tensor]
"""True codes (B, T), codes as they are heard (B, T), condition (B, F, Z)."""

Pairs = list[tuple[Path, Path]]
"""Recordings with their notes: audio and MIDI."""

_JITTER = (0.5, 4.0)  # codes; between these lies the standard deviation of what is heard
_SPARSE = 0.15  # standard deviation of weights that meet a code of which ten numbers in a hundred are not 0
_VALIDATION_EXCERPTS, _VALIDATION_FRAMES = 12, 300  # of three seconds


@dataclass(frozen=True)
class CompactSettings:
    """A batch, of one domain: ``batch`` excerpts of ``frames`` frames of 10 ms.

    ``start_from``: domain whose WaveNet all others start from; None to start from nothing.
    """

    batch: int = 4
    frames: int = 40
    start_from: str | None = None


@dataclass(frozen=True)
class TrainedWaveNet:
    """A domain's decoder, what it was trained on, and its loss on what it was not, in nats a sample."""

    network: WaveNet
    excerpts: CodedExcerpts
    loss: float


class WaveNetDecoders(nn.Module):
    """A WaveNet for each domain; to call it is to ask for the loss of one."""

    def __init__(self, plan: WaveNetConfig, domains: list[str], dtype: torch.dtype) -> None:
        super().__init__()
        self.networks = nn.ModuleDict({name: _create_network(plan) for name in domains})
        self.dtype = dtype

    def forward(self, domain: str, codes: Tensor, heard: Tensor, condition: Tensor) -> Tensor:
        """Return the mean loss in nats of a :data:`Batch` of the domain."""
        network = self.networks[domain]
        assert isinstance(network, WaveNet)
        logits = logits_over_time(network, heard, condition, self.dtype)
        return F.cross_entropy(logits.float().flatten(0, 1), codes.T.flatten())


def _create_network(plan: WaveNetConfig) -> WaveNet:
    """Return a network that listens to the code from the start, and holds all samples for equally likely."""
    network = WaveNet(plan)
    for part in (*network.layers, network.head):
        nn.init.normal_(part.condition.weight, std=_SPARSE)
    for parameter in network.head.logits.parameters():
        nn.init.zeros_(parameter)
    return network


class CompactTask:
    """What :func:`audiostyle.training.loop.train` trains.

    Args:
        plan: of every decoder.
        training, held_out: excerpts of every domain; validation is on held-out ones.
        batch: excerpts in a batch, of all processes together.
        samples: folder for what the decoders play at each validation, or None.
        bfloat16: train in reduced precision; twice as fast where the processor multiplies in it.
    """

    def __init__(
        self,
        plan: WaveNetConfig,
        training: Mapping[str, CodedExcerpts],
        held_out: Mapping[str, CodedExcerpts],
        *,
        batch: int,
        seed: int = 0,
        samples: Path | None = None,
        bfloat16: bool = False,
        device: torch.device | None = None,
    ) -> None:
        self.domains, self.training, self.batch, self.seed = list(training), training, batch, seed
        self.device, self.samples, self.step = device or torch.device("cpu"), samples, 0
        dtype = torch.bfloat16 if bfloat16 else torch.float32
        self.module = WaveNetDecoders(plan, self.domains, dtype).to(self.device)
        self._replica = replicate(self.module)
        self.held_out = held_out
        self._batches = PrefetchedBatches(self._prepare)

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of the batch of ``step``, whose domain is the next in turn."""
        self.step, domain = step + 1, self.domains[step % len(self.domains)]
        loss = self._replica(domain, *(part.to(self.device) for part in self._batches(step)))
        return loss, {domain: round(loss.item(), 4)}

    def _prepare(self, step: int) -> Batch:
        excerpts = self.training[self.domains[step % len(self.domains)]]
        rows = []
        for item in get_own_share(self.batch):
            rng = np.random.default_rng([self.seed, step, item])
            place = excerpts.draw(rng)
            codes = excerpts.codes(place)
            rows.append((codes, disturb_codes(codes, rng), excerpts.condition(place)))
        true, heard, told = (torch.from_numpy(np.stack(part)) for part in zip(*rows, strict=True))
        return true.long(), heard.long(), told

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the loss on held-out excerpts of every domain; the score is the negative of their mean."""
        assert isinstance(module, WaveNetDecoders)
        losses = {}
        for name, excerpts in self.held_out.items():
            places = list(excerpts.spread(_VALIDATION_EXCERPTS))
            losses[name] = _validate_excerpts(module, name, excerpts, places, self.device)
            if self.samples:
                network, path = module.networks[name], self.samples / f"{name}.{self.step:06d}.wav"
                assert isinstance(network, WaveNet)
                write_sample(path, network, excerpts.condition(places[0]), excerpts, places[0])
        return {"score": -round(float(np.mean(list(losses.values()))), 4)} | losses


def disturb_codes(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return codes as they are heard: some jittered, some with a gap, some as they are."""
    heard = codes if rng.random() < 0.5 else _jitter(codes, rng)
    return heard if rng.random() < 0.75 else _insert_gap(heard, rng)


def _jitter(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return codes each off by about as many as a draw for all says."""
    noise = rng.standard_normal(len(codes)) * np.exp(rng.uniform(*np.log(_JITTER)))
    return np.clip(np.rint(codes + noise), 0, CODES - 1).astype(codes.dtype)


def _insert_gap(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return codes with silence in their place for up to half of the excerpt."""
    start, stop = np.sort(rng.integers(0, len(codes) + 1, 2))
    heard = codes.copy()
    heard[start : min(stop, start + len(codes) // 2)] = SILENCE
    return heard


@torch.no_grad()
def _validate_excerpts(
    module: WaveNetDecoders, domain: str, excerpts: CodedExcerpts, places: list[Place], device: torch.device
) -> float:
    """Return the mean loss of a domain's excerpts, one after the other: together they fill the memory."""
    losses = []
    for place in places:
        codes = torch.from_numpy(excerpts.codes(place))[None].long().to(device)
        condition = torch.from_numpy(excerpts.condition(place))[None].to(device)
        losses.append(module(domain, codes, codes, condition).item())
    return round(float(np.mean(losses)), 4)


def train_compact(
    domains: Mapping[str, tuple[Pairs, Pairs]],
    predictions: Mapping[str, LinearPredictor],
    run: Path,
    *,
    schedule: Schedule,
    settings: CompactSettings,
    log: Log,
    start: Mapping[str, Tensor] | None = None,
    plan: WaveNetConfig = COMPACT_WAVENET,
    bfloat16: bool = False,
    device: torch.device | None = None,
) -> dict[str, TrainedWaveNet]:
    """Train a WaveNet for every domain, and return what was learned, by domain.

    Args:
        domains: recordings for training and for validation, by the name of the domain.
        predictions: what the domains' parallel decoders predict of them.
        run: folder of the checkpoints and of what is played at validations; a run begun there is resumed.
        start: weights that all begin with.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.
    """
    training = {
        name: CodedExcerpts(files, settings.frames, prediction=predictions[name])
        for name, (files, _) in domains.items()
    }
    held_out = {
        name: CodedExcerpts(
            files,
            _VALIDATION_FRAMES,
            companding=training[name].companding,
            prediction=predictions[name],
        )
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
    if start:
        for network in task.module.networks.values():
            network.load_state_dict(start)
    config: dict[str, Any] = {"domains": list(domains), "plan": plan.as_config(), **asdict(settings)}
    best = train(task, schedule, run, config, log)
    assert isinstance(best, WaveNetDecoders)
    losses, learned = task.validate(best), {}
    for name, network in best.networks.items():
        assert isinstance(network, WaveNet)
        learned[name] = TrainedWaveNet(network, training[name], losses[name])
    return learned
