"""From the published way of sampling to the fast one, a trick at a time: what each contributes.

The first steps are PyTorch, one stream, on one core.  Every later step does what those before it do, and one
thing more.  Seconds of audio a second are measured on short pieces, since every sample costs the same.

Run ``wavenet.py``, which prints these steps as its second table.
"""

import time
from collections.abc import Callable, Iterator
from typing import cast

import numpy as np
import torch

from audiostyle.models.wavenet.mulaw import SILENCE
from audiostyle.models.wavenet.network import WAVENET_RATE, CausalLayer, WaveNet, WaveNetConfig
from audiostyle.models.wavenet.sampling import naive
from audiostyle.models.wavenet.sampling.gemm import get_panel_width
from audiostyle.models.wavenet.sampling.packing import pack_network
from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes
from audiostyle.models.wavenet.sampling.stepping import Streams


class RingSampler:
    """The published loop with ring buffers for queues, and, if asked for, with fewer products.

    Args:
        network: what is sampled.
        once_a_frame: project the conditioning once for each frame, not for each sample.
        merged: multiply past and present taps, and residual and skip, in one product each.
    """

    def __init__(self, network: WaveNet, *, once_a_frame: bool, merged: bool) -> None:
        self.network, self.once_a_frame, self.merged = network, once_a_frame, merged
        self.layers = [cast(CausalLayer, layer) for layer in network.layers]
        channels = network.config.channels
        self.rings = [torch.zeros(dilation, channels, 1) for dilation in network.config.dilations]
        self.taps = [torch.cat(layer.dilated.weight.unbind(2), dim=1) for layer in self.layers]
        self.parts = [layer.dilated.weight.unbind(2) for layer in self.layers]
        self.mixes = [torch.cat([part.weight[:, :, 0] for part in _outputs(layer)]) for layer in self.layers]
        self.biases = [
            torch.cat([cast(torch.Tensor, p.bias) for p in _outputs(layer)]) for layer in self.layers
        ]
        self.tables, self.held = network.entry.tables(), torch.zeros(channels)
        self.clock = 0

    def sample(self, condition: torch.Tensor, draws: torch.Tensor) -> None:
        """Sample from ``condition`` (1, F, Z) with the uniform numbers ``draws`` (1, samples)."""
        code, hop = torch.tensor([SILENCE]), self.network.config.hop
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
        total, skips = torch.zeros(()), self.network.config.skips
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


def measure_speed(work: Callable[[int], None], samples: int, waves: int = 1) -> float:
    """Return seconds of audio a second, the best of three; ``work`` makes ``waves`` of so many samples."""
    work(samples)
    best = min(_time(work, samples) for _ in range(3))
    return waves * samples / WAVENET_RATE / best


def _time(work: Callable[[int], None], samples: int) -> float:
    started = time.perf_counter()
    work(samples)
    return time.perf_counter() - started


def make_naive(network: WaveNet) -> Callable[[int], None]:
    """Return a function that makes so many samples in the published way."""

    def work(samples: int) -> None:
        condition = torch.zeros(1, -(-samples // network.config.hop), network.config.condition)
        naive.sample_naively(network, condition, torch.rand(1, samples))

    return work


def make_ring_sampler(network: WaveNet, **tricks: bool) -> Callable[[int], None]:
    """Return a function that makes so many samples by a `RingSampler`."""

    @torch.inference_mode()
    def work(samples: int) -> None:
        condition = torch.zeros(1, -(-samples // network.config.hop), network.config.condition)
        RingSampler(network, **tricks).sample(condition, torch.rand(1, samples))

    return work


def make_compiled(network: WaveNet, streams: int) -> Callable[[int], None]:
    """Return a function that makes so many samples of each stream by the compiled sampler."""
    started = Streams(pack_network(network, get_panel_width(streams)), streams)

    def work(samples: int) -> None:
        frames = np.zeros((streams, 1, network.config.condition), np.float32)
        started.advance(frames, np.random.default_rng(0).random((streams, samples), dtype=np.float32), 1.0)

    return work


def iterate_steps(config: WaveNetConfig, samples: int) -> Iterator[tuple[str, float]]:
    """Yield (what was added, seconds of audio a second); slow rows make ``samples`` samples."""
    network = WaveNet(config).eval().requires_grad_(False)
    yield "published way", measure_speed(make_naive(network), samples)
    yield (
        "rings for queues",
        measure_speed(make_ring_sampler(network, once_a_frame=False, merged=False), samples),
    )
    yield (
        "conditions once a frame",
        measure_speed(make_ring_sampler(network, once_a_frame=True, merged=False), samples),
    )
    yield (
        "merged products",
        measure_speed(make_ring_sampler(network, once_a_frame=True, merged=True), samples),
    )
    yield "compiled, own product", measure_speed(make_compiled(network, 1), 8 * samples)
    for streams in (6, 12, 24, 48):
        yield f"{streams} streams", measure_speed(make_compiled(network, streams), samples, streams)
