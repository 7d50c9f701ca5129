"""Colour profiles (ICC): which one a picture's RGB values are in, and how they read in another.

A picture without a profile is taken for sRGB, as every viewer does.
"""

import functools
import logging
from typing import Any, cast

import imagecodecs
import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

_SPACES = {b"RGB ": "rgb", b"GRAY": "gray", b"CMYK": "cmyk"}  # an ICC header's bytes 16 to 20


def get_color_space(profile: bytes) -> str | None:
    """What the profile describes: "rgb", "gray" or "cmyk"; None for anything else, or damage."""
    return _SPACES.get(profile[16:20]) if profile[36:40] == b"acsp" else None


def convert(pixels: NDArray[Any], profile: bytes | None, to: bytes | None) -> NDArray[np.float32]:
    """Express ``pixels``, (H, W, 3) of the profile's space in [0, 1], in the space of another RGB profile.

    None stands for sRGB.  A grey profile takes (H, W, 1), one of CMYK (H, W, 4).
    The intent is relative colorimetric: what both can show stays the same colour.
    """
    if profile == to:
        return pixels
    source, target = profile or _srgb(), to or _srgb()
    kind = get_color_space(source) or "rgb"
    # lcms takes CMYK floats as percentages of ink
    values = pixels * np.float32(100) if kind == "cmyk" else pixels[..., 0] if kind == "gray" else pixels
    result = imagecodecs.cms_transform(
        np.ascontiguousarray(values), source, target, colorspace=kind, outcolorspace="rgb"
    )
    return cast("NDArray[np.float32]", np.clip(result, 0, 1, out=result))


def check_usable(profile: bytes | None, channels: str, name: str) -> bytes | None:
    """``profile`` if it can be for a picture of these channels ("rgb", "gray", "cmyk"), else None.

    A grey picture may have a profile of RGB: its three equal channels are then in that.
    """
    if not profile:
        return None
    kind = get_color_space(profile)
    if kind in {channels, "rgb" if channels == "gray" else channels} and _is_usable(profile, kind):
        return profile
    log.warning("%s: its colour profile is damaged or of another kind of picture; taken for sRGB", name)
    return None


def _is_usable(profile: bytes, kind: str | None) -> bool:
    probe = np.zeros((1, 1, {"gray": 1, "rgb": 3, "cmyk": 4}[cast("str", kind)]), np.float32)
    try:
        convert(probe, profile, None)
    except Exception:  # lcms says of a damaged profile only that it cannot
        return False
    return True


@functools.cache
def _srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))
