"""The decoder of relu1_1 by least squares: a single convolution, which is solved and not trained.

Its inputs, the rectified responses to edges and colors, differ so much in power that steps which suit one
direction overshoot in another; trained together with the other decoders it never converges, and its gradient,
far larger than theirs, takes their share of a clipped step.
"""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.vgg import VGGDecoder, VGGEncoder

_RIDGE = 1e-6  # regularization, as a share of the inputs' mean power


@torch.no_grad()
def solve_finest(decoder: VGGDecoder, encoder: VGGEncoder, batches: Iterable[Tensor]) -> None:
    """Set the weights of a decoder of relu1_1 to those that reconstruct the batches best.

    Solves the normal equations in double precision, over every pixel.

    Args:
        decoder: of level 1, changed in place.
        encoder: whose features it decodes.
        batches: pictures (B, C, H, W).

    Example:
        >>> from audiostyle.models.vgg import VGGConfig
        >>> config = VGGConfig((16, 2, 2, 2), (1, 1, 1, 1))
        >>> encoder, decoder = VGGEncoder(config), VGGDecoder(config, 1, unpool=True)
        >>> pictures = torch.rand(2, 3, 16, 16)
        >>> solve_finest(decoder, encoder, [pictures])
        >>> bool((decoder(*encoder(pictures, 1)) - pictures).abs().mean() < 0.1)
        True
    """
    gram, products = torch.zeros(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    for images in batches:
        features, _ = encoder(images, 1)
        columns = F.unfold(F.pad(features, (1, 1, 1, 1), mode="reflect"), 3).transpose(1, 2).flatten(0, 1)
        inputs = torch.cat([columns, torch.ones(len(columns), 1)], dim=1)
        gram = gram + (inputs.mT @ inputs).double()
        products = products + (inputs.mT @ images.movedim(1, -1).flatten(0, 2)).double()
    ridge = _RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=torch.float64)
    found = torch.linalg.solve(gram + ridge, products).float()
    decoder.last.weight.copy_(found[:-1].T.view_as(decoder.last.weight))
    decoder.last.bias.copy_(found[-1])
