"""Pruning of a trained encoder: units that carry no information, or none that others lack, are removed.

Many hidden units of a trained stack are never above zero, or nearly follow from others.  Layer by layer,
units are removed one at a time, always the one whose removal a least-squares fit of the 1×1 convolution
behind them compensates best (the saliency of the optimal brain surgeon, Hassibi & Stork 1993, for a layer
that is linear in its units).  The target of the fit is the output of the unpruned encoder, so later layers
correct errors of earlier ones.
"""

import torch
from torch import Tensor

from audiostyle.models.encoder import PitchGridEncoder, ResidualLayer

_MULTIPLE = 8  # units in a vector register: a width between two multiples costs as much as the larger
_RIDGE = 1e-9  # of the largest variance; units that are always zero have none


def prune_encoder(encoder: PitchGridEncoder, waves: Tensor, tolerance: float) -> PitchGridEncoder:
    """Return an encoder with fewer units a layer that computes nearly the same.

    Args:
        encoder: a trained one, which is not changed.
        waves: (B, N) at 22,050 Hz and RMS near 0.1; some minutes of what it was trained on.
        tolerance: share of a layer's variance that may be lost, such as 1e-3.

    Example:
        >>> encoder = PitchGridEncoder(channels=16, latent=2)
        >>> pruned = prune_encoder(encoder, torch.randn(1, 2560), tolerance=0.5)
        >>> max(pruned.widths) <= max(encoder.widths)
        True
    """
    with torch.no_grad():
        stack = encoder.frontend(waves).contiguous(memory_format=torch.channels_last)
        exact = pruned = torch.relu(encoder.entry(stack))
        layers = []
        for layer in encoder.layers:
            assert isinstance(layer, ResidualLayer)
            exact = layer(exact)
            layers.append(_narrow_layer(layer, pruned, exact - pruned, tolerance))
            pruned = layers[-1](pruned)
    config = {"channels": encoder.entry.out_channels, "latent": encoder.pool.out_channels}
    result = PitchGridEncoder(**config, widths=[layer.mix.in_channels for layer in layers])
    result.load_state_dict(encoder.state_dict() | _name_layers(layers))
    return result.eval()


def _name_layers(layers: list[ResidualLayer]) -> dict[str, Tensor]:
    """Return the layers' weights by their names in an encoder."""
    return {
        f"layers.{n}.{name}": t for n, layer in enumerate(layers) for name, t in layer.state_dict().items()
    }


def _narrow_layer(layer: ResidualLayer, x: Tensor, target: Tensor, tolerance: float) -> ResidualLayer:
    """Return a layer with as few units as map ``x`` to ``target`` (B, C, T, 88) within the tolerance."""
    units, target = _flatten_rows(torch.relu(layer.dilated(x))), _flatten_rows(target)
    mean, aim = units.mean(dim=0), target.mean(dim=0)
    units, target = units - mean, target - aim
    covariance, cross = (units.T @ part / len(units) for part in (units, target))
    covariance += _RIDGE * covariance.diagonal().max() * torch.eye(len(covariance))
    keep = _choose_units(covariance, cross, tolerance * float(target.var(dim=0, correction=0).sum()))
    weight = torch.linalg.solve(covariance[keep][:, keep], cross[keep]).T  # (C, units)
    result = ResidualLayer(len(aim), len(keep), (layer.dilated.dilation[0], layer.dilated.dilation[1]))
    result.dilated.weight.copy_(layer.dilated.weight[keep])
    assert result.dilated.bias is not None and layer.dilated.bias is not None and result.mix.bias is not None
    result.dilated.bias.copy_(layer.dilated.bias[keep])
    result.mix.weight.copy_(weight[:, :, None, None])
    result.mix.bias.copy_(aim - weight @ mean[keep])
    return result


def _choose_units(covariance: Tensor, cross: Tensor, allowed: float) -> list[int]:
    """Return the units of the smallest allowed width: removing one more would exceed the allowed error."""
    keep, lost = list(range(len(covariance))), 0.0
    result = keep
    while len(keep) > _MULTIPLE:
        inverse = torch.linalg.inv(covariance[keep][:, keep])
        saliency = (inverse @ cross[keep]).square().sum(dim=1) / inverse.diagonal()
        least = int(saliency.argmin())
        lost += float(saliency[least])
        if lost > allowed:
            break
        keep = keep[:least] + keep[least + 1 :]
        if len(keep) % _MULTIPLE == 0:
            result = keep
    return result


def _flatten_rows(x: Tensor) -> Tensor:
    """Return the features of all positions, (B, C, T, 88) → (B·T·88, C), in double precision."""
    return x.permute(0, 2, 3, 1).flatten(0, 2).double()
