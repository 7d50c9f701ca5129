"""The VGG family for style transfer: an encoder with named levels, and decoders that invert it.

Simonyan & Zisserman 2015 (arXiv:1409.1556) for the encoder; Li et al. 2018 (arXiv:1802.06474), section 3.1,
for its mirror image with max-unpooling.  Level N is reluN_1, the first convolution after the N−1st pooling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LEVELS = (4, 3, 2, 1)
"""Coarse to fine, the order in which PhotoWCT works through them."""


_LEAST = 0.25


@dataclass(frozen=True)
class VGGConfig:
    """Sizes of an encoder: ``widths`` (channels) and ``depths`` (convolutions) of its blocks.

    ``colours`` are the channels of what is encoded: of a picture, three.
    """

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    colours: int = 3

    def as_config(self) -> dict[str, Any]:
        """Return the plan as a manifest stores it."""
        return {"widths": list(self.widths), "depths": list(self.depths), "colours": self.colours}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "VGGConfig":
        """Return the plan that a manifest's table describes."""
        return cls(tuple(config["widths"]), tuple(config["depths"]), config.get("colours", 3))

    def reach(self, level: int) -> int:
        """Return how many pixels away a decoded reluN_1 can see, at most: the halo that a tile needs.

        Each 3×3 convolution sees one of its own pixels farther; pooling rounds up to whole pixels of its own.
        """
        reach, there = 0, self.convolutions(level)
        for number, block in enumerate(there):
            step = 2**number
            reach = -(-reach // step) * step + step * len(block)
        return reach + sum(2**number * len(block) for number, block in enumerate(there))

    def convolutions(self, level: int) -> list[list[tuple[int, int]]]:
        """Return (channels in, channels out) of every convolution down to reluN_1, a list for each block."""
        blocks, channels = [], self.colours
        for number in range(1, level + 1):
            width, depth = self.widths[number - 1], self.depths[number - 1] if number < level else 1
            blocks.append([(channels if n == 0 else width, width) for n in range(depth)])
            channels = width
        return blocks


VGG16 = VGGConfig((64, 128, 256, 512), (2, 2, 3, 3))
VGG19 = VGGConfig((64, 128, 256, 512), (2, 2, 4, 4))
COMPACT_VGG = VGGConfig((48, 48, 96, 192), (2, 2, 3, 3))
"""For a laptop: a quarter of VGG-16's arithmetic.  Narrow where features are coarse; fine detail needs width,
because unpooling leaves three of four values zero."""


class Pooling(NamedTuple):
    """What a decoder needs to undo a max-pooling: where every maximum was, and (height, width) before it."""

    indices: Tensor
    size: tuple[int, int]


class ReflectedConv2d(nn.Conv2d):
    """A 3×3 convolution of a map that is mirrored at its borders, so that pictures have no dark rims."""

    bias: Tensor

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__(channels_in, channels_out, 3)
        # On a CPU convolutions are much faster with channels last; what follows takes the layout over.
        self.weight.data = self.weight.data.contiguous(memory_format=torch.channels_last)
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")  # torch's own start fades in deep stacks

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) → (B, C', H, W).  A side of one pixel has nothing to mirror and is repeated."""
        mode = "reflect" if min(x.shape[-2:]) > 1 else "replicate"
        return super().forward(F.pad(x, (1, 1, 1, 1), mode=mode))


def layers(block: nn.Module) -> list[ReflectedConv2d]:
    """Return a block's convolutions, in the order in which they are applied."""
    return [cast(ReflectedConv2d, module) for module in block.children()]


class VGGEncoder(nn.Module):
    """RGB in [0, 1] (B, 3, H, W) → reluN_1 (B, widths[N−1], ⌈H/2ᴺ⁻¹⌉, ⌈W/2ᴺ⁻¹⌉).

    The colour normalisation that a VGG expects is part of its first convolution (see `absorb_normalization`).
    Poolings round up where the published code rounds down: then no row of pixels is lost on odd sizes.
    """

    def __init__(self, plan: VGGConfig, level: int = 4) -> None:
        super().__init__()
        self.plan, self.level = plan, level
        self.blocks = nn.ModuleList(
            nn.ModuleList(ReflectedConv2d(*channels) for channels in block)
            for block in plan.convolutions(level)
        )

    def forward(self, x: Tensor, level: int | None = None) -> tuple[Tensor, list[Pooling]]:
        """Return the features of ``level`` (the deepest unless told) and the poolings on the way."""
        poolings = []
        for number, block in enumerate(self.blocks[: level or self.level], start=1):
            if number > 1:
                size = x.shape[-2], x.shape[-1]
                x, indices = F.max_pool2d(x, 2, ceil_mode=True, return_indices=True)
                poolings.append(Pooling(indices, size))
            for convolution in layers(block)[: None if number < (level or self.level) else 1]:
                x = convolution(x).relu_()
        return x, poolings

    def trace(self, x: Tensor) -> tuple[list[Tensor], list[Pooling]]:
        """Return the features of every level, fine to coarse, and the poolings between them."""
        features, poolings = [], []
        for number, block in enumerate(self.blocks):
            if number > 0:
                size = x.shape[-2], x.shape[-1]
                x, indices = F.max_pool2d(x, 2, ceil_mode=True, return_indices=True)
                poolings.append(Pooling(indices, size))
            for n, convolution in enumerate(layers(block)):
                x = convolution(x).relu_()
                if n == 0:
                    features.append(x)
        return features, poolings


class VGGDecoder(nn.Module):
    """The mirror image of an encoder: reluN_1 → RGB, not clamped, no rectifier after the last convolution.

    Args:
        unpool: True puts every value back where its maximum was (PhotoWCT); False repeats it over the 2×2
            pixels (WCT), and then the poolings serve only for their sizes.
    """

    def __init__(self, plan: VGGConfig, level: int, *, unpool: bool) -> None:
        super().__init__()
        self.plan, self.unpool = plan, unpool
        self.blocks = nn.ModuleList(
            nn.ModuleList(ReflectedConv2d(out, back) for back, out in reversed(block))
            for block in reversed(plan.convolutions(level))
        )
        nn.init.constant_(self.last.bias, 0.5)  # training starts from grey, not from noise
        self.last.weight.data *= 0.1

    def forward(self, x: Tensor, poolings: Sequence[Pooling]) -> Tensor:
        """(B, C, h, w) and the poolings that led there → (B, 3, H, W)."""
        for number, block in enumerate(self.blocks):
            if number > 0:
                x = self.enlarge(x, poolings[-number])
            for convolution in layers(block):
                x = convolution(x)
                if convolution is not self.last:
                    x = x.relu_()
        return x

    @property
    def last(self) -> ReflectedConv2d:
        """The convolution that makes colours."""
        return layers(self.blocks[-1])[-1]

    def follow(self, scales: Tensor) -> None:
        """Decode features as before after each of their channels (C,) was divided by its scale."""
        with torch.no_grad():
            layers(self.blocks[0])[0].weight *= scales.view(1, -1, 1, 1)

    def enlarge(self, x: Tensor, pooling: Pooling) -> Tensor:
        """Undo a pooling: (B, C, h, w) → (B, C, H, W)."""
        if self.unpool:
            return F.max_unpool2d(x, pooling.indices, [2, 2], output_size=pooling.size)
        height, width = pooling.size
        return F.interpolate(x, scale_factor=2)[..., :height, :width]


def absorb_normalization(convolution: ReflectedConv2d, mean: Sequence[float], std: Sequence[float]) -> None:
    """Let a first convolution that was made for (rgb − mean) / std take rgb in [0, 1].

    Exact because borders are mirrored; beside zeros the bias would have to differ there.
    """
    with torch.no_grad():
        scale = torch.tensor(std, dtype=torch.float32).view(1, 3, 1, 1)
        convolution.weight /= scale
        shift = convolution.weight.sum(dim=(2, 3)) @ torch.tensor(mean, dtype=torch.float32)
        convolution.bias -= shift


def normalize_activations(encoder: VGGEncoder, images: Sequence[Tensor]) -> list[Tensor]:
    """Scale every filter so that its mean activation over ``images`` (3, H, W) is 1 (Gatys et al. 2015).

    Rectifiers commute with positive factors, so w_l ← w_l · m_{l−1} / m_l and b_l ← b_l / m_l change nothing
    but the scale of each feature.  A filter that hardly ever fires is not blown up to a mean of 1, or the
    few places where it does would outweigh everything else: its mean is taken for a quarter of the layer's.

    Returns:
        What the features of each level were divided by, (C,), fine to coarse; see :meth:`Decoder.follow`.
    """
    blocks = [layers(block) for block in encoder.blocks]
    means = iter(_mean_activations(encoder, [c for block in blocks for c in block], images))
    before, scales = torch.ones(encoder.plan.colours), []
    with torch.no_grad():
        for block in blocks:
            for n, convolution in enumerate(block):
                mean = next(means)
                scale = mean.clamp(min=max(_LEAST * float(mean.mean()), 1e-12))
                convolution.weight *= before.view(1, -1, 1, 1) / scale.view(-1, 1, 1, 1)
                convolution.bias /= scale
                before = scale
                if n == 0:
                    scales.append(scale)
    return scales


def _mean_activations(encoder: VGGEncoder, convolutions: list[Any], images: Sequence[Tensor]) -> list[Tensor]:
    sums: list[Tensor] = [torch.zeros(c.out_channels) for c in convolutions]

    def hook(number: int) -> Any:
        def add(_: nn.Module, __: Any, output: Tensor) -> None:
            sums[number] += torch.relu(output).mean(dim=(0, 2, 3)) / len(images)

        return add

    handles = [c.register_forward_hook(hook(number)) for number, c in enumerate(convolutions)]
    try:
        with torch.no_grad():
            for image in images:
                encoder.trace(image[None])
    finally:
        for handle in handles:
            handle.remove()
    return sums
