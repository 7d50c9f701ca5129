"""What a decoder is to do: give back the picture.

The published projects add the features of the re-encoded result (Li et al. 2017, eq. 1), which costs two more
passes through the encoder.  Structural similarity beside the absolute error (Zhao et al. 2017,
arXiv:1511.08861) asks for the same fine detail at the price of a few means.
"""

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.vgg import Pooling, VGGDecoder

_STRUCTURE = 0.15  # weight of 1 − SSIM beside the mean absolute error
_WINDOW, _STEP = 8, 4  # pixels: means of squares; windows at every pixel would cost as much as the network
_C1, _C2 = 0.01**2, 0.03**2  # of Wang et al. 2004, for values in [0, 1]


def reconstruction_loss(
    decoder: VGGDecoder, images: Tensor, features: Tensor, poolings: Sequence[Pooling]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the loss of decoding ``features`` into ``images`` (B, 3, H, W), and its parts by name."""
    picture = decoder(features, poolings)
    error, structure = (picture - images).abs().mean(), structural_similarity(picture, images)
    return error + _STRUCTURE * (1 - structure), {"error": error, "ssim": structure}


def structural_similarity(one: Tensor, other: Tensor) -> Tensor:
    """Return the mean SSIM (Wang et al. 2004, eq. 13) of pictures (B, 3, H, W), over square windows."""
    a, b = one.contiguous(), other.contiguous()  # means over three planes are slow where colours lie together
    mean_a, mean_b = _means(a), _means(b)
    product = mean_a * mean_b
    squares = mean_a.square() + mean_b.square()
    covariance = _means(a * b) - product
    variances = _means(a.square() + b.square()) - squares
    similarity = (2 * product + _C1) * (2 * covariance + _C2) / ((squares + _C1) * (variances + _C2))
    return similarity.mean()


def relative_error(guess: Tensor, truth: Tensor) -> Tensor:
    """Return the squared error as a share of the truth's power."""
    return (guess - truth).square().mean() / truth.square().mean().clamp(min=1e-8)


def _means(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, min(_WINDOW, *x.shape[-2:]), _STEP)
