"""The fast pass is the network: the same logits, the same gradients, in every precision it offers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.models.wavenet.mulaw import CODES
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.translation.training.wavenet.teacher_forcing import logits_over_time

CONFIGS = st.builds(
    WaveNetConfig,
    blocks=st.integers(1, 2),
    layers=st.integers(2, 5),
    channels=st.integers(1, 9),
    skips=st.integers(1, 9),
    condition=st.integers(1, 5),
    hop=st.integers(1, 9),
    entry=st.sampled_from(["embedding", "scalar"]),
)
CONFIG = WaveNetConfig(2, 4, 16, 16, 5, 10)


def example(config: WaveNetConfig, batch: int, frames: int, seed: int = 0, scale: float = 0.5):
    """A network that has learned something, codes and their condition, in double precision."""
    torch.manual_seed(seed)
    network = WaveNet(config).double()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=scale)
    codes = torch.randint(CODES, (batch, frames * config.hop))
    return network, codes, torch.randn(batch, frames, config.condition, dtype=torch.float64)


def gradients(logits, codes, network):
    loss = F.cross_entropy(logits.flatten(0, 1), codes.T.flatten())
    return torch.autograd.grad(loss, list(network.parameters()))


@settings(max_examples=25, deadline=None)
@given(CONFIGS, st.integers(1, 3), st.integers(1, 4), st.integers(0, 99))
def test_logits_and_gradients_are_the_network_s(config, batch, frames, seed):
    """Also where the excerpt is shorter than a dilation."""
    network, codes, condition = example(config, batch, frames, seed)
    plain = network(codes, condition).permute(2, 0, 1)
    fast = logits_over_time(network, codes, condition, torch.float64)
    torch.testing.assert_close(fast, plain, atol=1e-11, rtol=1e-9)
    for ours, autograd in zip(gradients(fast, codes, network), gradients(plain, codes, network), strict=True):
        torch.testing.assert_close(ours, autograd, atol=1e-11, rtol=1e-7)


def test_bfloat16_is_the_same_to_its_precision():
    """Eight bits in each of eight layers: a few per cent of the largest logit, of the whole gradient."""
    network, codes, condition = example(CONFIG, 3, 20, scale=0.2)
    network, condition = network.float(), condition.float()
    plain = network(codes, condition).permute(2, 0, 1)
    fast = logits_over_time(network, codes, condition, torch.bfloat16).float()
    assert (fast - plain).abs().max() < 0.05 * plain.abs().max()
    ours, exact = (
        torch.cat([g.flatten() for g in gradients(logits, codes, network)]) for logits in (fast, plain)
    )
    assert (ours - exact).norm() < 0.05 * exact.norm()


def test_a_condition_that_does_not_fit_is_refused():
    network, codes, condition = example(CONFIG, 1, 2)
    with pytest.raises(ShapeError, match="4 numbers a frame"):
        logits_over_time(network, codes, condition[..., :4])
    with pytest.raises(ShapeError, match="too few"):
        logits_over_time(network, codes, condition[:, :1])
