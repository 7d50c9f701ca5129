"""Networks for the tests of sampling: random, but with logits of some spread."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig


@pytest.fixture(scope="session")
def network() -> Callable[..., WaveNet]:
    """``network(config, seed, feedback)``; ``feedback`` scales what the network hears of itself."""

    def make(config: WaveNetConfig, seed: int = 0, feedback: float = 1.0) -> WaveNet:
        torch.manual_seed(seed)
        net = WaveNet(config).eval().requires_grad_(False)
        for layer in net.layers:
            layer.condition.weight *= 3
            layer.skip.weight *= 2
        net.head.logits.weight *= 10
        for parameter in net.entry.parameters():
            parameter *= feedback
        return net

    return make


@pytest.fixture(scope="session")
def song() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """``song(config, streams, frames)``: condition (streams, frames, Z), noise (streams, frames · hop)."""

    def make(
        config: WaveNetConfig, streams: int, frames: int, seed: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        condition = rng.standard_normal((streams, frames, config.condition), dtype=np.float32)
        return condition, rng.random((streams, frames * config.hop), dtype=np.float32)

    return make
