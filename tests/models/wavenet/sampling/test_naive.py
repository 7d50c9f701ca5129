"""The oracle against the network that it samples from."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.models.wavenet.sampling import naive
from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["embedding", "scalar"])
def test_its_samples_are_what_the_network_says_of_them(network, song, entry):
    config = WaveNetConfig(2, 3, 6, 5, 3, 7, entry)
    net = network(config)
    condition, noise = (torch.from_numpy(part) for part in song(config, 2, 9))
    codes = naive.sample_naively(net, condition, noise, 0.8)
    logits = net(codes, condition)
    again = [choose_codes(logits[..., t], noise[:, t], 0.8) for t in range(noise.shape[1])]
    assert torch.equal(torch.stack(again, dim=1), codes)
    assert len(np.unique(codes)) > 10


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_a_temperature_is_positive(network, song, temperature):
    config = WaveNetConfig(1, 1, 2, 2, 1, 1)
    condition, noise = (torch.from_numpy(part) for part in song(config, 1, 2))
    with pytest.raises(AudiostyleError, match="temperature must be above 0"):
        naive.sample_naively(network(config), condition, noise, temperature)


def test_a_condition_fits_its_network(network):
    with pytest.raises(ShapeError, match="2 numbers a frame"):
        naive.sample_naively(
            network(WaveNetConfig(1, 1, 2, 2, 1, 1)), torch.zeros(1, 5, 2), torch.zeros(1, 5)
        )
