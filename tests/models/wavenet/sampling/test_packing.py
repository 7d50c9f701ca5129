"""Packed weights are the network's, and what pads them is zero."""

import numpy as np
import pytest
import torch

from audiostyle.models.wavenet.network import WaveNetConfig
from audiostyle.models.wavenet.sampling.packing import PackedWeights, pack_network

CONFIG = WaveNetConfig(2, 3, channels=5, skips=7, condition=3, hop=4)


def unpack(panels: np.ndarray) -> np.ndarray:
    """Return matrices (…, K, M) of their panels (…, M / width, K, width)."""
    return np.concatenate(list(np.moveaxis(panels, -3, 0)), axis=-1)


@pytest.fixture(params=[16, 64])
def packed(request, network) -> PackedWeights:
    return pack_network(network(CONFIG), request.param)


def test_widths_are_whole_panels(packed):
    width = packed.taps.shape[-1]
    assert packed.entry.shape == (2, 256, width)
    assert unpack(packed.taps).shape == (6, 2 * width, 2 * width)
    assert unpack(packed.mixes).shape == (6, width + 1, 2 * width)
    assert unpack(packed.conditions).shape == (CONFIG.condition + 1, 6 * 2 * width + width)
    assert unpack(packed.logits).shape == (width + 1, 256)
    assert all(part.dtype == np.float32 for part in packed[2:])


def test_taps_are_those_of_the_convolutions(packed, network):
    width, layer = packed.taps.shape[-1], network(CONFIG).layers[3]
    weight, taps = layer.dilated.weight.numpy(), unpack(packed.taps)[3]
    for tap, rows in enumerate((slice(0, 5), slice(width, width + 5))):
        np.testing.assert_array_equal(taps[rows, :5], weight[:5, :, tap].T)  # of the filter
        np.testing.assert_array_equal(taps[rows, width : width + 5], weight[5:, :, tap].T)  # of the gate
    assert np.count_nonzero(taps) <= weight.size


def test_the_last_layer_has_no_residual(packed):
    width, mixes = packed.taps.shape[-1], unpack(packed.mixes)
    assert mixes[0, :, width:].any() and not mixes[-1, :, width:].any()


def test_biases_are_the_last_rows(packed, network):
    net, mixes = network(CONFIG), unpack(packed.mixes)
    np.testing.assert_array_equal(mixes[1, -1, :7], net.layers[1].skip.bias.numpy())
    np.testing.assert_array_equal(unpack(packed.logits)[-1], net.head.logits.bias.numpy())


def test_rings_lie_one_after_the_other(packed):
    assert packed.dilations.tolist() == [1, 2, 4, 1, 2, 4]
    assert packed.ring_starts.tolist() == [0, 1, 3, 7, 8, 10]


def test_the_network_is_not_changed(network):
    net = network(CONFIG)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    pack_network(net, 16)
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
