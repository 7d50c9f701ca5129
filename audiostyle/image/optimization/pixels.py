"""Pictures at other sizes and in gray."""

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F


def fit_picture(picture: Tensor, longer: int) -> Tensor:
    """Return a picture (1, 3, H, W) with a longer side of so many pixels, within [0, 1].

    Example:
        >>> import torch
        >>> fit_picture(torch.rand(1, 3, 30, 60), 20).shape
        torch.Size([1, 3, 10, 20])
    """
    height, width = picture.shape[-2:]
    if max(height, width) == longer:
        return picture
    sides = [max(1, round(side * longer / max(height, width))) for side in (height, width)]
    return resize(picture, sides)


def resize(picture: Tensor, sides: Sequence[int]) -> Tensor:
    """Return a picture (1, 3, H, W) of another height and width, within [0, 1]."""
    return F.interpolate(picture, list(sides), mode="bicubic", antialias=True).clamp(0, 1)


def to_gray(picture: Tensor) -> Tensor:
    """Return the luminance of pictures (B, 3, H, W), three times (BT.601)."""
    weights = picture.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    return (picture * weights).sum(dim=1, keepdim=True).expand_as(picture)
