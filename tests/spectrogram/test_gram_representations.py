"""Representations: there and back, each with the features that it is for."""

from typing import get_args

import pytest
import torch

from audiostyle.spectrogram.gram_representations import Features, get_representation

CPU = torch.device("cpu")


@pytest.mark.parametrize("features", get_args(Features))
def test_decoded_again_it_is_the_same_sound(content, features):
    representation = get_representation(features, 4000, 0, CPU)
    encoded = representation.encode(representation.transform(content), 0.5)
    torch.testing.assert_close(representation.decode(encoded, 0.5, content), content, atol=2e-3, rtol=0)


@pytest.mark.parametrize("features", get_args(Features))
def test_its_network_takes_it(content, features):
    representation = get_representation(features, 4000, 0, CPU)
    encoded = representation.encode(representation.transform(content), 0.5)
    embedding = representation.network.embed(encoded)
    squares = representation.network.squares(embedding)
    assert squares.shape[0] <= encoded.shape[-1] and squares.isfinite().all()


def test_the_seed_decides_random_filters():
    one, same, other = (get_representation("random", 4000, seed, CPU).network.weights for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
