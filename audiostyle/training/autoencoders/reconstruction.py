"""The reconstruction loss of decoders: absolute error and structural similarity.

The published projects add the error of the re-encoded result's features (Li et al. 2017, eq. 1), which costs
two more passes through the encoder.  Structural similarity added to the absolute error (Zhao et al. 2017,
arXiv:1511.08861) rewards the same fine detail at the cost of a few local means.
"""

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.vgg import Pooling, VGGDecoder

_STRUCTURE = 0.15  # weight of 1 − SSIM, that of the mean absolute error being 1
_WINDOW, _STEP = 8, 4  # pixels; square windows at every pixel would cost as much as the network
_C1, _C2 = 0.01**2, 0.03**2  # of Wang et al. 2004, for values in [0, 1]


def reconstruction_loss(
    decoder: VGGDecoder, images: Tensor, features: Tensor, poolings: Sequence[Pooling]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the loss of decoding features to pictures, and its parts ``error`` and ``ssim``.

    Args:
        decoder: to judge.
        images: (B, C, H, W), values about in [0, 1], that the features were computed from.
        features: (B, C', h, w), of the decoder's level.
        poolings: that led to the decoder's level.

    Returns:
        The loss, a scalar of 0 or more, and its parts by name, scalars too.

    Example:
        >>> import torch
        >>> from audiostyle.models.vgg import VGGConfig, VGGEncoder
        >>> config = VGGConfig((2, 2, 2, 2), (1, 1, 1, 1))
        >>> pictures = torch.rand(1, 3, 16, 16)
        >>> decoder = VGGDecoder(config, 2, unpool=True)
        >>> loss, parts = reconstruction_loss(decoder, pictures, *VGGEncoder(config)(pictures, level=2))
        >>> sorted(parts)
        ['error', 'ssim']
    """
    picture = decoder(features, poolings)
    error, structure = (picture - images).abs().mean(), structural_similarity(picture, images)
    return error + _STRUCTURE * (1 - structure), {"error": error, "ssim": structure}


def structural_similarity(one: Tensor, other: Tensor) -> Tensor:
    """Return the mean SSIM (Wang et al. 2004, eq. 13) of two batches of pictures over square windows.

    Args:
        one, other: (B, C, H, W), values about in [0, 1].

    Returns:
        A scalar in [−1, 1]; 1 for equal pictures.

    Example:
        >>> import torch
        >>> picture = torch.rand(1, 3, 20, 30)
        >>> round(float(structural_similarity(picture, picture)), 3)
        1.0
    """
    a, b = one.contiguous(), other.contiguous()  # local means of few planes are slow with channels last
    mean_a, mean_b = _local_means(a), _local_means(b)
    product = mean_a * mean_b
    squares = mean_a.square() + mean_b.square()
    covariance = _local_means(a * b) - product
    variances = _local_means(a.square() + b.square()) - squares
    similarity = (2 * product + _C1) * (2 * covariance + _C2) / ((squares + _C1) * (variances + _C2))
    return similarity.mean()


def relative_error(guess: Tensor, truth: Tensor) -> Tensor:
    """Return the mean squared error as a share of the truth's power.

    Args:
        guess, truth: of one shape, (B, C, h, w) or any other.

    Returns:
        A scalar: 0 where they are equal, 1 for a guess of zeros.

    Example:
        >>> import torch
        >>> relative_error(torch.zeros(4), torch.ones(4))
        tensor(1.)
    """
    return (guess - truth).square().mean() / truth.square().mean().clamp(min=1e-8)


def _local_means(x: Tensor) -> Tensor:
    """Return the means of square windows, (B, C, H, W) → (B, C, h, w)."""
    return F.avg_pool2d(x, min(_WINDOW, *x.shape[-2:]), _STEP)
