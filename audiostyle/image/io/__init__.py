"""Picture files: reading, writing, and what belongs to a picture beside its pixels.

==================  =====================================================================================
:mod:`.files`       reading and writing whole pictures: pixels, transparency, depth, profile, EXIF
:mod:`.mask_files`  masks: labels or colors, as they were painted
:mod:`.decode`      from the bytes of a file to its samples, 8 and 16 bits
:mod:`.repair`      files that end too early: what is there of them
:mod:`.encode`      from samples to PNG, JPEG, WebP and TIFF
:mod:`.formats`     what each format can hold, and which suffixes there are
:mod:`.exif`        EXIF data: orientation, and the tags that stay true of a result
:mod:`.cube`        tables of colors as ``.cube`` files
:mod:`.icc`         ICC color profiles: conversion between color spaces
==================  =====================================================================================
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.image.io.files import PictureFile as PictureFile
    from audiostyle.image.io.files import check_writable as check_writable
    from audiostyle.image.io.files import read_picture as read_picture
    from audiostyle.image.io.files import write_picture as write_picture
    from audiostyle.image.io.mask_files import read_mask as read_mask

export_lazily(
    __name__,
    {
        "audiostyle.image.io.files": (
            "PictureFile",
            "check_writable",
            "read_picture",
            "write_picture",
        ),
        "audiostyle.image.io.mask_files": ("read_mask",),
    },
)
