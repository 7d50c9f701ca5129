"""Training against the clock: the learning rates depend on the share of the time that has passed.

So a training makes the best of a GPU that is lent for some minutes, however fast it is.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from audiostyle.atomic import write_atomically
from audiostyle.errors import TrainingError
from audiostyle.training.clock import compute_rate_factor
from audiostyle.training.muon import Muon, find_hidden_weights
from audiostyle.translation.training.expressive.augmentation import BatchAugmentation
from audiostyle.translation.training.expressive.losses import compute_losses, sum_losses
from audiostyle.translation.training.expressive.model import ExpressiveEncoder
from audiostyle.translation.training.expressive.rendering_pool import RenderingPool
from audiostyle.translation.training.expressive.replay_buffer import ReplayBuffer

_LARGEST_GRADIENT = 1.0  # norm beyond which gradients are scaled down
_STEPS_AHEAD = 4  # that may be queued on the device before the clock is read
_REPORT_SECONDS = 10.0  # between two rows of the log
_TRIAL_STEPS = 4  # by which two ways of computing are compared

Report = Callable[[dict[str, float]], None]


@dataclass(frozen=True)
class TrainingSettings:
    """Sizes and rates of a training.

    Attributes:
        seconds: of wall clock from the first step to the last.
        channels, width: of :class:`.model.ExpressiveEncoder`.
        batch: excerpts in a batch.
        frames: length of an excerpt; 384 are four and a half seconds.
        adam, muon: largest learning rates of the two optimizers.
        capacity: recordings in the replay buffer.
        first: recordings in it before the first step.
        save_every: seconds between checkpoints.
        seed: of the weights, batches and augmentation.
        compiled: whether torch compiles the network.
        bfloat16: whether it computes in reduced precision.
        average: steps over which weights are averaged.
        steps: number of steps after which training ends even if there is time left.
    """

    seconds: float
    channels: int = 48
    width: int = 64
    batch: int = 64
    frames: int = 384
    adam: float = 2e-3
    muon: float = 0.02
    capacity: int = 24000
    first: int = 256
    save_every: float = 120.0
    seed: int = 0
    compiled: bool = False
    bfloat16: bool = True
    average: int = 400
    steps: int = 1 << 30


class TimedTraining:
    """A training of an :class:`.model.ExpressiveEncoder` on recordings that are rendered meanwhile.

    Args:
        settings: sizes and rates.
        pool: where recordings come from.
        device: where to compute.
        out: folder of ``latest.safetensors``, ``final.safetensors`` and ``log.json``.
        start: a checkpoint of the same sizes to begin with; None begins with random weights.
        report: called with each row of the log.

    Example:
        >>> training = TimedTraining(TrainingSettings(480), pool, torch.device("cuda"), out)  # doctest: +SKIP
        >>> training.fill(256, timeout=60)  # doctest: +SKIP
        >>> training.run()  # doctest: +SKIP
    """

    def __init__(
        self,
        settings: TrainingSettings,
        pool: RenderingPool,
        device: torch.device,
        out: Path,
        start: Path | None = None,
        report: Report | None = None,
    ) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self._pool, self._device, self._out = settings, pool, device, out
        self.model = ExpressiveEncoder(settings.channels, settings.width).to(device)
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        if start:
            self.model.load_state_dict(load_file(start))
        self.buffer = ReplayBuffer(settings.capacity, device, settings.seed + 1)
        self._augment = BatchAugmentation(device, settings.seed + 2)
        self._optimizers = _make_optimizers(self.model, settings)
        self._forward: Callable[[Tensor], tuple[Tensor, Tensor, Tensor]] = self.model
        self._mean = {name: t.detach().clone() for name, t in self.model.state_dict().items()}
        self._report = report
        self._log: list[dict[str, float]] = []
        self.steps = 0

    def fill(self, count: int, timeout: float) -> None:
        """Wait until the replay buffer holds some recordings.

        Args:
            count: of recordings.
            timeout: seconds after which fewer are enough.

        Raises:
            TimeoutError: there is none.
        """
        start = time.monotonic()
        while len(self.buffer) < count and time.monotonic() - start < timeout:
            for recording in self._pool.take(timeout=1.0):
                self.buffer.add(recording)
        if not len(self.buffer):
            raise TimeoutError(f"no recording was rendered in {timeout:.0f} s")

    def choose_convolutions(self) -> dict[str, float]:
        """Take some steps with dilated convolutions as they are and by phases, and keep the faster way.

        Returns:
            Milliseconds a step: ``dilated`` and ``by phases``.
        """
        seconds = {}
        for by_phases in (False, True):
            self.model.by_phases = by_phases
            for _ in range(3):  # the library looks for its fastest kernels
                self.step(0.0)
            self._synchronize()
            start = time.monotonic()
            for _ in range(_TRIAL_STEPS):
                self.step(0.0)
            self._synchronize()
            seconds[by_phases] = time.monotonic() - start
        self.model.by_phases = seconds[True] < seconds[False]
        self.steps = 0
        per_step = 1000 / _TRIAL_STEPS
        return {"dilated": per_step * seconds[False], "by phases": per_step * seconds[True]}

    def run(self) -> None:
        """Train until the time is over, and write the checkpoints."""
        settings = self.settings
        if settings.compiled:
            self._forward = torch.compile(self.model)
        start = saved = logged = time.monotonic()
        since, sums = 0, dict[str, Tensor]()
        interval = min(_REPORT_SECONDS, settings.seconds / 20)
        while (elapsed := time.monotonic() - start) < settings.seconds and self.steps < settings.steps:
            for recording in self._pool.take():
                self.buffer.add(recording)
            losses = self.step(compute_rate_factor(elapsed / settings.seconds))
            sums = {name: loss.detach() + sums.get(name, 0) for name, loss in losses.items()}
            since += 1
            if self.steps % _STEPS_AHEAD == 0:
                self._synchronize()
            now = time.monotonic()
            if now - logged > interval:
                self._add_row(sums, since, now - start, now - logged)
                sums, since, logged = {}, 0, now
            if now - saved > settings.save_every:
                self.save("latest")
                saved = now
        self.save("final")

    def limit_seconds(self, seconds: float) -> None:
        """Let :meth:`run` take this long instead."""
        self.settings = replace(self.settings, seconds=seconds)

    def step(self, factor: float) -> dict[str, Tensor]:
        """Take one step with the largest learning rates times ``factor``; returns the losses by name."""
        settings = self.settings
        for optimizer in self._optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = factor * group["peak"]
        with torch.no_grad():
            wave, targets = self.buffer.draw_batch(settings.batch, settings.frames)
            stack = self.model.encoder.frontend(self._augment(wave))
        with torch.autocast(self._device.type, torch.bfloat16, enabled=settings.bfloat16):
            outputs = self._forward(stack)
        losses = compute_losses(outputs, targets)
        sum_losses(losses).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), _LARGEST_GRADIENT)
        for optimizer in self._optimizers:
            optimizer.step()
        self.steps += 1
        self._average_weights()
        return losses

    def save(self, name: str) -> None:
        """Write the averaged weights as ``NAME.safetensors`` and the log; a file is whole or as it was."""
        tensors = {key: tensor.contiguous().cpu() for key, tensor in self._mean.items()}
        with write_atomically(self._out / f"{name}.safetensors", TrainingError) as temporary:
            save_file(tensors, temporary)
        log = {"settings": asdict(self.settings), "steps": self.steps, "log": self._log}
        with write_atomically(self._out / "log.json", TrainingError) as temporary:
            temporary.write_text(json.dumps(log))

    @torch.no_grad()
    def _average_weights(self) -> None:
        """Move the averaged weights towards the present ones."""
        decay = min(1 - 1 / self.settings.average, (1 + self.steps) / (10 + self.steps))
        state = self.model.state_dict()
        names = [name for name, tensor in state.items() if tensor.is_floating_point()]
        torch._foreach_lerp_([self._mean[n] for n in names], [state[n] for n in names], 1 - decay)

    def _add_row(self, sums: dict[str, Tensor], steps: int, elapsed: float, span: float) -> None:
        losses = {name: round(float(loss) / steps, 5) for name, loss in sums.items()}
        row = {
            "seconds": round(elapsed, 1),
            "step": self.steps,
            "milliseconds": round(1000 * span / steps, 1),
            "rendered": self._pool.rendered,
            **losses,
        }
        self._log.append(row)
        if self._report:
            self._report(row)

    def _synchronize(self) -> None:
        """Wait for the device, so that the clock shows when its work was done."""
        if self._device.type == "cuda":
            torch.cuda.synchronize()


def _make_optimizers(model: nn.Module, settings: TrainingSettings) -> list[torch.optim.Optimizer]:
    """Return Adam for the weights that read and write, and Muon for the hidden ones."""
    hidden = find_hidden_weights(model)
    identities = {id(weight) for weight in hidden}
    rest = [p for p in model.parameters() if id(p) not in identities and p.requires_grad]
    return [
        torch.optim.AdamW([{"params": rest, "peak": settings.adam}], betas=(0.9, 0.98), weight_decay=1e-3),
        Muon([{"params": hidden, "peak": settings.muon}], lr=0),
    ]
