"""From the published way of sampling to the fast one, a trick at a time: what each contributes.

The first steps are PyTorch, one stream, on one core; every later row does what the rows before it do, and one
thing more.  Seconds of audio a second are measured on short stretches: every sample costs the same.
"""

import time
from collections.abc import Callable, Iterator
from typing import cast

import numpy as np
import torch

from audiostyle.models.wavenet.mulaw import SILENCE
from audiostyle.models.wavenet.network import WAVENET_RATE, CausalLayer, WaveNet, WaveNetConfig
from audiostyle.models.wavenet.sampling import naive as published
from audiostyle.models.wavenet.sampling.gemm import get_panel_width
from audiostyle.models.wavenet.sampling.packing import pack_network
from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes
from audiostyle.models.wavenet.sampling.stepping import Streams


class Rings:
    """The published loop with rings for queues; then, if told, with fewer products."""

    def __init__(self, network: WaveNet, *, once_a_frame: bool, merged: bool) -> None:
        self.network, self.once_a_frame, self.merged = network, once_a_frame, merged
        self.layers = [cast(CausalLayer, layer) for layer in network.layers]
        channels = network.plan.channels
        self.rings = [torch.zeros(dilation, channels, 1) for dilation in network.plan.dilations]
        self.taps = [torch.cat(layer.dilated.weight.unbind(2), dim=1) for layer in self.layers]
        self.parts = [layer.dilated.weight.unbind(2) for layer in self.layers]
        self.mixes = [torch.cat([part.weight[:, :, 0] for part in _outputs(layer)]) for layer in self.layers]
        self.biases = [
            torch.cat([cast(torch.Tensor, p.bias) for p in _outputs(layer)]) for layer in self.layers
        ]
        self.tables, self.held = network.entry.tables(), torch.zeros(channels)
        self.clock = 0

    def sample(self, condition: torch.Tensor, draws: torch.Tensor) -> None:
        code, hop = torch.tensor([SILENCE]), self.network.plan.hop
        for t in range(draws.shape[1]):
            frame = condition[0, t // hop][:, None]
            if t % hop == 0 or not self.once_a_frame:
                self.conditions = [
                    (
                        layer.condition.weight[:, :, 0] @ frame
                        + cast(torch.Tensor, layer.dilated.bias)[:, None]
                    )
                    for layer in self.layers
                ]
            code = choose_codes(self._step(code, frame), draws[:, t], 1.0)

    def _step(self, code: torch.Tensor, frame: torch.Tensor) -> torch.Tensor:
        x = (self.tables[1, code[0]] + self.held)[:, None]
        self.held = self.tables[0, code[0]]
        total, skips = torch.zeros(()), self.network.plan.skips
        for number, layer in enumerate(self.layers):
            row = self.rings[number][self.clock % len(self.rings[number])]
            if self.merged:
                h = torch.addmm(self.conditions[number], self.taps[number], torch.cat([row, x]))
            else:
                past, present = self.parts[number]
                h = past @ row + present @ x + self.conditions[number]
            row.copy_(x)
            filtered, gate = h.chunk(2)
            z = torch.tanh(filtered) * torch.sigmoid(gate)
            if self.merged:
                both = torch.addmm(self.biases[number][:, None], self.mixes[number], z)
                total, x = total + both[:skips], x if layer.residual is None else x + both[skips:]
            else:
                total = total + layer.skip(z)
                x = x if layer.residual is None else x + layer.residual(z)
        self.clock += 1
        return self.network.head(total[None], frame[None], 1)[..., 0]


def _outputs(layer: CausalLayer) -> list[torch.nn.Conv1d]:
    return [part for part in (layer.skip, layer.residual) if part is not None]


def speed(work: Callable[[int], None], samples: int, waves: int = 1) -> float:
    """Seconds of audio a second, the best of three; ``work`` makes so many samples of each of ``waves``."""
    work(samples)
    best = min(_seconds(work, samples) for _ in range(3))
    return waves * samples / WAVENET_RATE / best


def _seconds(work: Callable[[int], None], samples: int) -> float:
    started = time.perf_counter()
    work(samples)
    return time.perf_counter() - started


def published_way(network: WaveNet) -> Callable[[int], None]:
    def work(samples: int) -> None:
        condition = torch.zeros(1, -(-samples // network.plan.hop), network.plan.condition)
        published.sample_naively(network, condition, torch.rand(1, samples))

    return work


def rings(network: WaveNet, **tricks: bool) -> Callable[[int], None]:
    @torch.inference_mode()
    def work(samples: int) -> None:
        condition = torch.zeros(1, -(-samples // network.plan.hop), network.plan.condition)
        Rings(network, **tricks).sample(condition, torch.rand(1, samples))

    return work


def compiled(network: WaveNet, streams: int) -> Callable[[int], None]:
    begun = Streams(pack_network(network, get_panel_width(streams)), streams)

    def work(samples: int) -> None:
        frames = np.zeros((streams, 1, network.plan.condition), np.float32)
        begun.advance(frames, np.random.default_rng(0).random((streams, samples), dtype=np.float32), 1.0)

    return work


def ladder(plan: WaveNetConfig, samples: int) -> Iterator[tuple[str, float]]:
    """Yield (what was added, seconds of audio a second); slow rows make ``samples`` samples."""
    network = WaveNet(plan).eval().requires_grad_(False)
    yield "published way", speed(published_way(network), samples)
    yield "rings for queues", speed(rings(network, once_a_frame=False, merged=False), samples)
    yield "conditions once a frame", speed(rings(network, once_a_frame=True, merged=False), samples)
    yield "merged products", speed(rings(network, once_a_frame=True, merged=True), samples)
    yield "compiled, own product", speed(compiled(network, 1), 8 * samples)
    for streams in (6, 12, 24, 48):
        yield f"{streams} streams", speed(compiled(network, streams), samples, streams)
