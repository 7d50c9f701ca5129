"""Training of WaveNets that read notes: one decoder for each domain, whose batches take turns.

The loss is the cross-entropy of the next sample's mu-law code, in nats, given the samples before it.  A
network that is trained on true samples only relies on them, and when it runs on its own, its first errors add
up.  So in half of the excerpts the input codes are jittered by a few at random, and in a quarter of them
there is a gap, from which the network learns to start again where notes sound and it is silent.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.models.wavenet.network import COMPACT_WAVENET, WaveNet, WaveNetConfig
from audiostyle.training.distributed import get_own_share, replicate
from audiostyle.training.loop import Log, PrefetchedBatches, Schedule, train
from audiostyle.translation.training.multi_domain import Pairs
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts, Place
from audiostyle.translation.training.wavenet.samples import write_sample
from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time
from audiostyle.translation.wavenet.lpc import LinearPredictor

Batch = tuple[Tensor, Tensor, Tensor]
"""True mu-law codes (B, T), the network's input codes (B, T), and the condition (B, F, Z)."""

_JITTER = (0.5, 4.0)  # mu-law codes; range of the standard deviation of the jitter
_SPARSE = 0.15  # standard deviation of weights that read a condition of which 90 % is zero
_VALIDATION_EXCERPTS, _VALIDATION_FRAMES = 12, 300  # of three seconds


@dataclass(frozen=True)
class CompactSettings:
    """Sizes of a batch, which is of one domain.

    Attributes:
        batch: excerpts in a batch.
        frames: length of an excerpt in frames of 10 ms.
        start_from: domain whose WaveNet all others start from; None starts from random weights.

    Example:
        >>> CompactSettings(batch=8).frames
        40
    """

    batch: int = 4
    frames: int = 40
    start_from: str | None = None


@dataclass(frozen=True)
class TrainedWaveNet:
    """A trained decoder of a domain.

    Attributes:
        network: the decoder.
        excerpts: what it was trained on.
        loss: on held-out recordings, in nats a sample.

    Example:
        >>> import tempfile, soundfile
        >>> audio = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 16000), 16000)
        >>> excerpts = CodedExcerpts([(audio, None)], frames=40, hop=100)
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=100))
        >>> trained = TrainedWaveNet(network, excerpts, loss=5.5)
        >>> trained.excerpts.seconds
        1.0
    """

    network: WaveNet
    excerpts: CodedExcerpts
    loss: float


class WaveNetDecoders(nn.Module):
    """A WaveNet for each domain; called, it returns the loss of one of them.

    Args:
        config: sizes of every WaveNet.
        domains: their names.
        dtype: that the loss is computed in.
    """

    def __init__(self, config: WaveNetConfig, domains: list[str], dtype: torch.dtype) -> None:
        super().__init__()
        self.networks = nn.ModuleDict({name: create_network(config) for name in domains})
        self.dtype = dtype

    def forward(self, domain: str, codes: Tensor, inputs: Tensor, condition: Tensor) -> Tensor:
        """Return the mean loss in nats of a :data:`Batch` of the domain."""
        network = self.networks[domain]
        assert isinstance(network, WaveNet)
        logits = logits_over_time(network, inputs, condition, self.dtype)
        return F.cross_entropy(logits.float().flatten(0, 1), codes.T.flatten())


def create_network(config: WaveNetConfig) -> WaveNet:
    """Return a network whose output depends on the condition from the start, and whose logits start at 0."""
    network = WaveNet(config)
    for part in (*network.layers, network.head):
        nn.init.normal_(part.condition.weight, std=_SPARSE)
    for parameter in network.head.logits.parameters():
        nn.init.zeros_(parameter)
    return network


