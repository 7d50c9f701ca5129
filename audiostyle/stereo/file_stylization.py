"""Two views from files to files: what belongs to each file beside its pixels goes to its result."""

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiostyle._version import __version__
from audiostyle.checks import check_outputs, check_paths
from audiostyle.errors import ShapeError
from audiostyle.image.arrays import to_list
from audiostyle.image.io.files import MAX_PIXELS, PictureFile, check_writable, read_picture, write_picture
from audiostyle.image.methods import TWO_VIEWS, choose_method
from audiostyle.models.torch_settings import own_settings
from audiostyle.stereo.layouts import Layout, Views, check_layout, join_views, read_views
from audiostyle.stereo.maps import read_disparity
from audiostyle.stereo.stylization import stylize_views

NETWORK = "network"
"""What reports call the method of views that are stylized by a network."""


@dataclass(frozen=True)
class StereoReport:
    """What is known about two views that were stylized.

    Attributes:
        out: path of the left view's result, or of both, side by side.
        right_out: path of the right view's result, or None.
        method: the method's name.
        height, width: of a view, in pixels.
        bits: of a channel in the left view's file, 8 or 16.
        seconds: from reading to writing.

    Example:
        >>> StereoReport("a.png", None, "mkl", height=30, width=40, bits=8, seconds=0.1).method
        'mkl'
    """

    out: str
    right_out: str | None
    method: str
    height: int
    width: int
    bits: int
    seconds: float


@own_settings()
def stylize_stereo_file(
    left: str | Path,
    right: str | Path | None,
    style: str | Path | PictureFile | Sequence[str | Path | PictureFile] | None,
    out: str | Path,
    right_out: str | Path | None = None,
    *,
    layout: Layout = "side-by-side",
    disparity: str | Path | None = None,
    method: str | None = None,
    network: str | Path | None = None,
    comment: str | None = None,
    max_pixels: int = MAX_PIXELS,
    **options: object,
) -> StereoReport:
    """Give two views in files the style of a picture, alike for both eyes.

    Args:
        left: path of the left view; or of both, with ``right`` None.
        right: path of the right view.
        style: path of a picture, or a picture that is read already, or several; None with a network.
        out: path of the left view's result; with ``right_out`` None, of both results, side by side.
        right_out: path of the right view's result.
        layout: how two views lie in one file, ``"side-by-side"`` or ``"mpo"``.
        disparity: path of a map of the left view's disparities, see `read_disparity`; None estimates them.
        method: one of `audiostyle.image.METHODS`.
        network: of one style, a file or a shipped one's name, in place of a style and a method.
        comment: becomes the EXIF tag Software; None names the program and the method.
        max_pixels: larger pictures are refused.
        options: see `stylize_views`.

    Raises:
        PictureReadError: a picture or the map cannot be read.
        PictureWriteError: a result cannot be written, which is found out before the work where possible.
        ShapeError: the views, or the map, are not of one size.
        AudiostyleError: a result would replace what it is made from; or see `stylize_views`.
    """
    started = time.perf_counter()
    given = [one for one in to_list(style) if not isinstance(one, PictureFile | None)]
    check_paths("views, style and results", [path for path in (left, right, *given, out, right_out) if path])
    check_outputs([left, right, disparity, *given], [out, right_out])
    views: Views = (
        read_views(left, check_layout(layout), max_pixels=max_pixels)
        if right is None
        else (read_picture(left, max_pixels=max_pixels), read_picture(right, max_pixels=max_pixels))
    )
    shapes = [view.pixels.shape[:2] for view in views]
    if shapes[0] != shapes[1]:
        raise ShapeError(f"{left} and {right}: views must be of one size, not {shapes[0]} and {shapes[1]}")
    targets = [out] if right_out is None else [out, right_out]
    for target, picture in zip(targets, views if right_out else (join_views(views),), strict=True):
        check_writable(target, picture)
    known = None if disparity is None else read_disparity(disparity, max_pixels=max_pixels)
    if known is not None and known.shape != shapes[0]:
        raise ShapeError(
            f"{disparity}: is {known.shape}, the views are {shapes[0]}; give a map of their size"
        )
    if network is None:
        options["method"] = method = choose_method(
            method, [name for name in options if options[name] is not None], TWO_VIEWS
        )
    results = stylize_views(
        views[0].to_array(),
        views[1].convert_to_profile_of(views[0]),  # both eyes are to see one style
        _read_styles(style, views[0], max_pixels),
        disparity=known,
        network=network,
        **options,
    )
    right_file = dataclasses.replace(views[1], profile=views[0].profile)
    pictures = views[0].replace_pixels(results[0]), right_file.replace_pixels(results[1])
    software = comment or f"audiostyle {__version__} {method or NETWORK}"
    for target, picture in zip(targets, pictures if right_out else (join_views(pictures),), strict=True):
        write_picture(target, picture, comment=software)
    height, width = shapes[0]
    return StereoReport(
        str(out),
        None if right_out is None else str(right_out),
        method or NETWORK,
        height,
        width,
        views[0].bits,
        time.perf_counter() - started,
    )


def _read_styles(
    style: str | Path | PictureFile | Sequence[str | Path | PictureFile] | None,
    content: PictureFile,
    most: int,
) -> list[np.ndarray] | None:
    """Return the styles' pixels in the content's color space."""
    if style is None:
        return None
    pictures = [
        one if isinstance(one, PictureFile) else read_picture(one, max_pixels=most) for one in to_list(style)
    ]
    return [picture.convert_to_profile_of(content) for picture in pictures]
