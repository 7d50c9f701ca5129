"""One door to all methods: ``stylize(content, style, method=…)``, smoothing included."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from audiostyle.errors import AudiostyleError
from audiostyle.image.inputs import Picture
from audiostyle.image.methods import Smoothing, get_method
from audiostyle.image.smoothing.smooth import smooth as smoothed
from audiostyle.methods import select_options


def stylize(
    content: Picture,
    style: Picture | Sequence[Picture],
    *,
    method: str = "photowct",
    smooth: Smoothing | None = None,
    alpha: float | None = None,
    affinity: Literal["matting", "gaussian"] = "matting",
    **options: Any,
) -> Any:
    """Give a picture the look of another.

    Args:
        content, style: RGB (H, W, 3) in [0, 1], of any two sizes; several styles as a list.
        method: one of :data:`METHODS`.
        smooth: ``"exact"``, ``"guided"`` or ``"none"``; unless told, what belongs to the method.
        alpha, affinity: of the smoothing, see :func:`audiostyle.image.smooth`; its normalisation here is the
            one that does not darken the picture's rim.
        options: the method's own, such as ``strength``, ``weights``, ``content_mask``, ``style_mask``,
            ``levels``, ``unpool``, ``content_reg``, ``backbone``, ``memory_limit``, ``device``, ``seed``,
            ``progress``.
            None stands for an option's default.

    Returns:
        A picture of the content's size, array or tensor as the content.

    Raises:
        AudiostyleError: an unknown method or smoothing, or an option that the method does not have.
        ShapeError, ModelNotFound: see the method.
    """
    chosen = get_method(method)
    given = select_options(chosen, method, options)
    how = smooth or chosen.smooth
    if how not in get_args(Smoothing):
        raise AudiostyleError(f"smooth must be one of {', '.join(get_args(Smoothing))}, not {how!r}")
    result = chosen.function(content, style, **given)
    if how == "none":
        return result
    limit = {"memory_limit": options["memory_limit"] * 1e9} if options.get("memory_limit") else {}
    return smoothed(
        content, result, how, alpha=alpha, affinity=affinity, normalisation="random-walk", **limit
    ).clip(0, 1)
