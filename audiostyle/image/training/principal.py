"""A teacher's features as their principal components, which is all that a compact student is to match.

Chiu & Gurari 2022 (arXiv:2203.13452, "PCA-KD"): as many components as the student has channels hold nearly
all of the variance of a VGG's features.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from audiostyle.models.vgg import VGGEncoder
from audiostyle.style import Moments

_FINE = 2  # relu1_1 at every second pixel: as many positions as relu2_1, and a fourth of the memory


class PrincipalFeatures:
    """What a teacher sees in the batches of a pool, computed once a batch and kept in half precision.

    Args:
        crops: the batch (B, 3, H, W) of a number.
        widths: how many components of each level are wanted.
        sample: batches from which the components are computed.
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
            _basis(moments, width) for moments, width in zip(self._moments(sample), widths, strict=True)
        ]
        self._kept: dict[int, tuple[Tensor, list[Tensor]]] = {}

    @property
    def widths(self) -> list[int]:
        """How many components each level has."""
        return [components.shape[1] for _, components in self._bases]

    def __call__(self, number: int) -> tuple[Tensor, list[Tensor]]:
        """Return the batch of ``number`` and the components (B, K, h, w) of every level, of unit power."""
        if number not in self._kept:
            images = self._crops(number)
            self._kept[number] = (images * 255).round().byte(), [x.half() for x in self.of(images)]
        images, targets = self._kept[number]
        return images.float() / 255, [x.float() for x in targets]

    @torch.no_grad()
    def of(self, images: Tensor) -> list[Tensor]:
        """Return the components of every level for ``images``."""
        features = [_thin(x, n) for n, x in enumerate(self._teacher.trace(images)[0])]
        return [
            torch.einsum("bchw,ck->bkhw", x - mean.view(-1, 1, 1), components)
            for x, (mean, components) in zip(features, self._bases, strict=True)
        ]

    @torch.no_grad()
    def _moments(self, sample: Sequence[Tensor]) -> list[Moments]:
        sums = [Moments.empty(width) for width in self._teacher.config.widths]
        for images in sample:
            features = self._teacher.trace(images)[0]
            sums = [before + Moments.from_features(x) for before, x in zip(sums, features, strict=True)]
        return sums


def thin_features(features: Sequence[Tensor]) -> list[Tensor]:
    """Return a student's features (B, C, h, w) of all levels at the positions of the teacher's components."""
    return [_thin(x, n) for n, x in enumerate(features)]


def _thin(x: Tensor, number: int) -> Tensor:
    return x[..., ::_FINE, ::_FINE] if number == 0 else x


def _basis(moments: Moments, width: int) -> tuple[Tensor, Tensor]:
    """Return the mean (C,) and the strongest eigenvectors (C, K), scaled to a mean power of 1."""
    values, vectors = torch.linalg.eigh(moments.covariance)
    kept = min(width, vectors.shape[1])
    scale = values[-kept:].mean().clamp(min=1e-12).sqrt()
    return moments.mean.float(), (vectors[:, -kept:] / scale).float()
