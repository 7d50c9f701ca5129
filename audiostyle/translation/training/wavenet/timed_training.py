"""Training of a WaveNet against the clock: learning rates depend on the share of the time that has passed.

So a training makes the best of an accelerator that is lent for some minutes, however fast it is and whoever
shares it.  Everything it reads lies on the device, and it computes in bfloat16 there.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.atomic import write_atomically
from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.models.loading import explain_misfits
from audiostyle.models.wavenet.network import WAVENET_RATE, WaveNet, WaveNetConfig
from audiostyle.training.checkpoint import load_checkpoint, save_checkpoint
from audiostyle.training.clock import compute_rate_factor
from audiostyle.training.muon import Muon, find_hidden_weights
from audiostyle.translation.training.wavenet.compact import create_network
from audiostyle.translation.training.wavenet.resident_excerpts import ResidentExcerpts, disturb_together
from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time

_LARGEST_GRADIENT = 1.0  # norm beyond which gradients are scaled down
_STEPS_AHEAD = 4  # that may be queued on the device before the clock is read
_REPORT_SECONDS = 15.0  # between two rows of the log
_VALIDATION = 16, 200  # excerpts, and frames of each
_VALIDATIONS = 6  # in a training

Row = dict[str, float]


@dataclass(frozen=True)
class TimedSettings:
    """Sizes and rates of a training.

    Attributes:
        seconds: of wall clock from the first step to the last.
        steps: if above 0, how many, whatever the clock says; such a training can be repeated exactly.
        batch: excerpts in a batch.
        frames: length of an excerpt, of 10 ms.
        adam, muon: largest learning rates of the two optimizers.
        average: steps over which weights are averaged.
        bfloat16: whether to compute in reduced precision.
        seed: of weights and batches.
        save_every: seconds between checkpoints.
    """

    seconds: float
    steps: int = 0
    batch: int = 16
    frames: int = 60
    adam: float = 4e-3
    muon: float = 0.03
    average: int = 300
    bfloat16: bool = True
    seed: int = 0
    save_every: float = 120.0


class TimedWaveNet:
    """A training of one WaveNet.

    Args:
        config: sizes of the network.
        training, held_out: to train and to validate on, on the device that computes.
        settings: of the training.
        about: what the log and the checkpoint hold besides.
        out: folder of ``final.safetensors``, the averaged weights in half precision, ``log.json``, and
            ``state.pt``, from which the training can be resumed.
        report: called with each row of the log.

    Example:
        >>> training = TimedWaveNet(config, excerpts, held_out, settings, {}, Path("run"))  # doctest: +SKIP
        >>> training.run()  # doctest: +SKIP
    """

    def __init__(
        self,
        config: WaveNetConfig,
        training: ResidentExcerpts,
        held_out: ResidentExcerpts,
        settings: TimedSettings,
        about: dict[str, object],
        out: Path,
        report: Callable[[Row], None] | None = None,
    ) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self._training, self._out, self._report = settings, training, out, report
        self._held_out, self._about = held_out, about
        self.device = training.device
        self.network = create_network(config).to(self.device)
        self.mean = create_network(config).to(self.device).requires_grad_(False)
        self.mean.load_state_dict(self.network.state_dict())
        self._optimizers = _make_optimizers(self.network, settings)
        self._generator = torch.Generator(self.device)
        self._dtype = torch.bfloat16 if settings.bfloat16 else torch.float32
        self.steps, self._elapsed, self._rows = 0, 0.0, cast(list[Row], [])

    def resume(self, path: Path) -> None:
        """Go on from a ``state.pt`` of the same network and material.

        Raises:
            TrainingError: it is damaged, or of another training.
        """
        state: dict[str, Any] | None = load_checkpoint(path, self._describe())
        if state is None:
            raise TrainingError(f"{path}: no such checkpoint")
        self.network.load_state_dict(state["network"])
        self.mean.load_state_dict(state["mean"])
        for optimizer, own in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(own)
        self.steps, self._elapsed, self._rows = state["steps"], state["elapsed"], state["rows"]

    def begin_with(self, path: Path) -> None:
        """Begin with the weights of another training's ``final.safetensors``, of a network of the same sizes.

        Raises:
            ModelNotFound: the file is missing or damaged, or the network has other sizes.
        """
        with explain_misfits(path):
            try:
                tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
            except (OSError, SafetensorError) as error:
                raise ModelNotFound(f"{path}: cannot be read ({error})") from None
            for network in (self.network, self.mean):
                network.load_state_dict(tensors)

    def run(self) -> float:
        """Train until the time is over, write what there is, and return the loss on held-out excerpts."""
        began = time.monotonic() - self._elapsed
        saved = logged = time.monotonic()
        since, total = 0, torch.zeros((), device=self.device)
        seconds, interval = self.settings.seconds, min(_REPORT_SECONDS, self.settings.seconds / 8)
        validated = time.monotonic()
        while (share := self._measure_share(time.monotonic() - began)) < 1:
            total += self.step(compute_rate_factor(share))
            since += 1
            if self.steps % _STEPS_AHEAD == 0:
                self._synchronize()
            now = time.monotonic()
            self._elapsed = now - began
            if now - logged > interval:
                row = self._make_row(float(total) / since, since, now - logged)
                if now - validated > seconds / _VALIDATIONS:
                    row["held_out"], validated = self.validate(), now
                self._add_row(row)
                since, logged = 0, time.monotonic()
                total.zero_()
            if now - saved > self.settings.save_every:
                self.save()
                saved = now
        self.save()  # before anything else, for time is scarce at the end
        loss = self.validate()
        self._add_row({"step": self.steps, "held_out": loss})
        self.save()
        return loss

    def step(self, factor: float) -> Tensor:
        """Take one step with the largest learning rates times ``factor``; returns the loss."""
        settings = self.settings
        self._generator.manual_seed(settings.seed * 1_000_003 + self.steps)
        codes, condition = self._training.draw(settings.batch, settings.frames, self._generator)
        inputs = disturb_together(codes, self._generator)
        for optimizer in self._optimizers:
            optimizer.zero_grad(set_to_none=True)
            for group in optimizer.param_groups:
                group["lr"] = factor * group["peak"]
        loss = self._compute_loss(self.network, codes, inputs, condition)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), _LARGEST_GRADIENT)
        for optimizer in self._optimizers:
            optimizer.step()
        self.steps += 1
        self._average_weights()
        return loss.detach()

    @torch.no_grad()
    def validate(self) -> float:
        """Return the loss of the averaged weights on held-out excerpts, in nats a sample."""
        count, frames = _VALIDATION
        codes, condition = self._held_out.spread(count, min(frames, self._held_out.frames))
        parts = zip(codes.split(4), condition.split(4), strict=True)
        losses = [self._compute_loss(self.mean, own, own, its) for own, its in parts]
        return round(float(torch.stack(losses).mean()), 4)

    def save(self) -> None:
        """Write weights, log and state; each file is whole or as it was."""
        weights = {name: tensor.half().contiguous().cpu() for name, tensor in self.mean.state_dict().items()}
        with write_atomically(self._out / "final.safetensors", TrainingError) as temporary:
            save_file(weights, temporary)
        log = {**self._about, "settings": asdict(self.settings), "steps": self.steps, "rows": self._rows}
        log["network"] = self.network.config.as_config()
        with write_atomically(self._out / "log.json", TrainingError) as temporary:
            temporary.write_text(json.dumps(log))
        state = {
            "config": self._describe(),
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "steps": self.steps,
            "elapsed": self._elapsed,
            "rows": self._rows,
        }
        save_checkpoint(self._out / "state.pt", state)

    def limit_seconds(self, seconds: float) -> None:
        """Let :meth:`run` take this long instead."""
        self.settings = replace(self.settings, seconds=seconds)

    def _describe(self) -> dict[str, object]:
        """Return what a checkpoint must have in common with the training that goes on from it."""
        return {"network": self.network.config.as_config(), **self._about}

    def _measure_share(self, elapsed: float) -> float:
        if self.settings.steps:
            return self.steps / self.settings.steps
        return elapsed / self.settings.seconds

    def _compute_loss(self, network: WaveNet, codes: Tensor, inputs: Tensor, condition: Tensor) -> Tensor:
        logits = logits_over_time(network, inputs, condition, self._dtype)
        return F.cross_entropy(logits.float().flatten(0, 1), codes.T.flatten())

    @torch.no_grad()
    def _average_weights(self) -> None:
        decay = min(1 - 1 / self.settings.average, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(list(self.mean.parameters()), list(self.network.parameters()), 1 - decay)

    def _make_row(self, loss: float, steps: int, seconds: float) -> Row:
        samples = steps * self.settings.batch * self.settings.frames * self.network.config.hop / seconds
        return {
            "seconds": round(self._elapsed, 1),
            "step": self.steps,
            "loss": round(loss, 4),
            "samples_a_second": round(samples),
            "times_real_time": round(samples / WAVENET_RATE, 1),
            "teraflops": round(3e-12 * samples * count_operations(self.network.config), 3),
        }

    def _add_row(self, row: Row) -> None:
        self._rows.append(row)
        if self._report:
            self._report(row)

    def _synchronize(self) -> None:
        """Wait for the device, so that the clock shows when its work was done."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def count_operations(config: WaveNetConfig) -> int:
    """Return the multiplications and additions for a sample's distribution; a step of training takes thrice.

    Example:
        >>> count_operations(WaveNetConfig(1, 2, channels=4, skips=8, condition=3, hop=10))
        4640
    """
    c, s, layers = config.channels, config.skips, len(config.dilations)
    products = layers * (4 * c * c + c * s) + (layers - 1) * c * c + s * s + s * 256
    return 2 * products


def _make_optimizers(network: WaveNet, settings: TimedSettings) -> list[torch.optim.Optimizer]:
    """Return Adam for what reads codes and for biases, and Muon for the matrices."""
    hidden = find_hidden_weights(network)
    identities = {id(weight) for weight in hidden}
    rest = [p for p in network.parameters() if id(p) not in identities]
    return [
        torch.optim.AdamW([{"params": rest, "peak": settings.adam}], betas=(0.9, 0.98), weight_decay=0.0),
        Muon([{"params": hidden, "peak": settings.muon}], lr=0),
    ]


def round_gain(residual: np.ndarray, share: float = 0.9995, peak: float = 0.9) -> float:
    """Return the gain that brings all but a few samples of a wave to ``peak``.

    Example:
        >>> round_gain(np.array([0.0, 0.5, -0.5, 0.5]))
        1.8
    """
    return round(float(peak / max(np.quantile(np.abs(residual), share), 1e-6)), 4)
