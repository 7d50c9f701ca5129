"""The oracle against the network that it samples from."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.models.wavenet.sampling import naive as published
from audiostyle.models.wavenet.sampling.sampling_noise import choose_codes


@pytest.mark.parametrize("entry", ["embedding", "scalar"])
def test_its_samples_are_what_the_network_says_of_them(network, song, entry):
    plan = WaveNetConfig(2, 3, 6, 5, 3, 7, entry)
    net = network(plan)
    condition, draws = (torch.from_numpy(part) for part in song(plan, 2, 9))
    codes = published.sample_naively(net, condition, draws, 0.8)
    logits = net(codes, condition)
    again = [choose_codes(logits[..., t], draws[:, t], 0.8) for t in range(draws.shape[1])]
    assert torch.equal(torch.stack(again, dim=1), codes)
    assert len(np.unique(codes)) > 10


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_a_temperature_is_positive(network, song, temperature):
    plan = WaveNetConfig(1, 1, 2, 2, 1, 1)
    condition, draws = (torch.from_numpy(part) for part in song(plan, 1, 2))
    with pytest.raises(AudiostyleError, match="temperature must be above 0"):
        published.sample_naively(network(plan), condition, draws, temperature)


def test_a_condition_fits_its_network(network):
    with pytest.raises(ShapeError, match="2 numbers a frame"):
        published.sample_naively(
            network(WaveNetConfig(1, 1, 2, 2, 1, 1)), torch.zeros(1, 5, 2), torch.zeros(1, 5)
        )
