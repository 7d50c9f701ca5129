"""Regions for any method, found without masks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from audiostyle.image.backbone import PictureAutoencoder
from audiostyle.image.masks import Alpha, Region
from audiostyle.image.segments.clusters import find_clusters
from audiostyle.image.segments.features import look_at
from audiostyle.image.segments.matching import Match, match_clusters
from audiostyle.image.segments.shares import enlarge_shares

WHOLE = 1.0
"""How much of the whole picture is in the statistics of a region, beside as much of itself.

A region alone has few colors, and a map between two regions alone would make clouds vanish in a style without
clouds.  With the whole beside it regions differ as far as they need to, and neighbors are not sent far apart.
"""

_LEAST = 1e-6


@dataclass(frozen=True)
class Segmentation:
    """The parts of a content and of its styles, and which belong together.

    Attributes:
        content: shares (K, H, W) of the content's pixels in its K parts; they sum to 1.
        styles: shares (L, h, w) of each style.
        matches: of the content's parts with those of each style.
    """

    content: Tensor
    styles: list[Tensor]
    matches: list[Match]

    def make_regions(self, content_alpha: Alpha, style_alphas: Sequence[Alpha]) -> list[Region]:
        """Return a region for each part of the content.

        Args:
            content_alpha, style_alphas: how visible each pixel is; None where nothing is transparent.
        """
        regions = []
        for number, area in enumerate(self.content):
            trust = float(np.mean([match.trust[number] for match in self.matches]))
            counted = _count(area / area.mean().clamp(min=_LEAST), trust, content_alpha)
            wanted = [
                _count(_choose(look, match.plan[number]), trust, alpha)
                for look, match, alpha in zip(self.styles, self.matches, style_alphas, strict=True)
            ]
            regions.append(Region(number, area, counted, tuple(wanted)))
        return regions


def segment(
    content: Tensor, styles: Sequence[Tensor], content_alpha: Alpha, style_alphas: Sequence[Alpha]
) -> Segmentation:
    """Find the parts of a content and of styles, and match them.

    Args:
        content: (3, H, W) in [0, 1].
        styles: (3, h, w) each.
        content_alpha, style_alphas: how visible each pixel is; None where nothing is transparent.

    Raises:
        ModelNotFound: the backbone that comes with the package is missing.
    """
    networks = PictureAutoencoder.from_pretrained(device="cpu")
    pictures = [content, *styles]
    places = look_at(pictures, [content_alpha, *style_alphas], networks)
    own, *others = (find_clusters(each) for each in places)
    shares, *looks = (
        enlarge_shares(clusters.shares, each.size, picture)
        for clusters, each, picture in zip((own, *others), places, pictures, strict=True)
    )
    return Segmentation(shares, looks, [match_clusters(own, clusters) for clusters in others])


def find_regions(
    content: Tensor, styles: Sequence[Tensor], content_alpha: Alpha, style_alphas: Sequence[Alpha]
) -> list[Region]:
    """Return the parts of a content with what of the styles they are to look like; see :func:`segment`."""
    return segment(content, styles, content_alpha, style_alphas).make_regions(content_alpha, style_alphas)


def _choose(look: Tensor, plan: np.ndarray) -> Tensor:
    """Return how much each pixel of a style belongs to what a plan chooses of its parts, (h, w), mean 1."""
    sizes = look.mean(dim=(1, 2)).clamp(min=_LEAST)
    return torch.tensordot(torch.from_numpy(plan).to(look) / sizes, look, 1)


def _count(area: Tensor, trust: float, alpha: Alpha) -> Tensor:
    """Return how much each pixel counts (H, W): an area of mean 1 as far as it is trusted, and the whole."""
    counted = area * trust + (1 - trust + WHOLE)
    return counted if alpha is None else counted * torch.from_numpy(alpha)
