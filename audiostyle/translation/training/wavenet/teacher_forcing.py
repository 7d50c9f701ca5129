"""Teacher forcing: the logits of all samples of known waves at once, twice as fast on a CPU as ``forward``.

Time comes first: (T, B, C).  Then d samples ago is d · B rows ago, and both taps of a dilated layer are
matrix products of contiguous rows, without padding and without copies; they may run in bfloat16.  The gate is
one sigmoid for both halves, tanh(f) = 2σ(2f) − 1.  The layers' outputs lie side by side, so that the skip
path is one product for all layers.  The gradient is written by hand, because autograd would pad, add and copy
where rows are cut.
"""

from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.wavenet.mulaw import SILENCE
from audiostyle.models.wavenet.network import CausalLayer, WaveNet, check_condition
from audiostyle.translation.training.wavenet import gates


def logits_over_time(
    network: WaveNet, codes: Tensor, condition: Tensor, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Return the logits (T, B, 256) of every sample, given those before it, computed in ``dtype``.

    Args:
        network: the WaveNet.
        codes: (B, T), mu-law codes of the waves that the network reads; T is a multiple of the hop.
        condition: (B, F, Z), F = T / hop.
        dtype: of the computation.

    Raises:
        ShapeError: the condition does not fit.

    Example:
        >>> from audiostyle.models.wavenet.network import WaveNetConfig
        >>> network = WaveNet(WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=10))
        >>> logits_over_time(network, torch.full((1, 20), SILENCE), torch.zeros(1, 2, 3)).shape
        torch.Size([20, 1, 256])
    """
    check_condition(network.config, condition.shape, codes.shape[1])
    layers = [cast(CausalLayer, layer) for layer in network.layers]
    frames = condition.transpose(0, 1).to(dtype)  # (F, B, Z)
    x = _enter(network, codes).to(dtype)
    z = _Stack.apply(
        x,
        _project_condition(layers, frames, dtype),
        torch.stack([layer.dilated.weight.movedim(2, 0) for layer in layers]).to(dtype),
        torch.stack([layer.residual.weight[..., 0] for layer in layers if layer.residual]).to(dtype),
        torch.stack([cast(Tensor, layer.residual.bias) for layer in layers if layer.residual]).to(dtype),
        network.config.dilations,
    )
    skips = torch.cat([layer.skip.weight[..., 0] for layer in layers], dim=1).to(dtype)
    bias = torch.stack([cast(Tensor, layer.skip.bias) for layer in layers]).sum(0).to(dtype)
    return _compute_logits(network, F.linear(z, skips, bias), frames)


def _enter(network: WaveNet, codes: Tensor) -> Tensor:
    """Return the first layer's input (T, B, C) for mu-law codes (B, T), which are delayed by one sample."""
    before = F.pad(codes.T[:-1], (0, 0, 1, 0), value=SILENCE)
    previous, current = network.entry.tables()
    delayed = F.pad(F.embedding(before[:-1], previous), (0, 0, 0, 0, 1, 0))
    return F.embedding(before, current) + delayed


def _project_condition(layers: list[CausalLayer], frames: Tensor, dtype: torch.dtype) -> Tensor:
    """Return what each layer adds to its gate for a condition (F, B, Z), bias included: (L, F, B, 2C)."""
    weights = torch.cat([layer.condition.weight[..., 0] for layer in layers]).to(dtype)
    biases = torch.cat([cast(Tensor, layer.dilated.bias) for layer in layers]).to(dtype)
    return F.linear(frames, weights, biases).unflatten(2, (len(layers), -1)).movedim(2, 0)


def _compute_logits(network: WaveNet, skips: Tensor, frames: Tensor) -> Tensor:
    """Run the network's head on the sum of skips (T, B, S) and the condition (F, B, Z)."""
    head, hop = network.head, network.config.hop
    mix, out = (part.weight[..., 0].to(skips.dtype) for part in (head.mix, head.logits))
    bias, out_bias = (cast(Tensor, part.bias).to(skips.dtype) for part in (head.mix, head.logits))
    mixed = F.linear(torch.relu(skips), mix, bias)
    projected = F.linear(frames, head.condition.weight[..., 0].to(skips.dtype))
    mixed = mixed.unflatten(0, (-1, hop)) + projected[:, None]
    return F.linear(torch.relu(mixed.flatten(0, 1)), out, out_bias)


