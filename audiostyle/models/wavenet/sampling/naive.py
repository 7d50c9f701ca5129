"""Sampling the published way: the yardstick, and the oracle, of :mod:`.sampler`.

As the universal music translation network is described to do it: a Python loop over samples, in it one over
layers; each layer keeps its past in a queue and joins it with the present by concatenation; every condition
is projected anew for every sample, though it changes once in hundreds.
"""

from collections import deque
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.wavenet.mulaw import SILENCE
from audiostyle.models.wavenet.network import CausalLayer, WaveNet, check_condition
from audiostyle.models.wavenet.sampling.sampling_noise import check_temperature, choose_codes


class NaiveSampler:
    """The network one sample at a time, for ``streams`` waves at once."""

    def __init__(self, network: WaveNet, streams: int = 1) -> None:
        self.network = network
        self.layers = [cast(CausalLayer, layer) for layer in network.layers]
        zeros = torch.zeros(streams, network.plan.channels, 1)
        self.queues = [deque([zeros] * dilation) for dilation in network.plan.dilations]
        self.held = zeros

    def step(self, codes: Tensor, frame: Tensor) -> Tensor:
        """Return the logits (B, 256) that follow the newest samples ``codes`` (B,), in ``frame`` (B, Z)."""
        later, now = (F.embedding(codes, table)[..., None] for table in self.network.entry.tables())
        x, self.held = now + self.held, later
        total, code = torch.zeros(()), frame[..., None]
        for layer, queue in zip(self.layers, self.queues, strict=True):
            taps = torch.cat([queue.popleft(), x], dim=2)
            queue.append(x)
            h = F.conv1d(taps, layer.dilated.weight, layer.dilated.bias) + layer.condition(code)
            filtered, gate = h.chunk(2, dim=1)
            z = torch.tanh(filtered) * torch.sigmoid(gate)
            total = total + layer.skip(z)
            x = x if layer.residual is None else x + layer.residual(z)
        return self.network.head(total, code, 1)[..., 0]


@torch.inference_mode()
def sample_naively(network: WaveNet, condition: Tensor, draws: Tensor, temperature: float = 1.0) -> Tensor:
    """Return codes (B, T) for the condition (B, F, Z) and uniform draws (B, T).

    Raises AudiostyleError (temperature) and ShapeError (condition).
    """
    check_temperature(temperature)
    check_condition(network.plan, condition.shape, draws.shape[1])
    sampler, codes = NaiveSampler(network, len(draws)), torch.full((len(draws),), SILENCE)
    made = []
    for t in range(draws.shape[1]):
        logits = sampler.step(codes, condition[:, t // network.plan.hop])
        codes = choose_codes(logits, draws[:, t], temperature)
        made.append(codes)
    return torch.stack(made, dim=1)
