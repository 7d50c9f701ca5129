"""A cascade of autoencoders: every level gives its features the style's moments and hands a picture on.

PhotoWCT, WCT and AdaIN are this, with other decoders and other maps.  Two passes over the picture at each
level, by tiles: the first gathers moments, the second applies the map and decodes.  A picture of one tile is
encoded once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import AudiostyleError
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.tiles import Tile, cut_tiles
from audiostyle.models.vgg import LEVELS, Pooling
from audiostyle.style import AffineMap, Moments

Progress = Callable[[float], None]
"""Hears what share is done, 0 to 1."""

Transform = Callable[[Moments, Moments], AffineMap]
"""Moments of the content and of the style → what is done to the features."""

_SIDE = 1152  # pixels: a photograph of one megapixel is one tile, and encoded once
_SMALLEST_SIDE = 256
_BYTES = 40.0  # for each of relu1_1's values; 26 in large tiles, but small ones have a fixed part


@dataclass(frozen=True)
class Cascade:
    """Networks at work.

    Args:
        levels: in the order in which they are to be worked through.
        unpool: ``"max"`` or ``"nearest"``.
        memory_limit: GB of working memory, None for as much as is fast; less memory takes smaller tiles.
        progress: hears of every tile that is decoded.
    """

    networks: PictureAutoencoder
    levels: Sequence[int]
    unpool: str
    transform: Transform
    strength: float
    memory_limit: float | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.unpool not in ("max", "nearest"):
            raise AudiostyleError(f"unpool must be 'max' or 'nearest', not {self.unpool!r}")
        if not self.levels or not set(self.levels) <= set(LEVELS):
            raise AudiostyleError(f"levels must be among 4, 3, 2 and 1, not {list(self.levels)}")

    @torch.inference_mode()
    def __call__(self, scene: StylizeInputs) -> Tensor:
        """Return the stylised content (3, H, W), not clamped."""
        styles = self._style_moments(scene)
        picture = scene.content[None].to(self.networks.device)
        segments = [segment.content for segment in scene.segments]
        for done, level in enumerate(self.levels):
            picture = self._level(picture, level, segments, styles[level], done)
        return picture[0].to(scene.content.device)

    def _style_moments(self, scene: StylizeInputs) -> dict[int, list[Moments]]:
        """Return the moments of every segment at every level, styles pooled by their weights."""
        by_style = [
            self._moments(style[None].to(self.networks.device), [s.styles[n] for s in scene.segments])
            for n, style in enumerate(scene.styles)
        ]
        return {
            level: [
                Moments.pooled([moments[level][n] for moments in by_style], scene.weights)
                for n in range(len(scene.segments))
            ]
            for level in self.levels
        }

    def _moments(self, picture: Tensor, segments: Sequence[Tensor]) -> dict[int, list[Moments]]:
        widths = self.networks.encoder.plan.widths
        result = {level: [Moments.empty(widths[level - 1]) for _ in segments] for level in self.levels}
        for tile in self._tiles(picture, max(self.levels)):
            features, _ = self.networks.encoder.trace(_to_channels_last(tile.cut(picture)))
            for level in self.levels:
                result[level] = _add_moments(result[level], features[level - 1], tile, level, segments)
        return result

    def _level(
        self,
        picture: Tensor,
        level: int,
        segments: Sequence[Tensor],
        styles: Sequence[Moments],
        done: int,
    ) -> Tensor:
        encoder, decoder = self.networks.encoder, self.networks.decoder(level, self.unpool)
        cut = self._tiles(picture, level)
        moments = [Moments.empty(styles[0].channels) for _ in segments]
        encoded: tuple[Tensor, list[Pooling]] | None = None
        for tile in cut:
            encoded = encoder(_to_channels_last(tile.cut(picture)), level)
            moments = _add_moments(moments, encoded[0], tile, level, segments)
        maps = [
            self.transform(own.reliable(), other.reliable()).blended(self.strength)
            for own, other in zip(moments, styles, strict=True)
        ]
        result = torch.empty_like(picture)
        for number, tile in enumerate(cut, start=1):
            features, poolings = (
                encoded if len(cut) == 1 and encoded else encoder(_to_channels_last(tile.cut(picture)), level)
            )
            changed = _transform_features(
                features, maps, [_downsample_share(tile.cut(s), level) for s in segments]
            )
            result[(..., *tile.core)] = tile.trim(decoder(changed, poolings))
            if self.progress:
                self.progress((done + number / len(cut)) / len(self.levels))
        return result

    def _tiles(self, picture: Tensor, level: int) -> list[Tile]:
        height, width = picture.shape[-2:]
        halo = self.networks.encoder.plan.reach(level)
        return cut_tiles(height, width, self._side(halo), halo)

    def _side(self, halo: int) -> int:
        if self.memory_limit is None:
            return _SIDE
        pixels = self.memory_limit * 1e9 / (_BYTES * self.networks.encoder.plan.widths[0])
        side = int(pixels**0.5) - 2 * halo
        if side < _SMALLEST_SIDE:
            least = (_SMALLEST_SIDE + 2 * halo) ** 2 * _BYTES * self.networks.encoder.plan.widths[0] / 1e9
            raise AudiostyleError(
                f"a memory limit of {self.memory_limit:g} GB is too low; {least:.1f} GB will do"
            )
        return min(side, _SIDE)


def _add_moments(
    moments: Sequence[Moments], features: Tensor, tile: Tile, level: int, segments: Sequence[Tensor]
) -> list[Moments]:
    """Add what is a tile's own to the moments of every segment."""
    own = tile.trim(features, 2 ** (level - 1))
    return [
        before + Moments.of(own, tile.trim(_downsample_share(tile.cut(segment), level), 2 ** (level - 1)))
        for before, segment in zip(moments, segments, strict=True)
    ]


def _transform_features(features: Tensor, maps: Sequence[AffineMap], shares: Sequence[Tensor]) -> Tensor:
    """Apply every segment's map where it is; what no segment covers stays as it is."""
    if len(maps) == 1 and bool((shares[0] == 1).all()):
        return maps[0](features)
    result = features * (1 - sum(shares))
    for change, share in zip(maps, shares, strict=True):
        result += change(features) * share.to(features)
    return result


def _downsample_share(segment: Tensor, level: int) -> Tensor:
    """Return how much of each of a level's pixels (h, w) belongs to a segment (H, W)."""
    share = segment[None, None].float()
    for _ in range(level - 1):
        share = F.avg_pool2d(share, 2, ceil_mode=True, count_include_pad=False)
    return share[0, 0]


def _to_channels_last(picture: Tensor) -> Tensor:
    return picture.contiguous(memory_format=torch.channels_last)
