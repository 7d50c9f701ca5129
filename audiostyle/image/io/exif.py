"""EXIF data: the orientation of a picture, and which tags go from a content to its result."""

import logging
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

log = logging.getLogger(__name__)

S = TypeVar("S", bound=np.generic)

ORIENTATION, SOFTWARE = 274, 305
# Description, make, model, resolution (3), software, date, artist, copyright: these are about the picture,
# and not about how it was stored.  The preview would show the old picture, and is left out with all others.
_KEPT = (270, 271, 272, 282, 283, 296, SOFTWARE, 306, 315, 33432)
TEXTS = (270, 271, 272, 306, 315, 33432)
"""The kept tags that hold text, which a TIFF file has among its own."""
_DIRECTORIES = (34665, 34853)  # of the exposure, of the place
# Maker's notes hold offsets that break when they are moved; the size (2 tags) and the pointer to the
# interoperability directory do not hold for the result.
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


def rotate_upright(samples: NDArray[S], orientation: int) -> NDArray[S]:
    """Rotate and flip a stored picture so that it is upright.

    Args:
        samples: (H, W, …) as stored.
        orientation: EXIF's, 1 to 8; any other number is taken for 1, upright already.
    """
    transpose, rows, columns = _UNDO.get(orientation, (False, False, False))
    turned = samples.swapaxes(0, 1) if transpose else samples
    return np.ascontiguousarray(turned[:: -1 if rows else 1, :: -1 if columns else 1])


def get_orientation(exif: Image.Exif) -> int:
    """Return the orientation, 1 to 8; 1 where the tag is missing or nonsense."""
    value = exif.get(ORIENTATION, 1)
    return value if value in _UNDO else 1


def keep_tags(exif: Image.Exif, name: str) -> bytes | None:
    """Return the tags that stay true of a stylized picture, with orientation 1; None if there are none.

    Damaged data are left out, with a warning that names the file ``name``.
    """
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
    except Exception as error:  # Pillow raises errors of any kind on damaged tags
        log.warning("%s: its EXIF data are damaged and left out (%s)", name, error)
        return None


def add_comment(exif: bytes | None, comment: str | None) -> bytes | None:
    """Write ``comment`` to the tag Software; None leaves the data as they are."""
    if comment is None:
        return exif
    result = parse_tags(exif)
    result[SOFTWARE] = comment
    return result.tobytes()


def parse_tags(exif: bytes | None) -> Image.Exif:
    """Return the tags as a mapping from number to value."""
    result = Image.Exif()
    if exif:
        result.load(exif)
    return result
