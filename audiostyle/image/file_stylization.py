"""Stylization of picture files: everything that is not style goes from the content's file to the result's."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audiostyle._version import __version__
from audiostyle.checks import check_outputs, check_paths
from audiostyle.errors import PictureReadError
from audiostyle.image.arrays import to_list
from audiostyle.image.depth import STRENGTHS, check_strengths, mix_by_depth, read_depth
from audiostyle.image.inputs import Segments
from audiostyle.image.io.files import (
    MAX_PIXELS,
    PictureFile,
    check_writable,
    read_picture,
    write_picture,
)
from audiostyle.image.io.mask_files import read_mask
from audiostyle.image.masks import Mask
from audiostyle.image.methods import Smoothing, choose_method
from audiostyle.image.segments.drawing import draw_segments
from audiostyle.image.sheet import make_sheet
from audiostyle.image.smoothing.smooth import Affinity, check_smoothing
from audiostyle.image.stylization import choose_smoothing, run_method, smooth_result
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress

Pixels = NDArray[np.float32]

_OF_ALL = ("strength", "weights", "content_mask", "style_mask", "segments", "device", "memory_limit")
"""Arguments that all methods take, or leave alone."""


@dataclass(frozen=True)
class StylizeReport:
    """What is known about a picture that was stylized.

    Attributes:
        out: path of the result, or None if only the sheet was wanted.
        sheet: path of the contact sheet, or None.
        method: the method's name.
        smoothing: how the result was smoothed: ``"exact"``, ``"guided"`` or ``"none"``.
        height, width: in pixels.
        bits: of a channel in the content's file, 8 or 16.
        seconds: from reading to writing.

    Example:
        >>> report = StylizeReport("out.png", None, "mkl", "none", height=30, width=40, bits=8, seconds=0.1)
        >>> f"{report.width} × {report.height} pixels"
        '40 × 30 pixels'
    """

    out: str | None
    sheet: str | None
    method: str
    smoothing: Smoothing
    height: int
    width: int
    bits: int
    seconds: float


@own_settings()
def stylize_file(
    content: str | Path,
    style: str | Path | PictureFile | Sequence[str | Path | PictureFile],
    out: str | Path | None,
    *,
    method: str | None = None,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    content_mask: str | Path | Mask | None = None,
    style_mask: str | Path | Mask | Sequence[str | Path | Mask] | None = None,
    segments: Segments | None = None,
    smooth: Smoothing | None = None,
    smoothness: float | None = None,
    affinity: Affinity = "matting",
    depth: str | Path | None = None,
    depth_strength: Sequence[float] = STRENGTHS,
    device: str = "auto",
    memory_limit: float | None = None,
    format: str | None = None,
    sheet: str | Path | None = None,
    segments_sheet: str | Path | None = None,
    compared: Sequence[str] = (),
    comment: str | None = None,
    max_pixels: int = MAX_PIXELS,
    progress: Progress | None = None,
    **options: object,
) -> StylizeReport:
    """Give a picture file the style of others, and write the result.

    The result has the content's size, orientation, transparency, color profile, depth and EXIF data.

    Args:
        content: path of the picture, ``-`` for standard input.
        style: path of a picture, or a picture that is read already, or several of them.
        out: path of the result, ``-`` for standard output; None writes only the sheet.  A file that exists is
            replaced.
        method, strength, weights, segments, smooth, smoothness, affinity, device, memory_limit, options: see
            `audiostyle.image.stylize`.
        content_mask: path of a mask, or a mask: labels (H, W) or colors (H, W, 3).
        style_mask: the same of the style; for several styles a sequence.  Both masks or none.
        depth: path of a map of depth, a gray picture of any size in which what is near is light.
        depth_strength: strengths of what is nearest and of what is farthest in it.
        format: of the result, such as ``"PNG"``; None goes by the suffix.
        sheet: path of a contact sheet to write too: content, styles, the result without and with smoothing.
        segments_sheet: path of a sheet (PNG) that shows which parts were matched with which; masks that can
            be edited and given as ``content_mask`` and ``style_mask`` lie beside it, see
            `audiostyle.image.segments.drawing.name_masks`.
        compared: names of methods that the sheet is to show as well, each with its time.
        comment: becomes the EXIF tag Software; None names the program and the method.
        max_pixels: larger pictures are refused.
        progress: is told 0 before reading, 1 before writing, and in between the share of a network's work.
            What it raises ends the work before anything is written.

    Returns:
        Paths, sizes and time.

    Raises:
        PictureReadError: a picture or a mask cannot be read, or a picture is wholly transparent.
        PictureWriteError: the result cannot be written, which is found out before the work where possible.
        AudiostyleError: the result or the sheet would replace what it is made from.
        AudiostyleError, ShapeError, ModelNotFound: see `audiostyle.image.stylize`.

    Example:
        >>> import tempfile
        >>> noise = np.random.default_rng(0).random((2, 30, 40, 3), dtype=np.float32)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     photo, style, out = (f"{folder}/{name}.png" for name in ("photo", "style", "out"))
        ...     write_picture(photo, PictureFile(noise[0]))
        ...     write_picture(style, PictureFile(noise[1]))
        ...     report = stylize_file(photo, style, out, method="mkl")
        >>> report.method, report.width, report.height
        ('mkl', 40, 30)
    """
    started = time.perf_counter()
    check_paths("content", [content])
    check_paths("out and sheet", [path for path in (out, sheet) if path is not None])
    check_paths("style", [one for one in to_list(style) if not isinstance(one, PictureFile)])
    masks = [*to_list(content_mask), *to_list(style_mask)]
    check_outputs([content, *to_list(style), *masks, depth], [out, sheet, segments_sheet])
    check_smoothing(smoothness, affinity, memory_limit)
    check_strengths(depth_strength)
    if progress:
        progress(0.0, 1.0)
    method = choose_method(method, [name for name, value in options.items() if value is not None])
    smoothing = choose_smoothing(method, smooth)
    source = _check_visible(read_picture(content, max_pixels=max_pixels), content)
    for path, kind in ((out, format), (sheet, None)):
        if path is not None:
            check_writable(path, source, kind)
    styles = _read_styles(style, source, max_pixels)
    arguments = {
        "strength": strength,
        "weights": weights,
        **_read_masks(content_mask, style_mask, max_pixels),
        "segments": segments,
        "device": device,
        "memory_limit": memory_limit,
        "progress": progress,
        **options,
    }
    pixels = source.to_array()
    near = None if depth is None else read_depth(depth, max_pixels=max_pixels)
    plain = run_method(method, pixels, styles, arguments)
    smoothed = {
        how: smooth_result(pixels, plain, how, smoothness, affinity, memory_limit)
        for how in _list_smoothings(smoothing, with_sheet=sheet is not None)
    }
    if near is not None:
        smoothed = {how: mix_by_depth(pixels, each, near, depth_strength) for how, each in smoothed.items()}
    others = {} if sheet is None else _run_others(compared, pixels, styles, arguments)
    drawn = None if sheet is None else _draw_sheet(source, styles, method, smoothed, others)
    if progress:
        progress(1.0, 1.0)
    software = comment or f"audiostyle {__version__} {method}"
    if out is not None:
        write_picture(
            out,
            source.replace_pixels(smoothed[smoothing]),
            format=format,
            comment=software,
        )
    if sheet is not None and drawn is not None:
        write_picture(sheet, drawn, comment=software)
    if segments_sheet is not None:
        draw_segments(segments_sheet, pixels, styles)
    height, width, _ = source.pixels.shape
    seconds = time.perf_counter() - started
    return StylizeReport(
        _get_name(out), _get_name(sheet), method, smoothing, height, width, source.bits, seconds
    )


def _get_name(path: str | Path | None) -> str | None:
    return None if path is None else str(path)


def _list_smoothings(smoothing: Smoothing, *, with_sheet: bool) -> list[Smoothing]:
    """Return the ways of smoothing that are needed: a sheet shows none and one."""
    if not with_sheet:
        return [smoothing]
    return ["none", "guided" if smoothing == "none" else smoothing]


def _check_visible(picture: PictureFile, path: str | Path) -> PictureFile:
    """Return a picture that was read from ``path`` unless nothing of it can be seen."""
    if picture.alpha is not None and not picture.alpha.any():
        raise PictureReadError(f"{path}: is wholly transparent; there is nothing to see in it")
    return picture


def _read_styles(
    style: str | Path | PictureFile | Sequence[str | Path | PictureFile],
    content: PictureFile,
    max_pixels: int,
) -> list[Pixels]:
    """Return the styles' pixels in the content's color space."""
    styles = [style] if isinstance(style, str | Path | PictureFile) else style
    pictures = [
        one if isinstance(one, PictureFile) else _check_visible(read_picture(one, max_pixels=max_pixels), one)
        for one in styles
    ]
    return [picture.convert_to_profile_of(content) for picture in pictures]


def _read_masks(
    content: str | Path | Mask | None,
    styles: str | Path | Mask | Sequence[str | Path | Mask] | None,
    max_pixels: int,
) -> dict[str, object]:
    """Return the masks as keyword arguments of a method."""

    def read(mask: str | Path | Mask) -> Mask:
        return read_mask(mask, max_pixels=max_pixels) if isinstance(mask, str | Path) else mask

    style_masks: list[Mask] | None = None
    if isinstance(styles, Sequence) and not isinstance(styles, str):
        style_masks = [read(mask) for mask in styles]
    elif styles is not None:
        style_masks = [read(styles)]
    return {"content_mask": None if content is None else read(content), "style_mask": style_masks}


def _run_others(
    names: Sequence[str], content: Pixels, styles: Sequence[Pixels], arguments: Mapping[str, object]
) -> dict[str, Pixels]:
    """Return the results of further methods with their own smoothing, by name and time."""
    results = {}
    shared = {name: arguments[name] for name in _OF_ALL}
    for name in names:
        started = time.perf_counter()
        plain = run_method(name, content, styles, shared)
        result = smooth_result(content, plain, choose_smoothing(name, None))
        results[f"{name}, {time.perf_counter() - started:.1f} s"] = result
    return results


def _draw_sheet(
    content: PictureFile,
    styles: Sequence[Pixels],
    method: str,
    results: Mapping[Smoothing, Pixels],
    others: Mapping[str, Pixels],
) -> PictureFile:
    """Return the contact sheet: content and styles above, results below, then those of other methods."""
    names = ["style"] if len(styles) == 1 else [f"style {n}" for n in range(1, len(styles) + 1)]
    inputs = [("content", content.to_array()), *zip(names, styles, strict=True)]
    outputs = [
        (method if how == "none" else f"{method}, smoothed ({how})", pixels)
        for how, pixels in results.items()
    ]
    rows = [inputs, outputs, *([list(others.items())] if others else [])]
    return PictureFile(make_sheet(rows), profile=content.profile)
