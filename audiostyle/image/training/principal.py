"""A teacher's features as their principal components, which are all that a compact student must match.

Chiu & Gurari 2022 (arXiv:2203.13452, "PCA-KD"): as many components as the student has channels hold nearly
all of the variance of a VGG's features.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from audiostyle.models.vgg import VGGEncoder
from audiostyle.style import Moments

_STRIDE = 2  # pixels; relu1_1 is kept at every second: as many positions as relu2_1, a fourth of the memory


class PrincipalFeatures:
    """The principal components of a teacher's features of numbered batches, computed once and kept.

    They are kept in half precision, and the pictures as bytes.

    Args:
        teacher: the VGG.
        crops: returns the batch (B, 3, H, W) of a number.
        widths: how many components to keep at each level.
        sample: batches (B, 3, H, W) from which the components are computed.

    Example:
        >>> from audiostyle.models.vgg import VGGConfig
        >>> teacher = VGGEncoder(VGGConfig((4, 6, 8, 10), (1, 1, 1, 1)))
        >>> pictures = torch.rand(2, 3, 32, 32)
        >>> components = PrincipalFeatures(teacher, lambda number: pictures, (2, 2, 3, 3), [pictures])
        >>> images, targets = components(0)
        >>> [tuple(target.shape) for target in targets]
        [(2, 2, 16, 16), (2, 2, 16, 16), (2, 3, 8, 8), (2, 3, 4, 4)]
    """

    def __init__(
        self,
        teacher: VGGEncoder,
        crops: Callable[[int], Tensor],
        widths: Sequence[int],
        sample: Sequence[Tensor],
    ) -> None:
        self._teacher, self._crops = teacher.eval().requires_grad_(False), crops
        self._bases = [
            _compute_basis(moments, width)
            for moments, width in zip(self._sum_moments(sample), widths, strict=True)
        ]
        self._cache: dict[int, tuple[Tensor, list[Tensor]]] = {}

    @property
    def widths(self) -> list[int]:
        """How many components each level has: as many as were asked for, or all there are."""
        return [components.shape[1] for _, components in self._bases]

    def __call__(self, number: int) -> tuple[Tensor, list[Tensor]]:
        """Return the batch of a number, and its components (B, K, h, w) of every level, of mean power 1."""
        if number not in self._cache:
            images = self._crops(number)
            self._cache[number] = (images * 255).round().byte(), [x.half() for x in self.project(images)]
        images, targets = self._cache[number]
        return images.float() / 255, [x.float() for x in targets]

    @torch.no_grad()
    def project(self, images: Tensor) -> list[Tensor]:
        """Return the components (B, K, h, w) of every level for pictures (B, 3, H, W)."""
        features = [_thin(x, n) for n, x in enumerate(self._teacher.trace(images)[0])]
        return [
            torch.einsum("bchw,ck->bkhw", x - mean.view(-1, 1, 1), components)
            for x, (mean, components) in zip(features, self._bases, strict=True)
        ]

    @torch.no_grad()
    def _sum_moments(self, sample: Sequence[Tensor]) -> list[Moments]:
        """Return the moments of the teacher's features at every level."""
        sums = [Moments.empty(width) for width in self._teacher.config.widths]
        for images in sample:
            features = self._teacher.trace(images)[0]
            sums = [before + Moments.from_features(x) for before, x in zip(sums, features, strict=True)]
        return sums


def thin_features(features: Sequence[Tensor]) -> list[Tensor]:
    """Return a student's features of all levels, (B, C, h, w), where the teacher's components lie."""
    return [_thin(x, n) for n, x in enumerate(features)]


def _thin(x: Tensor, number: int) -> Tensor:
    """Keep every second position of the finest level, whose number is 0."""
    return x[..., ::_STRIDE, ::_STRIDE] if number == 0 else x


def _compute_basis(moments: Moments, width: int) -> tuple[Tensor, Tensor]:
    """Return the mean (C,) and the strongest eigenvectors (C, K), scaled to a mean power of 1."""
    values, vectors = torch.linalg.eigh(moments.covariance)
    kept = min(width, vectors.shape[1])
    scale = values[-kept:].mean().clamp(min=1e-12).sqrt()
    return moments.mean.float(), (vectors[:, -kept:] / scale).float()
