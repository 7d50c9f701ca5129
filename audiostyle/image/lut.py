"""Looks as tables: what a global method makes of any color, for other programs, and tables applied.

A global method maps colors without regard to place: grading without segments, MKL, Reinhard. Everything that
it does is in a table of 33 × 33 × 33 colors.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from audiostyle.errors import AudiostyleError, did_you_mean
from audiostyle.image.arrays import AnyPicture, Picture, open_picture
from audiostyle.image.color_transfer import fit_colors
from audiostyle.image.grade import fit_region
from audiostyle.image.grading.fit import SIZE
from audiostyle.image.grading.table import ColorTable, make_grid
from audiostyle.image.inputs import StylizeInputs, check_strength
from audiostyle.image.io.cube import read_cube
from audiostyle.image.reinhard import FAINT, to_lab, to_rgb
from audiostyle.models.torch_settings import own_settings
from audiostyle.style import adain, optimal_transport

DEFAULT = "grade"
"""The method whose look is taken unless another one is asked for."""

_Inputs = StylizeInputs[np.ndarray]


def _grade(inputs: _Inputs) -> ColorTable:
    return fit_region(inputs, inputs.regions[0])


def _tabulate(fit: Callable[[_Inputs], Callable[[Tensor], Tensor]], inputs: _Inputs) -> ColorTable:
    """Return the table of a map of colors (3, n)."""
    grid = torch.from_numpy(make_grid(SIZE)).reshape(-1, 3).mT.float()
    mapped = fit(inputs)(grid).clamp(0, 1)
    return ColorTable.from_values(mapped.mT.reshape(SIZE, SIZE, SIZE, 3).numpy())


GLOBAL: Mapping[str, Callable[[_Inputs], ColorTable]] = {
    "grade": _grade,
    "mkl": partial(_tabulate, partial(fit_colors, closed_form=optimal_transport)),
    "reinhard": partial(
        _tabulate,
        partial(fit_colors, closed_form=partial(adain, epsilon=FAINT), to_space=to_lab, to_rgb=to_rgb),
    ),
}
"""Methods whose whole effect a table can hold."""


@own_settings()
def make_lut(
    content: AnyPicture,
    style: AnyPicture | Sequence[AnyPicture],
    *,
    method: str = DEFAULT,
    weights: Sequence[float] | None = None,
) -> ColorTable:
    """Return the table of colors that gives a content, and what was taken like it, the look of a style.

    Args:
        content: a picture as `audiostyle.image.stylize` takes it.
        style: one such picture or several.
        method: one of `GLOBAL`.
        weights: how much each style counts; None weights all alike.

    Raises:
        AudiostyleError: there is no such method, or its effect depends on place.
        ShapeError: a picture or the weights do not fit.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> content, style = rng.random((30, 40, 3)) / 2, rng.random((30, 40, 3)) / 2 + 0.5
        >>> make_lut(content, style).values.shape
        (33, 33, 33, 3)
    """
    if method not in GLOBAL:
        raise AudiostyleError(
            f"no table holds what method {method!r} does{did_you_mean(str(method), GLOBAL)}; use one of"
            f" {', '.join(GLOBAL)}"
        )
    opened = open_picture(content, "the content", np.float32)
    return GLOBAL[method](StylizeInputs.from_pictures(opened.to_array(), style, weights=weights))


def apply_lut(content: Picture, lut: ColorTable | str | Path, *, strength: float = 1.0) -> Picture:
    """Map the colors of a picture by a table.

    Args:
        content: a picture as `audiostyle.image.stylize` takes it.
        lut: a table, or the path of a ``.cube`` file.
        strength: 0 gives the content, 1 the result, in between a mixture of both.

    Returns:
        A picture of the content's size, kind and data type, in [0, 1].

    Raises:
        PictureReadError: the file cannot be read or holds no such table.
        ShapeError: the content is no picture, or ``strength`` is not in [0, 1].

    Example:
        >>> inverted = ColorTable.from_values(1 - make_grid(2))
        >>> apply_lut(np.full((1, 1, 3), 51, np.uint8), inverted).tolist()
        [[[204, 204, 204]]]
    """
    share = check_strength(strength)
    table = lut if isinstance(lut, ColorTable) else read_cube(lut)
    opened = open_picture(content, "the content", np.float32)
    mapped = opened.color + np.float32(share) * (table(opened.color) - opened.color)
    restored: Picture = opened.restore(mapped.clip(0, 1))
    return restored