class CompactTask:
    """A :class:`~audiostyle.training.loop.Task` that trains the WaveNets of several domains.

    Args:
        config: sizes of every WaveNet.
        training, held_out: excerpts of every domain to train and to validate on.
        batch: excerpts in a batch, of all processes together.
        seed: of the batches.
        samples: folder for what the WaveNets generate at each validation, or None.
        bfloat16: compute in reduced precision, twice as fast where the processor multiplies in it.
        device: where to compute; None is the CPU.

    Raises:
        TrainingError: when a batch is drawn, it cannot be shared by the processes evenly.

    Example:
        >>> from audiostyle.music.midi import write_midi
        >>> from audiostyle.music.performance import Performance
        >>> from audiostyle.translation.wavenet.conditioning import HOP, WIDTH
        >>> import tempfile, soundfile
        >>> audio = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 16000), 16000)
        >>> write_midi(Performance(), audio.with_suffix(".mid"))
        >>> excerpts = {"noise": CodedExcerpts([(audio, audio.with_suffix(".mid"))], frames=40)}
        >>> config = WaveNetConfig(1, 2, channels=4, skips=4, condition=WIDTH, hop=HOP)
        >>> CompactTask(config, excerpts, excerpts, batch=2).loss(0)[1]  # ln 256: all are equally likely
        {'noise': 5.5452}
    """

    def __init__(
        self,
        config: WaveNetConfig,
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
        self.module = WaveNetDecoders(config, self.domains, dtype).to(self.device)
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
            own = excerpts.codes(place)
            rows.append((own, disturb_codes(own, rng), excerpts.condition(place)))
        codes, inputs, condition = (torch.from_numpy(np.stack(part)) for part in zip(*rows, strict=True))
        return codes.long(), inputs.long(), condition

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
    """Return input codes (T,) for true ones: half of the excerpts are jittered, a quarter have a gap.

    Args:
        codes: (T,) uint8, the mu-law codes of an excerpt; they are not changed.
        rng: decides everything.

    Returns:
        (T,) uint8.

    Example:
        >>> disturb_codes(np.full(8, 200, np.uint8), np.random.default_rng(1)).shape
        (8,)
    """
    inputs = codes if rng.random() < 0.5 else _jitter(codes, rng)
    return inputs if rng.random() < 0.75 else _insert_gap(inputs, rng)


def _jitter(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Add normal noise to all codes, whose deviation is drawn once."""
    noise = rng.standard_normal(len(codes)) * np.exp(rng.uniform(*np.log(_JITTER)))
    return np.clip(np.rint(codes + noise), 0, CODES - 1).astype(codes.dtype)


def _insert_gap(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Replace up to half of the excerpt by silence."""
    start, stop = np.sort(rng.integers(0, len(codes) + 1, 2))
    inputs = codes.copy()
    inputs[start : min(stop, start + len(codes) // 2)] = SILENCE
    return inputs


@torch.no_grad()
def _validate_excerpts(
    module: WaveNetDecoders, domain: str, excerpts: CodedExcerpts, places: list[Place], device: torch.device
) -> float:
    """Return the mean loss of a domain's excerpts, one by one: together they would fill the memory."""
    losses = []
    for place in places:
        codes = torch.from_numpy(excerpts.codes(place))[None].long().to(device)
        condition = torch.from_numpy(excerpts.condition(place))[None].to(device)
        losses.append(module(domain, codes, codes, condition).item())
    return round(float(np.mean(losses)), 4)


def _read_excerpts(
    domains: Mapping[str, tuple[Pairs, Pairs]], predictions: Mapping[str, LinearPredictor], frames: int
) -> tuple[dict[str, CodedExcerpts], dict[str, CodedExcerpts]]:
    """Return excerpts to train on and held-out ones, which are coded like those to train on."""
    training, held_out = {}, {}
    for name, (files, _) in domains.items():
        training[name] = CodedExcerpts(files, frames, prediction=predictions[name])
    for name, (_, files) in domains.items():
        companding = training[name].companding
        held_out[name] = CodedExcerpts(
            files, _VALIDATION_FRAMES, companding=companding, prediction=predictions[name]
        )
    return training, held_out


def train_compact(
    domains: Mapping[str, tuple[Pairs, Pairs]],
    predictions: Mapping[str, LinearPredictor],
    run: Path,
    *,
    schedule: Schedule,
    settings: CompactSettings,
    log: Log,
    start: Mapping[str, Tensor] | None = None,
    config: WaveNetConfig = COMPACT_WAVENET,
    bfloat16: bool = False,
    device: torch.device | None = None,
) -> dict[str, TrainedWaveNet]:
    """Train a WaveNet for every domain, and return them by domain.

    Args:
        domains: recordings for training and for validation, by domain.
        predictions: linear prediction of each domain, by way of its spectral decoder.
        run: folder of the checkpoints, and of what is generated at validations; a training that was begun
            there is resumed.
        schedule, settings: how to train.
        log: of the training.
        start: weights that all start from; None starts from random ones.
        config: sizes of every WaveNet.
        bfloat16: compute in reduced precision.
        device: where to compute; None is the CPU.

    Raises:
        TrainingError: too little material, or ``run`` belongs to another training.

    Example:
        >>> from audiostyle.models import zoo
        >>> from audiostyle.translation.wavenet.loading import load_predictor
        >>> pairs = [(Path("piano/0000.flac"), Path("piano/0000.mid"))]
        >>> predictor = load_predictor(zoo.find_model("universal").domain("piano"))
        >>> schedule = Schedule(1000, 4e-3, muon=0.03)
        >>> trained = train_compact(
        ...     {"piano": (pairs, pairs)}, {"piano": predictor}, Path("runs/piano"),
        ...     schedule=schedule, settings=CompactSettings(), log=print,
        ... )  # doctest: +SKIP
    """
    training, held_out = _read_excerpts(domains, predictions, settings.frames)
    torch.manual_seed(schedule.seed)
    task = CompactTask(
        config,
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
    checked = {"domains": list(domains), "network": config.as_config(), **asdict(settings)}
    best = train(task, schedule, run, checked, log)
    assert isinstance(best, WaveNetDecoders)
    losses, trained = task.validate(best), {}
    for name, network in best.networks.items():
        assert isinstance(network, WaveNet)
        trained[name] = TrainedWaveNet(network, training[name], losses[name])
    return trained
