"""One door to all methods: ``stylize(content, style, method=…)``, smoothing included."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from audiostyle.errors import AudiostyleError, did_you_mean
from audiostyle.image.adain import adain
from audiostyle.image.idt import idt
from audiostyle.image.inputs import Picture
from audiostyle.image.mkl import mkl
from audiostyle.image.photowct import photowct
from audiostyle.image.reinhard import reinhard
from audiostyle.image.smoothing.smooth import smooth as smoothed
from audiostyle.image.wct import wct

Smoothing = Literal["exact", "guided", "none"]


@dataclass(frozen=True)
class StylizeMethod:
    """A way to stylise: the function, what it does in a line, and the smoothing that belongs to it."""

    run: Callable[..., Any]
    summary: str
    smooth: Smoothing = "none"

    @property
    def options(self) -> frozenset[str]:
        """The names of the keyword arguments that ``run`` takes."""
        parameters = inspect.signature(self.run).parameters.values()
        return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


METHODS: Mapping[str, StylizeMethod] = {
    "photowct": StylizeMethod(
        photowct, "whitening and colouring that keeps structure: photographs", "guided"
    ),
    "wct": StylizeMethod(wct, "whitening and colouring with free textures: paintings"),
    "adain": StylizeMethod(adain, "means and deviations of deep features: paintings, in one step"),
    "reinhard": StylizeMethod(reinhard, "means and deviations of colours in lαβ; no network"),
    "mkl": StylizeMethod(mkl, "mean and covariance of colours, moved least; no network"),
    "idt": StylizeMethod(idt, "the whole distribution of colours, grain restored; no network"),
}


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
    given = {name: value for name, value in options.items() if value is not None}
    if foreign := sorted(given.keys() - chosen.options):
        raise AudiostyleError(
            f"method {method!r} has no option {foreign[0]!r}; it has {', '.join(sorted(chosen.options))}"
        )
    how = smooth or chosen.smooth
    if how not in get_args(Smoothing):
        raise AudiostyleError(f"smooth must be one of {', '.join(get_args(Smoothing))}, not {how!r}")
    result = chosen.run(content, style, **given)
    if how == "none":
        return result
    limit = {"memory_limit": options["memory_limit"] * 1e9} if options.get("memory_limit") else {}
    return smoothed(
        content, result, how, alpha=alpha, affinity=affinity, normalisation="random-walk", **limit
    ).clip(0, 1)


def get_method(name: str) -> StylizeMethod:
    """Return the method called ``name``; raises AudiostyleError with the names there are."""
    if name not in METHODS:
        raise AudiostyleError(
            f"no method {name!r}{did_you_mean(name, METHODS)}; there is {', '.join(METHODS)}"
        )
    return METHODS[name]
