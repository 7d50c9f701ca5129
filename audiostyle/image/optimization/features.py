"""Feature maps of pictures by the names of layers, for losses: computed in tiles where a picture is large."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import get_args

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import AudiostyleError, did_you_mean
from audiostyle.image.optimization.presets import Pooling
from audiostyle.image.optimization.tiled import TiledWork, split_layer
from audiostyle.image.tiles import cut_tiles
from audiostyle.models.vgg import ReflectedConv2d, VGGConfig, VGGEncoder, layers
from audiostyle.style.losses.base import INPUT, Maps
from audiostyle.style.losses.positions import Mask

TILE = 512
"""Side of a tile in pixels; pictures of up to three times as many are computed as a whole: that is faster."""

_WHOLE = 3  # sides of a tile


@dataclass(frozen=True)
class PictureFeatures:
    """Computes the maps of some layers of a network.

    Attributes:
        encoder: the network.
        names: of the layers that are wanted: ``input``, or ``relu1_1``, ``relu1_2`` … as VGG's are called.
        pooling: how pictures are halved.
        tile: side of a tile in pixels.
        moments: of which layers no more than moments is needed of a large picture, and under which masks;
            see :func:`~audiostyle.style.losses.moments.list_moments`.

    Example:
        >>> encoder = VGGEncoder(VGGConfig((4, 6, 8, 10), (2, 1, 1, 1)))
        >>> maps = PictureFeatures(encoder, ("input", "relu1_2", "relu3_1"))(torch.rand(1, 3, 16, 20))
        >>> {name: tuple(features.shape) for name, features in maps.items()}
        {'input': (1, 3, 16, 20), 'relu1_2': (1, 4, 16, 20), 'relu3_1': (1, 8, 4, 5)}
    """

    encoder: VGGEncoder
    names: Sequence[str]
    pooling: Pooling = "max"
    tile: int = TILE
    moments: Mapping[str, Sequence[Mask]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pooling not in get_args(Pooling):
            raise AudiostyleError(f"pooling must be max or average, not {self.pooling!r}")
        known = (INPUT, *list_layers(self.encoder.config))
        for name in self.names:
            if name not in known:
                near = did_you_mean(name, known)
                raise AudiostyleError(f"layers: no layer {name!r}{near}; there are {', '.join(known)}")

    def __call__(self, picture: Tensor) -> Maps:
        """Compute the maps of pictures (B, 3, H, W) in [0, 1], which can be differentiated.

        Memory is that of the maps themselves; for a large picture, of one tile and of the maps of which more
        than their moments is needed.
        """
        wanted = [name for name in self.names if name != INPUT]
        maps: dict[str, Tensor] = {INPUT: picture} if INPUT in self.names else {}
        height, width = picture.shape[-2:]
        if not wanted:
            return maps
        if max(height, width) <= _WHOLE * self.tile:
            return maps | dict(zip(wanted, self._compute(picture, wanted), strict=True))
        return {**maps, **self._compute_in_tiles(picture, wanted)}

    def _compute_in_tiles(self, picture: Tensor, wanted: Sequence[str]) -> Maps:
        """Compute maps or their moments tile by tile."""
        height, width = picture.shape[-2:]
        halo = max(self.encoder.config.reach_down(*split_layer(name)) for name in wanted)
        moments = {name: masks for name, masks in self.moments.items() if name in wanted}
        work = TiledWork(self._compute, wanted, moments, cut_tiles(height, width, self.tile, halo))
        return work.run(picture)

    def _compute(self, picture: Tensor, wanted: Sequence[str]) -> list[Tensor]:
        """Return the maps of the wanted layers, in the order in which they are named."""
        found: dict[str, Tensor] = {}
        x = picture.contiguous(memory_format=torch.channels_last)
        for name, step in self._list_steps():
            x = step(x)
            if name in wanted:
                found[name] = x
            if len(found) == len(set(wanted)):
                break
        return [found[name] for name in wanted]

    def _list_steps(self) -> Iterator[tuple[str, Callable[[Tensor], Tensor]]]:
        """Yield every step of the network; those that are no layers have an empty name."""
        pool = F.max_pool2d if self.pooling == "max" else F.avg_pool2d
        for number, block in enumerate(self.encoder.blocks, start=1):
            if number > 1:
                yield "", partial(pool, kernel_size=2, ceil_mode=True)
            for place, convolution in enumerate(layers(block), start=1):
                yield f"relu{number}_{place}", partial(_rectify, convolution)


def _rectify(convolution: ReflectedConv2d, x: Tensor) -> Tensor:
    """Return a convolution's output, rectified."""
    rectified: Tensor = convolution(x).relu()
    return rectified


def list_layers(config: VGGConfig) -> list[str]:
    """Return the names of all layers of an encoder.

    Example:
        >>> list_layers(VGGConfig((4, 6, 8, 10), (2, 1, 2, 2)))
        ['relu1_1', 'relu1_2', 'relu2_1', 'relu3_1', 'relu3_2', 'relu4_1']
    """
    blocks = config.convolutions(4)
    return [
        f"relu{number}_{place}"
        for number, block in enumerate(blocks, 1)
        for place in range(1, len(block) + 1)
    ]
