"""EXIF: what of it goes with the picture, and which way up the picture is."""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

log = logging.getLogger(__name__)

ORIENTATION, SOFTWARE = 274, 305
# description, make, model, resolution (3), software, date, artist, copyright: about the picture, not about
# how it was stored; the preview would show the old picture, and is left out with the rest.
_KEPT = (270, 271, 272, 282, 283, 296, SOFTWARE, 306, 315, 33432)
TEXTS = (270, 271, 272, 306, 315, 33432)
_DIRECTORIES = (34665, 34853)  # of the exposure, of the place
# Maker's notes hold offsets that break when moved; sizes (2) and the pointer to interoperability do not
# hold for the result.
_DROPPED = (37500, 40962, 40963, 40965)

# What undoes each orientation, as (transpose, flip rows, flip columns)
_UNDO = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def rotate_upright(samples: NDArray[Any], get_orientation: int) -> NDArray[Any]:
    """Turn (H, W, …) the way that EXIF's ``get_orientation`` says; an unknown one is 1, as it is."""
    transpose, rows, columns = _UNDO.get(get_orientation, (False, False, False))
    turned = samples.swapaxes(0, 1) if transpose else samples
    return np.ascontiguousarray(turned[:: -1 if rows else 1, :: -1 if columns else 1])


def get_orientation(exif: Image.Exif) -> int:
    """1 to 8; 1 where nothing is said, or nonsense."""
    value = exif.get(ORIENTATION, 1)
    return value if value in _UNDO else 1


def keep_tags(exif: Image.Exif, name: str) -> bytes | None:
    """The tags that stay true of a stylised picture, orientation 1; None if there are none."""
    try:
        result = Image.Exif()
        result.update({tag: exif[tag] for tag in _KEPT if tag in exif})
        for directory in _DIRECTORIES:
            tags = {tag: v for tag, v in exif.get_ifd(directory).items() if tag not in _DROPPED}
            if tags:
                result.get_ifd(directory).update(tags)
                result[directory] = result.get_ifd(directory)
        if not len(result):
            return None
        result[ORIENTATION] = 1
        return result.tobytes()
    except Exception as error:  # Pillow raises what it happens on in damaged tags
        log.warning("%s: its EXIF data are damaged and left out (%s)", name, error)
        return None


def add_comment(exif: bytes | None, comment: str | None) -> bytes | None:
    """Add what made the picture, as the tag Software."""
    if comment is None:
        return exif
    result = parse_tags(exif)
    result[SOFTWARE] = comment
    return result.tobytes()


def parse_tags(exif: bytes | None) -> Image.Exif:
    """Tags as a mapping from number to value."""
    result = Image.Exif()
    if exif:
        result.load(exif)
    return result
