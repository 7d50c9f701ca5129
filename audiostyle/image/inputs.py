"""What every method starts from and ends with: a content, its styles, and the regions to match."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.image.arrays import AnyPicture, Floats, Picture, make_restore, to_floats
from audiostyle.image.masks import Mask, Region, match_regions
from audiostyle.style.weights import normalize_weights


@dataclass(frozen=True)
class StylizeInputs(Generic[Picture]):
    """The inputs of one stylization, checked, as float32 tensors on the CPU.

    Attributes:
        content: (3, H, W), RGB in [0, 1].
        styles: (3, h, w) each, of any sizes.
        weights: how much each style counts; they sum to 1.
        regions: which part of the content is to look like which parts of the styles.  Without masks there is
            one region, which is everything.
        restore: turns a picture (H, W, 3) into the content's kind of array.
    """

    content: Tensor
    styles: list[Tensor]
    weights: list[float]
    regions: list[Region]
    restore: Callable[[Floats], Picture]

    @classmethod
    def from_pictures(
        cls,
        content: Picture,
        style: AnyPicture | Sequence[AnyPicture],
        *,
        weights: Sequence[float] | None = None,
        content_mask: Mask | None = None,
        style_mask: Mask | Sequence[Mask] | None = None,
    ) -> "StylizeInputs[Picture]":
        """Check the inputs of a method.

        Args:
            content: RGB (H, W, 3), floats in [0, 1] or uint8, array or tensor.
            style: one such picture or several, of any sizes.
            weights: one positive number a style; None weights all styles alike.
            content_mask: labels (H, W) or colors (H, W, 3), of any size; see :mod:`audiostyle.image.masks`.
            style_mask: the same of the style; for several styles a sequence of masks.  Both masks or none.

        Raises:
            ShapeError: a picture is not (H, W, 3), is empty, or holds NaN; weights or masks do not fit.
        """
        styles = [style] if isinstance(style, np.ndarray | Tensor) else list(style)
        if not styles:
            raise ShapeError("no style was given; give at least one picture")
        tensors = [_to_tensor(one, f"style {n}") for n, one in enumerate(styles, start=1)]
        whole = _to_tensor(content, "the content")
        masks: Sequence[Mask | None]
        if style_mask is None or isinstance(style_mask, np.ndarray | Tensor):
            masks = [style_mask]
        else:
            masks = style_mask
        regions = match_regions(
            content_mask, masks, whole.shape[1:], [tensor.shape[1:] for tensor in tensors]
        )
        shares = normalize_weights(weights, len(styles))
        return StylizeInputs(whole, tensors, shares, regions, make_restore(content))

    def finish(self, result: Tensor, strength: float = 1.0) -> Picture:
        """Mix a result with the content and return it in the content's kind.

        Args:
            result: (3, H, W), of any range.
            strength: 0 gives the content, 1 the result.

        Returns:
            (H, W, 3) in [0, 1], array or tensor, data type and device as the content's.

        Raises:
            ShapeError: ``strength`` is not in [0, 1].
        """
        check_strength(strength)
        mixed = torch.lerp(self.content, result.to(self.content.dtype), strength).clamp(0, 1).movedim(0, 2)
        return self.restore(np.ascontiguousarray(mixed.numpy()))


def check_strength(strength: float) -> None:
    """Raise :class:`ShapeError` unless ``strength`` is in [0, 1]."""
    if not 0 <= strength <= 1:
        raise ShapeError(f"strength must lie between 0 and 1, not {strength}")


def _to_tensor(picture: AnyPicture, name: str) -> Tensor:
    """Check a picture (H, W, 3) and return it as float32 (3, H, W)."""
    floats = to_floats(picture, name, np.float32)
    return torch.from_numpy(floats if floats.flags.writeable else floats.copy()).movedim(2, 0)
