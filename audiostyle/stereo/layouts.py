"""How two views lie in one file: side by side, or in an MPO as cameras with two lenses write it."""

import io
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image

from audiostyle.checks import show_value
from audiostyle.errors import AudiostyleError, PictureReadError
from audiostyle.image.io.files import MAX_PIXELS, PictureFile, parse_picture, read_picture

Layout = Literal["side-by-side", "mpo"]
"""How two views lie in one file: the left one in the left half, or as the first two pictures of an MPO."""

Views = tuple[PictureFile, PictureFile]

_ENTRIES, _KIND, _DISPARITY = 0xB002, "MPType", "Multi-Frame Image: (Disparity)"  # CIPA DC-007, 5.2.3


def check_layout(layout: str) -> Layout:
    """Return a layout, checked.

    Raises:
        AudiostyleError: there is none of that name.
    """
    for known in get_args(Layout):
        if layout == known:
            return known
    raise AudiostyleError(f"layout must be one of {', '.join(get_args(Layout))}, not {show_value(layout)}")


def read_views(path: str | Path, layout: Layout, *, max_pixels: int = MAX_PIXELS) -> Views:
    """Read two views from one file.

    Args:
        path: of the file.
        layout: how they lie in it.
        max_pixels: larger pictures are refused.

    Raises:
        PictureReadError: it cannot be read, or does not hold two views.
    """
    if layout == "mpo":
        return _read_mpo(Path(path), max_pixels)
    return split_views(read_picture(path, max_pixels=max_pixels), str(path))


def split_views(picture: PictureFile, name: str) -> Views:
    """Return the halves of a picture.

    Raises:
        PictureReadError: its width is odd; ``name`` is what the message calls it.
    """
    width = picture.pixels.shape[1]
    if width % 2:
        raise PictureReadError(f"{name}: is {width} pixels wide; two views side by side have an even width")
    return _cut(picture, slice(0, width // 2)), _cut(picture, slice(width // 2, width))


def join_views(views: Views) -> PictureFile:
    """Return views side by side in one picture, with what belongs to the left one's file.

    Example:
        >>> halves = split_views(PictureFile(np.zeros((2, 6, 3), np.float32)), "a.png")
        >>> join_views(halves).pixels.shape
        (2, 6, 3)
    """
    left, right = views
    alphas = [
        view.alpha if view.alpha is not None else np.ones(view.pixels.shape[:2], np.float32) for view in views
    ]
    opaque = left.alpha is None and right.alpha is None
    return PictureFile(
        np.concatenate([left.pixels, right.convert_to_profile_of(left)[..., :3]], axis=1),
        None if opaque else np.concatenate(alphas, axis=1),
        left.profile,
        left.exif,
        left.bits,
        left.format,
        left.lossy,
    )


def is_stereo(path: str | Path) -> bool:
    """Return whether a file is an MPO that says that its pictures are views of one scene.

    Phones write MPO files too, whose further pictures are previews or maps of brightness; these are none.
    """
    try:
        with Image.open(path, formats=("JPEG",)) as image:
            kinds = [_get_kind(entry) for entry in _list_entries(image)]
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, Image.DecompressionBombError):
        return False
    return kinds[:2] == [_DISPARITY] * 2


def _list_entries(image: Image.Image) -> list[dict[str, object]]:
    """Return what an MPO says of its pictures; none of another file."""
    index: dict[int, list[dict[str, object]]] = getattr(image, "mpinfo", None) or {}
    return index.get(_ENTRIES, [])


def _get_kind(entry: dict[str, object]) -> object:
    attribute = entry.get("Attribute")
    return attribute.get(_KIND) if isinstance(attribute, dict) else None


def _read_mpo(path: Path, max_pixels: int) -> Views:
    """Read the first two pictures of an MPO, each of which is a JPEG."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureReadError(f"{path}: cannot be read ({error.strerror or error})") from None
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            image.seek(1)
            second: int | None = getattr(image, "offset", None)  # where its JPEG begins in the file
    except (OSError, ValueError, EOFError, SyntaxError, KeyError, TypeError, Image.DecompressionBombError):
        second = None
    if second is None:
        raise PictureReadError(f"{path}: holds no second view; use --layout side-by-side, or two files")
    parts = data[:second], data[second:]
    left, right = (parse_picture(part, str(path), max_pixels=max_pixels) for part in parts)
    if left.pixels.shape != right.pixels.shape:
        raise PictureReadError(
            f"{path}: its pictures are of two sizes, so they are no two views; name two files"
        )
    return left, right


def _cut(picture: PictureFile, columns: slice) -> PictureFile:
    alpha = None if picture.alpha is None else picture.alpha[:, columns]
    return PictureFile(
        np.ascontiguousarray(picture.pixels[:, columns]),
        alpha,
        picture.profile,
        picture.exif,
        picture.bits,
        picture.format,
        picture.lossy,
    )
