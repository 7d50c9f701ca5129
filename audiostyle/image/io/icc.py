"""Color profiles (ICC): the color space of a picture's values, and conversion to another one.

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
    """Return what the profile describes: "rgb", "gray" or "cmyk"; None for anything else, or damage."""
    return _SPACES.get(profile[16:20]) if profile[36:40] == b"acsp" else None


def convert(pixels: NDArray[np.float32], profile: bytes | None, to: bytes | None) -> NDArray[np.float32]:
    """Convert pixels from the color space of one profile to that of another one.

    The intent is relative colorimetric: colors that both spaces have stay the same.

    Args:
        pixels: (H, W, 3) in [0, 1]; with a gray profile (H, W, 1), with a CMYK profile (H, W, 4).
        profile: of the pixels; None stands for sRGB.
        to: the RGB profile to convert to; None stands for sRGB.

    Returns:
        (H, W, 3) in [0, 1]; ``pixels`` itself if the profiles are the same.
    """
    if profile == to:
        return pixels
    source, target = profile or _make_srgb(), to or _make_srgb()
    kind = get_color_space(source) or "rgb"
    # lcms takes CMYK floats as percentages of ink
    values = pixels * np.float32(100) if kind == "cmyk" else pixels[..., 0] if kind == "gray" else pixels
    result = imagecodecs.cms_transform(
        np.ascontiguousarray(values), source, target, colorspace=kind, outcolorspace="rgb"
    )
    return cast("NDArray[np.float32]", np.clip(result, 0, 1, out=result))


def select_usable(profile: bytes | None, channels: str, name: str) -> bytes | None:
    """Return the profile if it can be one of a picture with these channels, else None, with a warning.

    A gray picture may have an RGB profile, which is then that of three equal channels.

    Args:
        profile: as found in the file.
        channels: "rgb", "gray" or "cmyk".
        name: of the file, for the log.
    """
    if not profile:
        return None
    kind = get_color_space(profile)
    if kind in {channels, "rgb" if channels == "gray" else channels} and _is_usable(profile, kind):
        return profile
    log.warning("%s: its color profile is damaged or of another kind of picture; taken for sRGB", name)
    return None


def _is_usable(profile: bytes, kind: str | None) -> bool:
    probe: NDArray[Any] = np.zeros((1, 1, {"gray": 1, "rgb": 3, "cmyk": 4}[cast("str", kind)]), np.float32)
    try:
        convert(probe, profile, None)
    except Exception:  # lcms does not tell what is wrong with a damaged profile
        return False
    return True


@functools.cache
def _make_srgb() -> bytes:
    return bytes(imagecodecs.cms_profile("srgb"))
