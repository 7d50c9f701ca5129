"""Developing: grading, with a share of what deep features make of the picture, as local colors.

Grading maps colors; how strongly a style's surfaces are textured it cannot bring.  Transport of deep features
comes nearer to that, and loses edges and roughens skies.  What the two do wrong has little to do with each
other, so that a mixture keeps edges as grading alone does, and comes nearer to the textures
(``benchmarks/photo_quality.py``).

The networks see a small picture.  Their result comes back as affine models of the content's colors, one for
each place, fitted as in the fast guided filter; so it has the content's own edges, at any size.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.checks import check_number
from audiostyle.errors import ShapeError
from audiostyle.image.arrays import AnyPicture, OpenedPicture, Picture, open_picture, to_list
from audiostyle.image.backbone import DEFAULT, PictureAutoencoder
from audiostyle.image.grade import apply_grading
from audiostyle.image.inputs import Segments, StylizeInputs, check_strength
from audiostyle.image.masks import Mask
from audiostyle.image.optimization.pixels import fit_picture
from audiostyle.image.smoothing.fast_guided import LocalModels
from audiostyle.image.smoothing.guided import EPSILON, RADIUS
from audiostyle.image.transport import transport
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress

TEXTURE = 0.4
"""How far a result goes from the graded picture to the transported one; measured by ``photo_quality.py``."""

LEVELS = (4, 3, 2, 1)
"""N of the reluN_1 that are transported: all, since a mixture keeps what the coarsest alone would lose."""

LONGER_SIDE = 640
"""Pixels of the pictures that networks see; larger ones are reduced to it."""

Floats = NDArray[np.float32]


@own_settings()
def develop(
    content: Picture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: Mask | None = None,
    style_mask: Mask | Sequence[Mask] | None = None,
    segments: Segments | None = None,
    texture: float = TEXTURE,
    backbone: str | Path | PictureAutoencoder = DEFAULT,
    memory_limit: float | None = None,
    device: str = "auto",
    progress: Progress | None = None,
) -> Picture:
    """Grade a picture part by part, and give it some of the style's textures.

    Args:
        content, style, strength, weights, content_mask, style_mask, segments: see `audiostyle.image.grade`.
        texture: 0 is the graded picture, 1 the transported one.
        backbone, memory_limit, device, progress: of the networks, see `audiostyle.image.photowct`.

    Returns:
        A picture (H, W, 3) in [0, 1] of the content's size, kind and data type.

    Raises:
        ShapeError: a picture, the weights or the masks do not fit, or a share is not in [0, 1].
        ModelNotFound: there is no such backbone.
        AudiostyleError: ``segments`` is unknown, or is ``"auto"`` beside masks.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> content, style = rng.random((30, 40, 3)) / 2, rng.random((30, 40, 3)) / 2 + 0.5
        >>> bool(abs(develop(content, style, device="cpu").mean() - style.mean()) < 0.1)
        True
    """
    check_strength(strength)
    share = check_number("texture", texture, 0, 1, error=ShapeError)
    masked = content_mask is not None or any(mask is not None for mask in to_list(style_mask))
    inputs = StylizeInputs.from_pictures(
        content,
        style,
        weights=weights,
        content_mask=content_mask,
        style_mask=style_mask,
        segments=segments or ("none" if masked else "auto"),
    )
    result = apply_grading(inputs)
    if share:
        small = reduce_picture(open_picture(content, "the content", np.float32))
        opened = (open_picture(one, "a style", np.float32) for one in to_list(style))
        transported = transport(
            small,
            [reduce_picture(one) for one in opened],
            weights=weights,
            content_mask=content_mask,
            style_mask=style_mask,
            levels=LEVELS,
            backbone=backbone,
            memory_limit=memory_limit,
            device=device,
            progress=progress,
        )
        textured = apply_locally(small[..., :3], transported[..., :3], inputs.content)
        covered = torch.stack([region.content.float() for region in inputs.regions]).sum(dim=0).clamp(max=1)
        result = torch.lerp(result.float(), textured, share * covered)
    return inputs.finish(result, strength)


def reduce_picture(opened: OpenedPicture[np.float32]) -> Floats:
    """Return a picture as networks are to see it, at most :data:`LONGER_SIDE` pixels long, (h, w, 3 or 4)."""
    planes = [opened.seen] if opened.alpha is None else [opened.seen, opened.alpha[..., None]]
    picture = torch.from_numpy(np.concatenate(planes, axis=2)).movedim(2, 0)[None]
    reduced = fit_picture(picture, min(LONGER_SIDE, max(picture.shape[-2:])))
    return np.ascontiguousarray(reduced[0].movedim(0, 2).numpy())


def apply_locally(before: Floats, after: Floats, content: Tensor) -> Tensor:
    """Do to a large picture what was done to its small version, as local maps of colors.

    Args:
        before: (h, w, 3), the small version.
        after: (h, w, 3), what became of it.
        content: (3, H, W).

    Returns:
        (3, H, W), not clamped.

    Example:
        >>> before = np.random.default_rng(0).random((20, 30, 3), np.float32)
        >>> found = apply_locally(before, 1 - before, torch.from_numpy(before).movedim(2, 0))
        >>> bool(np.abs(found.movedim(0, 2).numpy() - (1 - before)).mean() < 0.02)
        True
    """
    models = LocalModels.fit(before.astype(np.float64), after.astype(np.float64), RADIUS, EPSILON)
    guide = np.ascontiguousarray(content.movedim(0, 2).numpy(), np.float32)
    return torch.from_numpy(models(guide))
