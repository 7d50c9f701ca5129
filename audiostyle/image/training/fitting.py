"""A narrow encoder fitted to a wide one by least squares, layer by layer: where distillation starts.

Channel pruning by reconstruction (He, Zhang & Sun 2017, arXiv:1707.06168): of every layer of the teacher the
channels are kept that tell most about the others, and each convolution becomes the linear regression of what
these are before their rectifiers on the 3×3 patches of the layer before.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import TrainingError
from audiostyle.models.vgg import Encoder, Reflected, layers
from audiostyle.style import Moments

RIDGE = 1e-3
"""Share of the mean variance added to each variance, for patches whose values depend on each other."""

_PATCHES = 60_000  # of a layer, in all


@torch.no_grad()
def fit_encoder(encoder: Encoder, teacher: Encoder, batches: Sequence[Tensor]) -> None:
    """Fit an encoder to as many channels of a teacher as it has, layer by layer.

    Raises:
        TrainingError: the teacher's blocks have other numbers of convolutions.
    """
    if encoder.plan.depths[:-1] != teacher.plan.depths[:-1]:
        raise TrainingError(
            f"a plan of depths {list(encoder.plan.depths)} cannot be fitted to a teacher of depths "
            f"{list(teacher.plan.depths)}; they must agree"
        )
    maps, targets = list(batches), list(batches)
    for number, (block, wide) in enumerate(zip(encoder.blocks, teacher.blocks, strict=True)):
        if number > 0:
            maps, targets = ([F.max_pool2d(x, 2, ceil_mode=True) for x in xs] for xs in (maps, targets))
        for own, other in zip(layers(block), layers(wide), strict=True):
            before = [other(x) for x in targets]  # the rectifier
            targets = [x.relu() for x in before]
            chosen = telling_channels(targets, own.out_channels)
            fit_convolution(own, maps, [x[:, chosen] for x in before])
            maps = [own(x).relu_() for x in maps]


def telling_channels(maps: Sequence[Tensor], count: int) -> Tensor:
    """Return the numbers of the ``count`` channels that tell most about all of them, linearly.

    Greedy: always the channel that explains most of what is left of the covariance (pivoted Cholesky with
    the gain, instead of the variance, as pivot; Farahat et al. 2013).
    """
    left = sum((Moments.of(x) for x in maps[1:]), start=Moments.of(maps[0])).covariance.clone()
    floor = 1e-9 * left.diagonal().max()
    chosen: list[int] = []
    for _ in range(count):
        gain = left.square().sum(dim=0) / left.diagonal().clamp(min=floor)
        gain[left.diagonal() <= floor] = 0
        gain[chosen] = -1
        best = int(gain.argmax())
        chosen.append(best)
        column = left[:, best] / left[best, best].clamp(min=floor).sqrt()
        left -= torch.outer(column, column)
    return torch.tensor(sorted(chosen))


def fit_convolution(convolution: Reflected, maps: Sequence[Tensor], targets: Sequence[Tensor]) -> None:
    """Set a convolution to the regression of ``targets`` (B, C', H, W) on ``maps`` (B, C, H, W)."""
    inputs = convolution.in_channels * 9
    joint = Moments.empty(inputs + convolution.out_channels)
    for number, (x, y) in enumerate(zip(maps, targets, strict=True)):
        joint = joint + Moments.of(_pairs(x, y, _PATCHES // len(maps), number))
    weight, bias = regression(joint, inputs)
    convolution.weight.copy_(weight.reshape(convolution.weight.shape))
    convolution.bias.copy_(bias)


def regression(joint: Moments, inputs: int, ridge: float = RIDGE) -> tuple[Tensor, Tensor]:
    """Return (matrix, bias) that predict the channels after the first ``inputs`` from these, by ridge."""
    own, cross = joint.covariance[:inputs, :inputs], joint.covariance[:inputs, inputs:]
    eye = torch.eye(inputs, dtype=own.dtype)
    weight = torch.linalg.solve(own + ridge * own.diagonal().mean() * eye, cross).mT
    return weight, joint.mean[inputs:] - weight @ joint.mean[:inputs]


def _pairs(x: Tensor, y: Tensor, count: int, seed: int) -> Tensor:
    """Return patches and what they stand for, (1, 9 C + C', n), at ``count`` random places of a batch."""
    batch, _, height, width = y.shape
    padded = F.pad(x, (1, 1, 1, 1), mode="reflect")
    places = torch.randperm(batch * height * width, generator=torch.Generator().manual_seed(seed))[:count]
    picture, row, column = (
        places // (height * width), places // width % height, places % width,
    )  # fmt: skip
    patches = [padded[picture, :, row + i, column + j] for i in range(3) for j in range(3)]
    return torch.cat([torch.stack(patches, dim=2).flatten(1), y[picture, :, row, column]], dim=1).mT[None]