class _Stack(torch.autograd.Function):
    """The gated layers: from their input (T, B, C) to the outputs of all of them, (T, B, L · C)."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, conditions: Tensor, taps: Tensor, mixes: Tensor, biases: Tensor, dilations: tuple
    ) -> Tensor:
        """``conditions`` (L, F, B, 2C), ``taps`` (L, 2, 2C, C), ``mixes`` (L − 1, C, C) and ``biases``."""
        time, batch, channels = x.shape
        twice = _twice(channels, x)  # the filter's half, for its tanh
        rows, slab = x.reshape(-1, channels), x.new_empty(time * batch, len(dilations) * channels)
        inputs, gates_open = [], []
        for layer, dilation in enumerate(dilations):
            past, now = (taps[layer] * twice[:, None]).transpose(1, 2)
            h = _repeat_frames(conditions[layer] * twice, time)
            h.addmm_(rows, now)
            earlier = dilation * batch
            if earlier < len(rows):
                h[earlier:].addmm_(rows[:-earlier], past)
            z = slab[:, layer * channels : (layer + 1) * channels]
            _gate_(h.sigmoid_(), z)
            if any(ctx.needs_input_grad):
                inputs.append(rows)
                gates_open.append(h)
            if layer < len(mixes):
                rows = torch.addmm(rows + biases[layer], z, mixes[layer].T)
        ctx.save_for_backward(slab, taps, mixes, *inputs, *gates_open)
        ctx.dilations, ctx.shape, ctx.frames = dilations, x.shape, conditions.shape[1]
        return slab.view(time, batch, -1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of all inputs of :meth:`forward`."""
        slab, taps, mixes, *saved = ctx.saved_tensors
        count, (time, batch, channels) = len(ctx.dilations), ctx.shape
        inputs, gates_open = saved[:count], saved[count:]
        twice = _twice(channels, slab)
        d_slab = gradient.reshape(time * batch, -1)
        d_taps, d_mixes = torch.empty_like(taps), torch.empty_like(mixes)
        d_biases = slab.new_empty(len(mixes), channels)
        d_conditions = slab.new_empty(count, ctx.frames, batch, 2 * channels)
        d_rows = torch.zeros_like(inputs[0])
        for layer in reversed(range(count)):
            part = slice(layer * channels, (layer + 1) * channels)
            d_z = d_slab[:, part]
            if layer < len(mixes):
                d_mixes[layer] = d_rows.T @ slab[:, part]
                d_biases[layer] = d_rows.sum(0)
                d_z = torch.addmm(d_z, d_rows, mixes[layer])
            d_h = gates_open[layer]  # used once only, so that its memory can be overwritten
            _gate_gradient_(d_h, d_z)
            d_conditions[layer] = d_h.view(ctx.frames, -1, batch, 2 * channels).sum(1) * twice
            past, now = taps[layer] * twice[:, None]
            rows, earlier = inputs[layer], ctx.dilations[layer] * batch
            d_taps[layer, 1] = d_h.T @ rows * twice[:, None]
            d_rows.addmm_(d_h, now)
            d_taps[layer, 0] = 0
            if earlier < len(rows):
                d_taps[layer, 0] = d_h[earlier:].T @ rows[:-earlier] * twice[:, None]
                d_rows[:-earlier].addmm_(d_h[earlier:], past)
        return d_rows.view(ctx.shape), d_conditions, d_taps, d_mixes, d_biases, None


def _twice(channels: int, like: Tensor) -> Tensor:
    """Return factors (2C,) for filter and gate: 2 for the filter, tanh(f) being 2σ(2f) − 1, and 1."""
    return torch.cat([like.new_full((channels,), 2), like.new_ones(channels)])


def _repeat_frames(frames: Tensor, time: int) -> Tensor:
    """Repeat every frame for its samples, (F, B, 2C) → (T · B, 2C)."""
    count, batch, width = frames.shape
    repeated = frames[:, None].expand(count, time // count, batch, width)
    return repeated.contiguous().view(time * batch, width)


def _gate_(gate: Tensor, z: Tensor) -> None:
    """:func:`.gates.gate_` for every precision."""
    if gate.dtype == torch.bfloat16 and not gate.is_cuda:
        return gates.gate_(gate, z)
    s, o = gate.chunk(2, dim=1)
    torch.addcmul(o.neg(), s, o, value=2, out=z)


def _gate_gradient_(gate: Tensor, d_z: Tensor) -> None:
    """:func:`.gates.gate_gradient_` for every precision."""
    if gate.dtype == torch.bfloat16 and not gate.is_cuda:
        return gates.gate_gradient_(gate, d_z)
    s, o = gate.chunk(2, dim=1)
    of_filter, of_gate = (o * d_z).mul_(2), torch.addcmul(d_z.neg(), s, d_z, value=2)
    torch.ops.aten.sigmoid_backward.grad_input(of_filter, s, grad_input=s)  # s (1 − s) times, in place
    torch.ops.aten.sigmoid_backward.grad_input(of_gate, o, grad_input=o)
