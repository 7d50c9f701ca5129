"""The network without filters is the limit of the one with them."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv1d, pad

from audiostyle.spectrogram.features import KERNEL, RandomNetwork, WideNetwork

BINS = 7


def spectrogram(seed: int, frames: int) -> Tensor:
    return torch.rand(BINS, frames, generator=torch.Generator().manual_seed(seed))


def test_the_random_network_is_a_convolution():
    network, seen = RandomNetwork(BINS, 20), spectrogram(0, 30)
    weights = network.weights.T.reshape(20, BINS, KERNEL)
    expected = conv1d(seen[None], weights).relu()[0].T
    torch.testing.assert_close(network.embed(seen)[0], expected)


def test_many_random_filters_come_to_the_wide_network():
    filters = 60_000
    random, wide = RandomNetwork(BINS, filters), WideNetwork()
    scale = filters * 4 / ((BINS + filters) * KERNEL)  # filters × their variance
    one, other = spectrogram(1, 14), spectrogram(2, 9)
    margin = KERNEL // 2  # the wide network pads by itself
    padded = [random.embed(pad(part, (margin, margin))) for part in (one, other)]
    embedded = [wide.embed(part) for part in (one, other)]
    torch.testing.assert_close(
        random.products(*padded), scale * wide.products(*embedded), rtol=0.03, atol=0.03
    )
    torch.testing.assert_close(
        random.squares(padded[0]), scale * wide.squares(embedded[0]), rtol=0.03, atol=0
    )


@pytest.mark.parametrize("network", [RandomNetwork(BINS, 30), WideNetwork()], ids=["random", "wide"])
@pytest.mark.parametrize("frames", [1, 5, 25])
def test_squares_and_pairs_are_on_the_diagonal(network, frames):
    one, other = (network.embed(spectrogram(seed, frames)) for seed in (3, 4))
    torch.testing.assert_close(network.products(one, one).diagonal(), network.squares(one))
    torch.testing.assert_close(network.products(one, other).diagonal(), network.paired(one, other))


def test_the_seed_decides_the_filters():
    one, same, other = (RandomNetwork(BINS, 5, seed=seed).weights for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
