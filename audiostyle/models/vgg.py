"""The VGG family for style transfer: an encoder with named levels, and decoders that invert it.

Simonyan & Zisserman 2015 (arXiv:1409.1556) for the encoder; Li et al. 2018 (arXiv:1802.06474), section 3.1,
for its mirror image with max-unpooling.  Level N is reluN_1, the first convolution after the N−1st pooling.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LEVELS = (4, 3, 2, 1)
"""Coarse to fine, the order in which PhotoWCT works through them."""

_MIN_MEAN_SHARE = 0.25  # of a layer's mean activation, below which no filter's own mean is taken to lie


@dataclass(frozen=True)
class VGGConfig:
    """Sizes of an encoder and of the decoders that mirror it.

    Attributes:
        widths: channels of each of the four blocks.
        depths: convolutions of each block; the last one's are cut after the first.
        channels: of what is encoded: three of a picture, four of a spectrogram.

    Example:
        >>> VGG16.convolutions(2)
        [[(3, 64), (64, 64)], [(64, 128)]]
    """

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    channels: int = 3

    def as_config(self) -> dict[str, object]:
        """Return the sizes as a manifest stores them."""
        return {"widths": list(self.widths), "depths": list(self.depths), "channels": self.channels}

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "VGGConfig":
        """Return the sizes that a manifest's or a recipe's table holds; other keys are left alone.

        Raises:
            KeyError: the table has no widths or no depths.
            TypeError: something in it is no list of numbers, or no number.
        """
        widths, depths = (tuple(cast(Sequence[int], config[name])) for name in ("widths", "depths"))
        return cls(widths, depths, int(cast(int, config.get("channels", 3))))

    def reach(self, level: int) -> int:
        """Return how many pixels away a decoded reluN_1 can see, at most: the halo that a tile needs.

        Each 3×3 convolution sees one of its own pixels farther; pooling rounds up to whole pixels of its own.
        """
        blocks = self.convolutions(level)
        return self.reach_down(level) + sum(2**number * len(block) for number, block in enumerate(blocks))

    def reach_down(self, level: int, layer: int = 1) -> int:
        """Return how many pixels away reluN_layer can see, at most, before anything is decoded.

        Example:
            >>> VGGConfig((4, 6, 8, 10), (2, 2, 2, 2)).reach_down(2)
            4
        """
        reach = 0
        for number, depth in enumerate(self.depths[:level]):
            step = 2**number
            reach = -(-reach // step) * step + step * (layer if number == level - 1 else depth)
        return reach

    def convolutions(self, level: int) -> list[list[tuple[int, int]]]:
        """Return (channels in, channels out) of every convolution down to reluN_1, a list for each block."""
        blocks, channels = [], self.channels
        for number in range(1, level + 1):
            width, depth = self.widths[number - 1], self.depths[number - 1] if number < level else 1
            blocks.append([(channels if n == 0 else width, width) for n in range(depth)])
            channels = width
        return blocks


VGG16 = VGGConfig((64, 128, 256, 512), (2, 2, 3, 3))
VGG19 = VGGConfig((64, 128, 256, 512), (2, 2, 4, 4))


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
    """Encode pictures (B, C, H, W) in [0, 1] to reluN_1 (B, widths[N−1], ⌈H/2ᴺ⁻¹⌉, ⌈W/2ᴺ⁻¹⌉).

    The color normalization that a VGG expects is part of its first convolution (see
    :func:`absorb_normalization`).  Poolings round up where the published program rounds down: then no row of
    pixels is lost on odd sizes.

    Args:
        config: sizes of the encoder.
        level: the deepest level that it computes.

    Example:
        >>> features, poolings = VGGEncoder(VGGConfig((4, 6, 8, 10), (1, 1, 1, 1)))(torch.rand(1, 3, 17, 32))
        >>> features.shape, len(poolings)
        (torch.Size([1, 10, 3, 4]), 3)
    """

    def __init__(self, config: VGGConfig, level: int = 4) -> None:
        super().__init__()
        self.config, self.level = config, level
        self.blocks = nn.ModuleList(
            nn.ModuleList(ReflectedConv2d(*channels) for channels in block)
            for block in config.convolutions(level)
        )

    def forward(self, x: Tensor, level: int | None = None) -> tuple[Tensor, list[Pooling]]:
        """Return the features of ``level`` (None: the deepest) and the poolings on the way."""
        poolings = []
        for number, block in enumerate(self.blocks[: level or self.level], start=1):
            if number > 1:
                x, pooling = _pool(x)
                poolings.append(pooling)
            for convolution in layers(block)[: None if number < (level or self.level) else 1]:
                x = convolution(x).relu_()
        return x, poolings

    def trace(self, x: Tensor) -> tuple[list[Tensor], list[Pooling]]:
        """Return the features of every level, fine to coarse, and the poolings between them."""
        features, poolings = [], []
        for number, block in enumerate(self.blocks):
            if number > 0:
                x, pooling = _pool(x)
                poolings.append(pooling)
            for n, convolution in enumerate(layers(block)):
                x = convolution(x).relu_()
                if n == 0:
                    features.append(x)
        return features, poolings


def _pool(x: Tensor) -> tuple[Tensor, Pooling]:
    """Take the maxima of 2×2 pixels, (B, C, H, W) → (B, C, ⌈H/2⌉, ⌈W/2⌉), and note where they were."""
    size = x.shape[-2], x.shape[-1]
    x, indices = F.max_pool2d(x, 2, ceil_mode=True, return_indices=True)
    return x, Pooling(indices, size)


class VGGDecoder(nn.Module):
    """Decode reluN_1 to a picture: the mirror image of an encoder.

    The result is not clamped, and no rectifier comes after the last convolution.

    Args:
        config: sizes of the encoder.
        level: the level N that it decodes.
        unpool: True puts every value back where its maximum was (PhotoWCT); False repeats it over the 2×2
            pixels (WCT), and then the poolings serve only for their sizes.

    Example:
        >>> config = VGGConfig((4, 6, 8, 10), (1, 1, 1, 1))
        >>> features, poolings = VGGEncoder(config)(torch.rand(1, 3, 17, 32), level=3)
        >>> VGGDecoder(config, 3, unpool=True)(features, poolings).shape
        torch.Size([1, 3, 17, 32])
    """

    def __init__(self, config: VGGConfig, level: int, *, unpool: bool) -> None:
        super().__init__()
        self.config, self.unpool = config, unpool
        self.blocks = nn.ModuleList(
            nn.ModuleList(ReflectedConv2d(out, back) for back, out in reversed(block))
            for block in reversed(config.convolutions(level))
        )
        nn.init.constant_(self.last.bias, 0.5)  # training starts from gray, not from noise
        self.last.weight.data *= 0.1

    def forward(self, x: Tensor, poolings: Sequence[Pooling]) -> Tensor:
        """Decode (B, C, h, w), given the poolings that led there, to (B, 3, H, W)."""
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
        """The convolution whose output is the picture."""
        return layers(self.blocks[-1])[-1]

    def rescale_input(self, scales: Tensor) -> None:
        """Decode features as before after each of their channels was divided by its scale, (C,)."""
        with torch.no_grad():
            layers(self.blocks[0])[0].weight *= scales.view(1, -1, 1, 1)

    def enlarge(self, x: Tensor, pooling: Pooling) -> Tensor:
        """Undo a pooling: (B, C, h, w) → (B, C, H, W)."""
        if self.unpool:
            return F.max_unpool2d(x, pooling.indices, [2, 2], output_size=pooling.size)
        height, width = pooling.size
        return F.interpolate(x, scale_factor=2)[..., :height, :width]


def absorb_normalization(convolution: ReflectedConv2d, mean: Sequence[float], std: Sequence[float]) -> None:
    """Change a first convolution that expects (rgb − mean) / std so that it takes rgb in [0, 1].

    Exact because borders are mirrored; with a border of zeros the bias would have to differ there.

    Args:
        convolution: of three input channels; changed in place.
        mean, std: of the channels red, green and blue, for values in [0, 1].

    Example:
        >>> first = ReflectedConv2d(3, 4)
        >>> picture = torch.rand(1, 3, 5, 5)
        >>> expected = first((picture - 0.5) / 0.2)
        >>> absorb_normalization(first, (0.5,) * 3, (0.2,) * 3)
        >>> torch.allclose(first(picture), expected, atol=1e-4)
        True
    """
    with torch.no_grad():
        scale = torch.tensor(std, dtype=torch.float32).view(1, 3, 1, 1)
        convolution.weight /= scale
        shift = convolution.weight.sum(dim=(2, 3)) @ torch.tensor(mean, dtype=torch.float32)
        convolution.bias -= shift


def normalize_activations(encoder: VGGEncoder, images: Sequence[Tensor]) -> list[Tensor]:
    """Scale every filter in place so that its mean activation over ``images`` is 1 (Gatys et al. 2015).

    Rectifiers commute with positive factors, so w_l ← w_l · m_{l−1} / m_l and b_l ← b_l / m_l change nothing
    but the scale of each feature.  A filter that hardly ever fires is not blown up to a mean of 1, or the
    few places where it does would outweigh everything else: its mean is taken for a quarter of the layer's.

    Args:
        encoder: to change.
        images: pictures (C, H, W), of any sizes.

    Returns:
        What the features of each level were divided by, (C,), fine to coarse; see
        :meth:`VGGDecoder.rescale_input`.

    Example:
        >>> encoder = VGGEncoder(VGGConfig((4, 6, 8, 10), (1, 1, 1, 1)))
        >>> [len(scales) for scales in normalize_activations(encoder, [torch.rand(3, 32, 32)])]
        [4, 6, 8, 10]
    """
    blocks = [layers(block) for block in encoder.blocks]
    means = iter(_mean_activations(encoder, [c for block in blocks for c in block], images))
    before, scales = torch.ones(encoder.config.channels), []
    with torch.no_grad():
        for block in blocks:
            for n, convolution in enumerate(block):
                mean = next(means)
                scale = mean.clamp(min=max(_MIN_MEAN_SHARE * float(mean.mean()), 1e-12))
                convolution.weight *= before.view(1, -1, 1, 1) / scale.view(-1, 1, 1, 1)
                convolution.bias /= scale
                before = scale
                if n == 0:
                    scales.append(scale)
    return scales


def _mean_activations(
    encoder: VGGEncoder, convolutions: Sequence[ReflectedConv2d], images: Sequence[Tensor]
) -> list[Tensor]:
    """Return the mean rectified output (C,) of every convolution over the pictures."""
    sums: list[Tensor] = [torch.zeros(c.out_channels) for c in convolutions]

    def make_hook(number: int) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def add(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> None:
            sums[number] += torch.relu(output).mean(dim=(0, 2, 3)) / len(images)

        return add

    handles = [c.register_forward_hook(make_hook(number)) for number, c in enumerate(convolutions)]
    try:
        with torch.no_grad():
            for image in images:
                encoder.trace(image[None])
    finally:
        for handle in handles:
            handle.remove()
    return sums
