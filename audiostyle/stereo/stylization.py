"""Two views of one scene in the style of a picture: one map for both, the same strokes on the same things.

Statistics of the content are those of both views.  Then the right view takes over what was done to the left
one, along the disparity: the *change*, result minus content, and not the result, so that its own detail
stays.  It does so where the match can be relied on, where both views look alike there, and where the two
results differ by more than the views do.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audiostyle.errors import AudiostyleError, ShapeError
from audiostyle.image.arrays import AnyPicture, OpenedPicture, Picture, open_picture
from audiostyle.image.feedforward import apply_network
from audiostyle.image.methods import BY_DESCENT, TWO_VIEWS, choose_method, get_method
from audiostyle.image.stylization import stylize
from audiostyle.models.torch_settings import own_settings
from audiostyle.stereo.descent import optimize_views
from audiostyle.stereo.matching import estimate_match, match_by_disparity
from audiostyle.stereo.pooling import run_together
from audiostyle.style.memory import MomentMemory
from audiostyle.video.flow import Floats, Motion, find_largest, load_opencv, warp

STRIP = 64
"""Columns of each view that are mirrored between the two where they are stylized as one picture."""

TOLERANCE = 12 / 255
"""By how much the views may differ where they match and still agree to six tenths."""

SEEN = 1 / 255
"""By how much results may differ more than the views before the left one begins to replace the right."""

_BLUR = 5  # pixels a side of the neighborhoods in which pictures are compared


@own_settings()
def stylize_views(
    left: Picture,
    right: Picture,
    style: AnyPicture | Sequence[AnyPicture] | None,
    *,
    disparity: NDArray[np.floating] | None = None,
    network: str | Path | None = None,
    **options: object,
) -> tuple[Picture, Picture]:
    """Give two views of a scene the style of a picture, alike for both eyes.

    Args:
        left, right: rectified views (H, W, 3) of one size; see :mod:`audiostyle.image.arrays`.
        style: a picture, or several; None with a network.
        disparity: of the left view, (H, W), in pixels; None estimates it.
        network: of one style, a file or a shipped one's name, in place of a style.
        options: of `audiostyle.image.stylize`, such as ``method`` and ``strength``, without masks; with a
            network ``strength`` and ``device``.  The method ``"optimize"`` takes those of
            `audiostyle.stereo.descent.optimize_views`.

    Returns:
        Both views, of the kind that each came in.

    Raises:
        ShapeError: the views are not of one size, or something is no picture.
        AudiostyleError: there are style and network or neither, an option is unknown, or OpenCV is missing.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> wide = np.kron(rng.random((12, 20, 3)), np.ones((4, 4, 1)))
        >>> style = rng.random((20, 20, 3))
        >>> one, other = stylize_views(wide[:, :-4], wide[:, 4:], style, method="mkl")
        >>> bool(np.abs(one[:, 4:] - other[:, :-4]).max() < 0.02)
        True
    """
    load_opencv()
    if (style is None) == (network is None):
        raise AudiostyleError("give one style or several, or a network, which has its own")
    if foreign := {"content_mask", "style_mask"} & options.keys():
        raise AudiostyleError(f"two views take no {min(foreign)}; leave out the masks")
    views: list[OpenedPicture[np.float32]] = [
        open_picture(view, name, np.float32)
        for view, name in ((left, "the left view"), (right, "the right view"))
    ]
    contents = [view.seen for view in views]
    if contents[0].shape != contents[1].shape:
        sizes = " and ".join(f"{each.shape[1]}×{each.shape[0]}" for each in contents)
        raise ShapeError(f"views must be of one size, not {sizes}")
    if disparity is not None and disparity.shape != contents[0].shape[:2]:
        raise ShapeError(f"disparities are {disparity.shape}, the views {contents[0].shape[:2]}")
    one, other = contents
    found = (
        match_by_disparity(disparity)
        if disparity is not None
        else estimate_match(_to_bytes(one), _to_bytes(other))
    )
    if network is not None:
        results = [np.asarray(apply_network(view, network, **options)) for view in contents]  # type: ignore[arg-type]
    else:
        assert style is not None
        if options.get("method") in BY_DESCENT:
            by_descent: dict[str, Any] = {name: options[name] for name in options if name != "method"}
            results = list(optimize_views(one, other, style, found, **by_descent))
        else:
            results = list(_stylize_alike(one, other, style, options))
    settled = settle_right(one, other, results[0], results[1], found)
    return views[0].restore(results[0]), views[1].restore(settled)


def settle_right(
    left: Floats, right: Floats, left_result: Floats, right_result: Floats, match: Motion
) -> Floats:
    """Return the right view's result with the changes of the left one, where both show the same.

    Args:
        left, right: the views, (H, W, 3) in [0, 1].
        left_result, right_result: what a method made of them.
        match: where the pixels of the right view lie in the left one.

    Returns:
        (H, W, 3) in [0, 1].

    Example:
        >>> view, gray = np.full((8, 8, 3), 0.5, np.float32), np.full((8, 8, 3), 0.2, np.float32)
        >>> match = match_by_disparity(np.zeros((8, 8)))
        >>> bool(np.allclose(settle_right(view, view, gray, gray + np.float32(0.3), match), 0.2))
        True
    """
    cv2 = load_opencv()
    apart = cv2.blur(find_largest(np.abs(right - warp(left, match.flow))), (_BLUR, _BLUR))
    differing = cv2.blur(find_largest(np.abs(right_result - warp(left_result, match.flow))), (_BLUR, _BLUR))
    carried = right + warp(left_result - left, match.flow)
    agreement = np.exp(-0.5 * (apart / TOLERANCE) ** 2)
    visible = 1 - np.exp(-0.5 * (np.maximum(differing - apart, 0) / SEEN) ** 2)
    share = (match.trusted * agreement * visible)[..., None]
    settled: Floats = np.clip(right_result + share * (carried - right_result), 0, 1).astype(np.float32)
    return settled


def _stylize_alike(
    left: Floats, right: Floats, style: AnyPicture | Sequence[AnyPicture], options: Mapping[str, object]
) -> tuple[Floats, Floats]:
    """Return what a method makes of both views by one map.

    Where it maps moments to moments, those of both are pooled.  Other methods, and those that look for parts
    that are alike, see both views in one picture.
    """
    given = [name for name, value in options.items() if value is not None]
    chosen = choose_method(options.get("method"), given, TWO_VIEWS)  # type: ignore[arg-type]
    options = {**options, "method": chosen}
    if "memory" not in get_method(chosen).options or options.get("segments") == "auto":
        both = stylize(_join(left, right), style, **options)  # type: ignore[arg-type]
        return both[:, : left.shape[1]], both[:, -left.shape[1] :]

    def work(number: int, memory: MomentMemory) -> Floats:
        shown = options if number == 0 else {**options, "progress": None}
        made: Floats = stylize((left, right)[number], style, memory=memory, **shown)  # type: ignore[arg-type]
        return made

    return run_together(work)


def _join(left: Floats, right: Floats) -> Floats:
    """Return both views as one picture, with the inner ends mirrored between them."""
    strip = min(STRIP, left.shape[1] - 1)
    if not strip:
        return np.concatenate([left, right], axis=1)
    ends = left[:, -2 : -2 - strip : -1], right[:, strip:0:-1]
    return np.ascontiguousarray(np.concatenate([left, *ends, right], axis=1))


def _to_bytes(view: Floats) -> NDArray[np.uint8]:
    return np.rint(np.clip(view, 0, 1) * 255).astype(np.uint8)
