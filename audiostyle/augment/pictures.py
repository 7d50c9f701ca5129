"""The style of a picture as statistics: its mean color, and covariances of colors at every scale.

A picture is the sum of bands, each of details of about one size, and of what is left, which is blurred.  (The
bands are differences of blurred pictures, Holschneider et al. 1989, "à trous", so that none is reduced.)  The
style is the mean, and for every band the logarithm of its colors' covariance: what is bright or dull, colored
or gray, soft or harsh, fine or coarse.  It is changed by optimal transport, band by band, so that things stay
where they are.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import ShapeError

BANDS = 4
"""Of details; the steps between the pixels that are blurred together double from each to the next."""

FLOOR = (1 / 255) ** 2
"""Added to variances: what varies less is not seen."""

MOST_GAIN = 4.0
"""By which factor a band's contrast is raised or lowered at most: noise stays noise."""

_LIMITS = 0.02, 0.98  # of the mean of a channel
_TAPS = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
_ROWS, _COLUMNS = torch.triu_indices(3, 3)


class PictureStatistics:
    """Measures and changes the style of pictures (B, 3, H, W) in [0, 1], of any size.

    Example:
        >>> pictures = torch.rand(2, 3, 24, 32, generator=torch.Generator().manual_seed(0))
        >>> statistics = PictureStatistics()
        >>> same = statistics.transform(pictures, lambda own: own)
        >>> statistics.measure(pictures).shape, bool((same - pictures).abs().max() < 1e-4)
        (torch.Size([2, 33]), True)
    """

    kind = "pictures"
    size = 3 + 6 * (BANDS + 1)

    def measure(self, examples: Tensor) -> Tensor:
        """Return the styles of pictures, (B, 33).

        Raises:
            ShapeError: they are no batch of pictures.
        """
        _check(examples)
        with torch.no_grad():
            return self._describe(split_bands(examples.float()))

    def transform(self, examples: Tensor, choose: Callable[[Tensor], Tensor]) -> Tensor:
        """Return pictures (B, 3, H, W) in [0, 1] with other styles.

        Args:
            examples: pictures.
            choose: from their styles (B, 33), see :meth:`measure`, to those they are to have.
        """
        _check(examples)
        bands = split_bands(examples.float())
        with torch.no_grad():
            own = self._describe(bands)
            wanted = choose(own)
            maps = find_maps(_to_matrices(own[:, 3:]), _to_matrices(wanted[:, 3:])).to(bands[0])
            means = bands[-1].mean(dim=(2, 3))
            shift = wanted[:, :3].sigmoid() - own[:, :3].sigmoid() + means
            shift = shift - torch.einsum("bij,bj->bi", maps[:, -1], means)  # the map turns around the mean
        mapped = [(maps[:, k] @ band.flatten(2)).view_as(band) for k, band in enumerate(bands)]
        changed = _sum_up(mapped, in_place=not examples.requires_grad) + shift[..., None, None]
        return changed.clamp(0, 1).to(examples.dtype)

    def _describe(self, bands: list[Tensor]) -> Tensor:
        means = bands[-1].mean(dim=(2, 3)).clamp(*_LIMITS)
        logs = _apply(torch.stack([_covariance(band) for band in bands], dim=1), torch.log)
        return torch.cat([means.logit(), logs[..., _ROWS, _COLUMNS].flatten(1).float()], dim=1)


def split_bands(pictures: Tensor) -> list[Tensor]:
    """Return the bands of pictures (B, 3, H, W), fine to coarse, and what is left: together the pictures."""
    bands, blurred = [], pictures
    for band in range(BANDS):
        coarser = _blur(_blur(blurred, 2**band, -1), 2**band, -2)
        bands.append(blurred - coarser)
        blurred = coarser
    return [*bands, blurred]


def find_maps(own: Tensor, wanted: Tensor) -> Tensor:
    """Return optimal transport between Gaussians whose covariances' logarithms are given, (…, 3, 3).

    Its factors are limited to `MOST_GAIN`.
    """
    root, inverse = (_apply(own, lambda x, s=sign: (s * x / 2).exp()) for sign in (1, -1))
    middle = _apply(root @ _apply(wanted, torch.exp) @ root, lambda x: x.clamp(min=0).sqrt())
    limit = math.log(MOST_GAIN)
    return _apply(inverse @ middle @ inverse, lambda x: x.clamp(math.exp(-limit), math.exp(limit)))


def _blur(pictures: Tensor, step: int, axis: int) -> Tensor:
    """Return pictures blurred along an axis by pixels that are ``step`` apart; rims are repeated."""
    pad = (2 * step, 2 * step, 0, 0) if axis == -1 else (0, 0, 2 * step, 2 * step)
    wide, size = F.pad(pictures, pad, mode="replicate"), pictures.shape[axis]
    parts = [wide.narrow(axis, n * step, size) * tap for n, tap in enumerate(_TAPS)]
    return _sum_up(parts, in_place=not pictures.requires_grad)


def _sum_up(parts: list[Tensor], *, in_place: bool) -> Tensor:
    """Return the sum of tensors; the first is overwritten where no gradient has to flow."""
    total = parts[0]
    for part in parts[1:]:
        total = total.add_(part) if in_place else total + part
    return total


def _covariance(band: Tensor) -> Tensor:
    """Return the covariances of the colors of bands (B, 3, H, W), (B, 3, 3), with the floor, in double."""
    colors = band.flatten(2)
    centered = colors - colors.mean(dim=2, keepdim=True)
    covariance = (centered @ centered.mT / colors.shape[2]).double()
    return covariance + FLOOR * torch.eye(3, dtype=torch.float64, device=band.device)


def _apply(matrices: Tensor, function) -> Tensor:  # type: ignore[no-untyped-def]
    """Return symmetric matrices (…, 3, 3) with a function applied to their eigenvalues."""
    values, vectors = torch.linalg.eigh(matrices)
    return (vectors * function(values)[..., None, :]) @ vectors.mT


def _to_matrices(vectors: Tensor) -> Tensor:
    """Return the symmetric matrices of vectors (B, 6 · bands), (B, bands, 3, 3) in double precision."""
    parts = vectors.double().unflatten(1, (-1, 6))
    matrices = parts.new_zeros(*parts.shape[:2], 3, 3)
    matrices[..., _ROWS, _COLUMNS] = parts
    matrices[..., _COLUMNS, _ROWS] = parts
    return matrices


def _check(pictures: Tensor) -> None:
    if (
        pictures.ndim != 4
        or pictures.shape[1] != 3
        or not pictures.numel()
        or not pictures.is_floating_point()
    ):
        raise ShapeError(
            f"pictures must be floats (batch, 3, height, width), not {pictures.dtype} {tuple(pictures.shape)}"
        )
