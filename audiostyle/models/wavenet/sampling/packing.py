"""A network's weights as the fast sampler needs them: few, large, packed matrices.

Filter and gate of past and present sample are one matrix, (2C, 2C); skip and residual another,
(C + 1, S + C), whose last row is the biases and meets a constant 1; the entry is two tables of 256 rows; all
layers' projections of the condition and the head's are one, (Z + 1, L · 2C + S).  Widths are padded with
zeros to whole panels, which changes no result: a channel of zeros is tanh(0) · σ(0) = 0.
"""

from typing import NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn

from audiostyle.models.wavenet.network import CausalLayer, WaveNet
from audiostyle.models.wavenet.sampling.gemm import pack_panels


class PackedWeights(NamedTuple):
    """Packed weights, float32, of L layers with C channels and S skips (padded) and Z numbers in a frame.

    Attributes:
        dilations: (L,).
        ring_starts: (L,), where a layer's ring buffer begins among the rows of all rings.
        entry: (2, 256, C).
        conditions, taps, mixes, head, logits: panels of the matrices that the module describes.
    """

    dilations: np.ndarray
    ring_starts: np.ndarray
    entry: np.ndarray
    conditions: np.ndarray
    taps: np.ndarray
    mixes: np.ndarray
    head: np.ndarray
    logits: np.ndarray


@torch.no_grad()
def pack_network(network: WaveNet, width: int) -> PackedWeights:
    """Return the weights of a network in panels of ``width`` columns.

    Args:
        network: the network; it is not changed.
        width: of the panels, as :func:`.gemm.get_panel_width` returns it for the number of streams.

    Example:
        >>> from audiostyle.models.wavenet.network import WaveNetConfig
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=10))
        >>> pack_network(network, width=16).entry.shape
        (2, 256, 16)
    """
    config, layers = network.config, [cast(CausalLayer, layer) for layer in network.layers]
    channels, skips = (-(-size // width) * width for size in (config.channels, config.skips))
    dilations = np.array(config.dilations)
    taps = np.stack([_join_taps(layer.dilated, channels) for layer in layers])
    mixes = np.stack([_join_mix(layer, channels, skips) for layer in layers])
    conditions = [_pack_gate(_append_bias(layer.condition, layer.dilated.bias), channels) for layer in layers]
    head = network.head
    conditions.append(_pad(_append_bias(head.condition, head.mix.bias), -1, skips))
    mix = _pad(_pad(_get_matrix(head.mix), 0, skips), 1, skips)
    weight, bias = _pad(_get_matrix(head.logits), 0, skips), _get_bias_row(head.logits.bias)
    return PackedWeights(
        dilations,
        np.cumsum(dilations) - dilations,
        np.ascontiguousarray(_pad(network.entry.tables().cpu().float().numpy(), -1, channels)),
        pack_panels(np.concatenate(conditions, axis=1), width),
        pack_panels(taps, width),
        pack_panels(mixes, width),
        pack_panels(mix, width),
        pack_panels(np.concatenate([weight, bias]), width),
    )


def _get_matrix(layer: nn.Conv1d, tap: int = 0) -> np.ndarray:
    """Return one tap of a convolution as a matrix (inputs, outputs)."""
    return layer.weight[:, :, tap].T.cpu().float().numpy()


def _get_bias_row(bias: Tensor | None) -> np.ndarray:
    assert bias is not None
    return bias[None].cpu().float().numpy()


def _append_bias(layer: nn.Conv1d, bias: Tensor | None) -> np.ndarray:
    return np.concatenate([_get_matrix(layer), _get_bias_row(bias)])


def _pad(matrix: np.ndarray, axis: int, size: int) -> np.ndarray:
    widths = [(0, 0)] * matrix.ndim
    widths[axis] = (0, size - matrix.shape[axis])
    return np.pad(matrix, widths)


def _pack_gate(matrix: np.ndarray, channels: int) -> np.ndarray:
    """Pad filter and gate, side by side in (K, 2C), to ``channels`` each: (K, 2 · channels)."""
    return np.concatenate([_pad(half, 1, channels) for half in np.split(matrix, 2, axis=1)], axis=1)


def _join_taps(layer: nn.Conv1d, channels: int) -> np.ndarray:
    """Return the matrix of both taps, past over present: (2 · channels, 2 · channels)."""
    taps = [_pad(_get_matrix(layer, tap), 0, channels) for tap in range(2)]
    return _pack_gate(np.concatenate(taps), channels)


def _join_mix(layer: CausalLayer, channels: int, skips: int) -> np.ndarray:
    """Return the matrix of skip and residual, over their biases: (channels + 1, skips + channels)."""
    skip = _pad(_get_projection(layer.skip, channels), 1, skips)
    residual = np.zeros((channels + 1, channels), np.float32)
    if layer.residual is not None:
        residual = _pad(_get_projection(layer.residual, channels), 1, channels)
    return np.concatenate([skip, residual], axis=1)


def _get_projection(layer: nn.Conv1d, channels: int) -> np.ndarray:
    return np.concatenate([_pad(_get_matrix(layer), 0, channels), _get_bias_row(layer.bias)])
