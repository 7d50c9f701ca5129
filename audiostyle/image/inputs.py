"""What every method starts from and ends with: a content picture, its styles, their segments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.image.arrays import validate
from audiostyle.image.masks import Region, match_regions

Picture = np.ndarray | Tensor
"""RGB (H, W, 3) in [0, 1]: a NumPy array or a tensor; what goes in decides what comes out."""


@dataclass(frozen=True)
class StylizeInputs:
    """The inputs of one stylisation, checked, as float32 tensors.

    Attributes:
        content: (3, H, W).
        styles: (3, h, w) each, of any sizes.
        weights: how much each style counts, in all 1.
        segments: what is to look like what; without masks, one segment that is everything.
    """

    content: Tensor
    styles: list[Tensor]
    weights: list[float]
    segments: list[Region]
    _like: Picture

    @classmethod
    def of(
        cls,
        content: Picture,
        style: Picture | Sequence[Picture],
        *,
        weights: Sequence[float] | None = None,
        content_mask: Any = None,
        style_mask: Any = None,
    ) -> "StylizeInputs":
        """Check the inputs of a method.

        Args:
            style: one picture or several.
            weights: one positive number a style; equal unless told.
            content_mask, style_mask: labels (H, W) or colours (H, W, 3), both or none; for several styles a
                sequence of masks.  See :mod:`audiostyle.image.masks`.

        Raises:
            ShapeError: a picture is not (H, W, 3), is empty, or holds NaN; weights or masks do not fit.
        """
        styles = [style] if isinstance(style, np.ndarray | Tensor) else list(style)
        if not styles:
            raise ShapeError("no style was given; give at least one picture")
        tensors = [_check_picture(picture, f"style {n}") for n, picture in enumerate(styles, start=1)]
        whole = _check_picture(content, "the content")
        masks = [style_mask] if len(styles) == 1 and not isinstance(style_mask, list | tuple) else style_mask
        segments = match_regions(
            content_mask, masks, whole.shape[1:], [tensor.shape[1:] for tensor in tensors]
        )
        return cls(whole, tensors, _normalize_weights(weights, len(styles)), segments, content)

    def finish(self, result: Tensor, strength: float = 1.0) -> Any:
        """Return a result (3, H, W) as the content came: array or tensor, its dtype, (H, W, 3) in [0, 1].

        ``strength`` 0 gives the content, 1 the result.
        """
        check_strength(strength)
        mixed = torch.lerp(self.content, result.to(self.content.dtype), strength).clamp(0, 1).movedim(0, 2)
        if isinstance(self._like, Tensor):
            return mixed.to(self._like.dtype).contiguous()
        return np.ascontiguousarray(mixed.cpu().numpy().astype(self._like.dtype, copy=False))


def check_strength(strength: float) -> None:
    """Raise ShapeError unless ``strength`` is in [0, 1]."""
    if not 0 <= strength <= 1:
        raise ShapeError(f"strength must lie between 0 and 1, not {strength}")


def _check_picture(picture: Picture, name: str) -> Tensor:
    tensor = torch.as_tensor(picture).detach()
    if tensor.is_floating_point():
        tensor = tensor.to(torch.float32)
    validate(tensor.cpu().numpy(), name)
    return tensor.movedim(2, 0)


def _normalize_weights(weights: Sequence[float] | None, count: int) -> list[float]:
    chosen = [1.0] * count if weights is None else [float(weight) for weight in weights]
    if len(chosen) != count or not all(0 < weight < float("inf") for weight in chosen):
        raise ShapeError(f"{count} style(s) need as many positive weights, not {chosen}")
    return [weight / sum(chosen) for weight in chosen]
