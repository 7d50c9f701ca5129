"""A cascade of autoencoders: each level gives its features the style's moments and decodes a picture.

The decoded picture of one level is what the next level encodes.  PhotoWCT, WCT and AdaIN are such cascades;
they differ in their decoders and in the map of the features.  Each level takes two passes over the tiles of
the picture: the first gathers moments, the second applies the map and decodes.  A picture of one tile is
encoded once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.checks import check_levels, check_number
from audiostyle.errors import AudiostyleError
from audiostyle.image.arrays import AnyPicture, Picture
from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.inputs import Segments, StylizeInputs, check_strength
from audiostyle.image.masks import Mask
from audiostyle.image.tiles import Tile, cut_tiles
from audiostyle.models.vgg import LEVELS, Pooling
from audiostyle.progress import Progress
from audiostyle.style import AffineMap, Moments
from audiostyle.style.memory import MomentMemory

Transform = Callable[[Moments, Moments], AffineMap]
"""From the moments of the content's features and of the style's to the map of the content's features."""

_SIDE = 1152  # pixels: a photograph of one megapixel is one tile, and encoded once
_SMALLEST_SIDE = 256  # pixels: smaller tiles would be nearly all halo
_BYTES = 40.0  # for each of relu1_1's values; 26 in large tiles, but small ones have a fixed part


@dataclass(frozen=True)
class AutoencoderCascade:
    """A cascade with all its settings, ready for inputs.

    Attributes:
        autoencoder: the backbone and its decoders.
        levels: N of the reluN_1 to work through, in this order.
        unpool: ``"max"`` or ``"nearest"``, how decoders enlarge.
        transform: makes the map of the features from the moments of content and style.
        strength: how far features go from the content's (0) to the transformed (1).
        memory_limit: GB of working memory, None for as much as is fast; less memory takes smaller tiles.
        progress: is told after each decoded tile which share of the work is done, of 1.

    Raises:
        AudiostyleError: ``unpool`` or ``levels`` are not of those there are; when called, the memory limit is
            too low for the smallest tile.
    """

    autoencoder: PictureAutoencoder
    levels: Sequence[int]
    unpool: str
    transform: Transform
    strength: float
    memory_limit: float | None = None
    progress: Progress | None = None

    def __post_init__(self) -> None:
        if self.unpool not in ("max", "nearest"):
            raise AudiostyleError(f"unpool must be 'max' or 'nearest', not {self.unpool!r}")
        check_levels(self.levels, LEVELS)
        if self.memory_limit is not None:
            check_number("memory_limit", self.memory_limit, 0, above=True)

    @torch.inference_mode()
    def __call__(self, inputs: StylizeInputs[Picture]) -> Tensor:
        """Return the stylized content (3, H, W) on the CPU, not clamped."""
        styles = inputs.recall("moments of features", lambda: self._gather_styles(inputs))
        picture = inputs.content[None].to(self.autoencoder.device)
        regions = [region.content.to(self.autoencoder.device) for region in inputs.regions]
        counted = [region.share.to(self.autoencoder.device) for region in inputs.regions]
        for done, level in enumerate(self.levels):
            looks = styles[level]
            picture = self._stylize_level(picture, level, regions, counted, looks, done, inputs.gather)
        return picture[0].to(inputs.content.device)

    def _gather_styles(self, inputs: StylizeInputs[Picture]) -> dict[int, list[Moments]]:
        """Return the moments of every region at every level, pooled over the styles by their weights."""
        device = self.autoencoder.device
        by_style = [
            self._gather_moments(
                style[None].to(device), [region.styles[n].to(device) for region in inputs.regions]
            )
            for n, style in enumerate(inputs.styles)
        ]
        return {
            level: [
                Moments.pool([moments[level][n] for moments in by_style], inputs.weights)
                for n in range(len(inputs.regions))
            ]
            for level in self.levels
        }

    def _gather_moments(self, picture: Tensor, regions: Sequence[Tensor]) -> dict[int, list[Moments]]:
        """Return the moments of the regions of a picture (1, 3, H, W) at every level."""
        encoder = self.autoencoder.encoder
        widths = encoder.config.widths
        result = {level: [Moments.empty(widths[level - 1]) for _ in regions] for level in self.levels}
        for tile in self._cut(picture, max(self.levels)):
            features, _ = encoder.trace(_to_channels_last(tile.cut(picture)))
            for level in self.levels:
                result[level] = _add_moments(result[level], features[level - 1], tile, level, regions)
        return result

    def _stylize_level(
        self,
        picture: Tensor,
        level: int,
        regions: Sequence[Tensor],
        counted: Sequence[Tensor],
        styles: Sequence[Moments],
        done: int,
        gather: Callable[[Moments], Moments],
    ) -> Tensor:
        """Encode a picture (1, 3, H, W), map its features, and decode; ``done`` levels went before.

        Regions are what is mapped; ``counted`` is how much their pixels count in statistics, which ``gather``
        pools with those of earlier pictures.
        """
        encoder, decoder = self.autoencoder.encoder, self.autoencoder.decoder(level, self.unpool)
        tiles = self._cut(picture, level)
        moments = [Moments.empty(styles[0].channels) for _ in regions]
        encoded: tuple[Tensor, list[Pooling]] | None = None
        for tile in tiles:
            encoded = encoder(_to_channels_last(tile.cut(picture)), level)
            moments = _add_moments(moments, encoded[0], tile, level, counted)
        maps = [
            self.transform(gather(own).regularize(), other.regularize()).blend(self.strength)
            for own, other in zip(moments, styles, strict=True)
        ]
        result = torch.empty_like(picture)
        for number, tile in enumerate(tiles, start=1):
            if len(tiles) > 1 or encoded is None:
                encoded = encoder(_to_channels_last(tile.cut(picture)), level)
            features, poolings = encoded
            shares = [_downsample_share(tile.cut(region), level) for region in regions]
            changed = _transform_features(features, maps, shares)
            result[(..., *tile.core)] = tile.trim(decoder(changed, poolings))
            if self.progress:
                self.progress((done + number / len(tiles)) / len(self.levels), 1.0)
        return result

    def _cut(self, picture: Tensor, level: int) -> list[Tile]:
        height, width = picture.shape[-2:]
        halo = self.autoencoder.encoder.config.reach(level)
        return cut_tiles(height, width, self._choose_side(halo), halo)

    def _choose_side(self, halo: int) -> int:
        """Return the side of a tile, in pixels, that the memory limit allows."""
        if self.memory_limit is None:
            return _SIDE
        bytes_per_pixel = _BYTES * self.autoencoder.encoder.config.widths[0]
        side = int((self.memory_limit * 1e9 / bytes_per_pixel) ** 0.5) - 2 * halo
        if side < _SMALLEST_SIDE:
            least = (_SMALLEST_SIDE + 2 * halo) ** 2 * bytes_per_pixel / 1e9
            raise AudiostyleError(
                f"a memory limit of {self.memory_limit:g} GB is too low; {least:.1f} GB will do"
            )
        return min(side, _SIDE)


