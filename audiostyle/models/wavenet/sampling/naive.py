"""Sampling as published: the yardstick of :mod:`.sampler`'s speed, and the oracle of its tests.

The universal music translation network is described to sample like this: a Python loop over samples, in it
one over layers; each layer keeps its past in a queue and concatenates it with the present; the condition is
projected anew for every sample, though it changes once in hundreds.
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
    """Run a network one sample at a time, for ``streams`` waves at once.

    Args:
        network: in evaluation mode.
        streams: number B of waves.

    Example:
        >>> from audiostyle.models.wavenet.network import WaveNetConfig
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=10))
        >>> NaiveSampler(network).step(torch.tensor([SILENCE]), torch.zeros(1, 3)).shape
        torch.Size([1, 256])
    """

    def __init__(self, network: WaveNet, streams: int = 1) -> None:
        self.network = network
        self.layers = [cast(CausalLayer, layer) for layer in network.layers]
        zeros = torch.zeros(streams, network.config.channels, 1)
        self.queues = [deque([zeros] * dilation) for dilation in network.config.dilations]
        self.delayed = zeros

    def step(self, codes: Tensor, frame: Tensor) -> Tensor:
        """Return the logits (B, 256) of the next samples.

        Args:
            codes: (B,), int64, the newest samples as mu-law codes.
            frame: (B, Z), the frames of the condition that the next samples lie in.
        """
        previous, current = (F.embedding(codes, table)[..., None] for table in self.network.entry.tables())
        x, self.delayed = current + self.delayed, previous
        total, condition = torch.zeros(()), frame[..., None]
        for layer, queue in zip(self.layers, self.queues, strict=True):
            taps = torch.cat([queue.popleft(), x], dim=2)
            queue.append(x)
            h = F.conv1d(taps, layer.dilated.weight, layer.dilated.bias) + layer.condition(condition)
            filtered, gate = h.chunk(2, dim=1)
            z = torch.tanh(filtered) * torch.sigmoid(gate)
            total = total + layer.skip(z)
            x = x if layer.residual is None else x + layer.residual(z)
        return self.network.head(total, condition, 1)[..., 0]


@torch.inference_mode()
def sample_naively(network: WaveNet, condition: Tensor, noise: Tensor, temperature: float = 1.0) -> Tensor:
    """Return the mu-law codes (B, T) that the network draws.

    Args:
        network: in evaluation mode.
        condition: (B, F, Z), the frames of every wave's condition.
        noise: (B, T), uniform random numbers in [0, 1), one a sample.
        temperature: of the distributions, above 0.

    Raises:
        AudiostyleError: the temperature is not above 0.
        ShapeError: the condition does not fit the network.

    Example:
        >>> from audiostyle.models.wavenet.network import WaveNetConfig
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=10))
        >>> sample_naively(network, torch.zeros(1, 2, 3), torch.rand(1, 20)).shape
        torch.Size([1, 20])
    """
    check_temperature(temperature)
    check_condition(network.config, condition.shape, noise.shape[1])
    sampler, codes = NaiveSampler(network, len(noise)), torch.full((len(noise),), SILENCE)
    samples = []
    for t in range(noise.shape[1]):
        logits = sampler.step(codes, condition[:, t // network.config.hop])
        codes = choose_codes(logits, noise[:, t], temperature)
        samples.append(codes)
    return torch.stack(samples, dim=1)
