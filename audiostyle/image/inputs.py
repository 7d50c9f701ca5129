"""What every method starts from and ends with: a content, its styles, and the regions to match."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.checks import check_number
from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image.arrays import AnyPicture, Floats, Picture, open_picture, to_list
from audiostyle.image.masks import Mask, Region, match_regions
from audiostyle.style.memory import MomentMemory, T
from audiostyle.style.moments import Moments
from audiostyle.style.weights import normalize_weights

Segments = Literal["auto", "none"]
"""Whether to look for the parts of the content and of the styles that are alike."""


@dataclass(frozen=True)
class StylizeInputs(Generic[Picture]):
    """The inputs of one stylization, checked, as float32 tensors on the CPU.

    Attributes:
        content: (3, H, W), RGB in [0, 1], as methods are to see it: hidden pixels are filled.
        original: the same, with faint pixels as they are; it is what the result is mixed with.
        styles: (3, h, w) each, of any sizes.
        weights: how much each style counts; they sum to 1.
        regions: which part of the content is to look like which parts of the styles.  Without masks there is
            one region, which is everything.
        restore: turns a picture (H, W, 3) into the content's kind of array.
        memory: gathers the content's moments over a series of pictures; None for a picture of its own.
    """

    content: Tensor
    original: Tensor
    styles: list[Tensor]
    weights: list[float]
    regions: list[Region]
    restore: Callable[[Floats], Picture]
    memory: MomentMemory | None = None

    @classmethod
    def from_pictures(
        cls,
        content: Picture,
        style: AnyPicture | Sequence[AnyPicture],
        *,
        weights: Sequence[float] | None = None,
        content_mask: Mask | None = None,
        style_mask: Mask | Sequence[Mask] | None = None,
        segments: Segments | None = None,
        memory: MomentMemory | None = None,
    ) -> "StylizeInputs[Picture]":
        """Check the inputs of a method.

        Args:
            content: RGB (H, W, 3), floats in [0, 1] or uint8, array or tensor; see
                :mod:`audiostyle.image.arrays` for what else there is.
            style: one such picture or several, of any sizes.
            weights: one positive number a style; None weights all styles alike.
            content_mask: labels (H, W) or colors (H, W, 3), of any size; see :mod:`audiostyle.image.masks`.
            style_mask: the same of the style; for several styles a sequence of masks.  Both masks or none.
            segments: ``"auto"`` finds regions without masks, see :mod:`audiostyle.image.segments`; ``"none"``
                or None leaves the picture whole.
            memory: of the series of pictures that this one belongs to, with the same styles and settings.

        Raises:
            ShapeError: something is no picture, is empty, or holds NaN; weights or masks do not fit.
            AudiostyleError: ``segments`` is unknown, or is ``"auto"`` beside masks.
        """
        masks: list[Mask | None] = to_list(style_mask)
        found = check_segments(segments, [content_mask, *masks])
        given: list[AnyPicture] = to_list(style)
        if not given:
            raise ShapeError("no style was given; give at least one picture")
        styles = [open_picture(one, f"style {n}", np.float32) for n, one in enumerate(given, start=1)]
        whole = open_picture(content, "the content", np.float32)
        alphas = [picture.alpha for picture in styles]
        seen, looks = _to_tensor(whole.seen), [_to_tensor(picture.seen) for picture in styles]
        shares = normalize_weights(weights, len(styles))
        if found == "auto":
            from audiostyle.image.segments.segment import find_regions

            regions = find_regions(seen, looks, whole.alpha, alphas)
        else:
            sizes = [picture.color.shape[:2] for picture in styles]
            regions = match_regions(content_mask, masks, whole.color.shape[:2], sizes, whole.alpha, alphas)
        return StylizeInputs(seen, _to_tensor(whole.color), looks, shares, regions, whole.restore, memory)

    def gather(self, moments: Moments) -> Moments:
        """Return the moments of the series so far, given the content's own."""
        return moments if self.memory is None else self.memory(moments)

    def recall(self, what: str, compute: Callable[[], T]) -> T:
        """Return what depends on the styles alone, computed once for a series."""
        return compute() if self.memory is None else self.memory.recall(what, compute)

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
        share = check_strength(strength)
        mixed = torch.lerp(self.original, result.to(self.original.dtype), share).clamp(0, 1).movedim(0, 2)
        return self.restore(np.ascontiguousarray(mixed.numpy()))


def check_strength(strength: float) -> float:
    """Return ``strength``, or raise :class:`ShapeError` unless it is in [0, 1]."""
    return check_number("strength", strength, 0, 1, error=ShapeError)


def check_segments(segments: Segments | None, masks: Sequence[object]) -> Segments:
    """Return ``segments``, ``"none"`` for None.

    Raises:
        AudiostyleError: it is unknown, or it is ``"auto"`` and there are masks, which say the same.
    """
    if segments is not None and segments not in get_args(Segments):
        raise AudiostyleError(f"segments must be one of {', '.join(get_args(Segments))}, not {segments!r}")
    if segments == "auto" and any(mask is not None for mask in masks):
        raise AudiostyleError("segments are found where there are no masks; leave out the masks, or segments")
    return segments or "none"


def _to_tensor(floats: NDArray[np.float32]) -> Tensor:
    """Return a picture (H, W, 3) as a tensor (3, H, W)."""
    return torch.from_numpy(floats if floats.flags.writeable else floats.copy()).movedim(2, 0)