def apply_cascade(
    transform: Transform,
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float,
    weights: Sequence[float] | None,
    content_mask: Mask | None,
    style_mask: Mask | Sequence[Mask] | None,
    segments: Segments | None,
    memory: MomentMemory | None,
    levels: Sequence[int],
    unpool: str,
    backbone: str | Path | PictureAutoencoder,
    memory_limit: float | None,
    device: str,
    progress: Progress | None,
) -> Picture:
    """Check the inputs of a method, load its networks, and stylize: what PhotoWCT, WCT and AdaIN share.

    The arguments and errors are those of `audiostyle.image.photowct`, and ``transform`` makes the map of the
    features.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.
    """
    strength = check_strength(strength)
    inputs = StylizeInputs.from_pictures(
        content,
        style,
        weights=weights,
        content_mask=content_mask,
        style_mask=style_mask,
        segments=segments,
        memory=memory,
    )
    autoencoder = PictureAutoencoder.of(backbone, device)
    levels = check_levels(levels, LEVELS)
    cascade = AutoencoderCascade(autoencoder, levels, unpool, transform, strength, memory_limit, progress)
    return inputs.finish(cascade(inputs))


def _add_moments(
    moments: Sequence[Moments], features: Tensor, tile: Tile, level: int, regions: Sequence[Tensor]
) -> list[Moments]:
    """Add the features of a tile's core to the moments of every region."""
    step = 2 ** (level - 1)
    own = tile.trim(features, step)
    shares = [tile.trim(_downsample_share(tile.cut(region), level), step) for region in regions]
    return [before + Moments.from_features(own, share) for before, share in zip(moments, shares, strict=True)]


def _transform_features(features: Tensor, maps: Sequence[AffineMap], shares: Sequence[Tensor]) -> Tensor:
    """Apply each region's map where the region is; features that no region covers stay as they are."""
    if len(maps) == 1 and bool((shares[0] == 1).all()):
        return maps[0](features)
    result = features * (1 - sum(shares))
    for change, share in zip(maps, shares, strict=True):
        result += change(features) * share.to(features)
    return result


def _downsample_share(region: Tensor, level: int) -> Tensor:
    """Return which share of each of a level's positions (h, w) belongs to a region, bool or float (H, W)."""
    share = region[None, None].float()
    for _ in range(level - 1):
        share = F.avg_pool2d(share, 2, ceil_mode=True, count_include_pad=False)
    return share[0, 0]


def _to_channels_last(picture: Tensor) -> Tensor:
    """Return the picture in the memory layout in which a CPU convolves fastest."""
    return picture.contiguous(memory_format=torch.channels_last)
