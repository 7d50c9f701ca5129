"""Stylization by a network that was trained for one style: one pass, whatever the picture (Johnson 2016)."""

from pathlib import Path

import numpy as np
import torch

from audiostyle.image.arrays import OpenedPicture, Picture, open_picture
from audiostyle.image.inputs import check_strength
from audiostyle.models.device import probe
from audiostyle.models.style_network import StyleNetwork, load_style_network
from audiostyle.models.torch_settings import own_settings


@own_settings()
def apply_network(
    content: Picture, network: str | Path | StyleNetwork, *, strength: float = 1.0, device: str = "auto"
) -> Picture:
    """Stylize a picture by a network of a style.

    Memory is that of a few maps at a quarter of the picture's resolution, so a picture is computed as a
    whole, and its statistics are its own.

    Args:
        content: RGB (H, W, 3), floats in [0, 1] or uint8, array or tensor; see
            :mod:`audiostyle.image.arrays`.
        network: a file that ``audiostyle image train-style`` wrote, or one that is loaded.
        strength: from the content, 0, to the result, 1.
        device: where to compute.

    Returns:
        A picture of the content's size, kind and data type.

    Raises:
        ModelNotFound: there is no such file, or it holds something else.
        ShapeError: the content is no picture, or ``strength`` is not in [0, 1].

    Example:
        >>> picture = np.random.default_rng(0).random((33, 50, 3))
        >>> apply_network(picture, StyleNetwork(width=8, depth=1), device="cpu").shape
        (33, 50, 3)
    """
    share, where = check_strength(strength), probe(device)
    opened: OpenedPicture[np.float32] = open_picture(content, "the content", np.float32)
    ready = network if isinstance(network, StyleNetwork) else load_style_network(network)
    picture = torch.from_numpy(np.array(opened.seen)).movedim(2, 0)[None].to(where)
    with torch.inference_mode():
        result = ready.to(where).eval()(picture).cpu()
    original = torch.from_numpy(np.array(opened.color)).movedim(2, 0)[None]
    mixed = torch.lerp(original, result, share).clamp(0, 1)[0].movedim(0, 2)
    restored: Picture = opened.restore(np.ascontiguousarray(mixed.numpy()))
    return restored
