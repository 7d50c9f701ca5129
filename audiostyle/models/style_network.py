"""A feed-forward network of one style: pictures in, stylized pictures out, in one pass.

After Johnson, Alahi & Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution":
residual blocks at a quarter of the picture's resolution, with instance normalization (Ulyanov, Vedaldi &
Lempitsky 2016).  Most of their time goes to convolutions at full resolution.  Here blocks of 4 × 4 pixels are
moved to channels and back instead, and one small convolution smooths what that leaves.
"""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError, ModelNotFound
from audiostyle.models.vgg import ReflectedConv2d

BLOCK = 4
"""Pixels along each side of what becomes one position."""

KIND = "audiostyle style network 1"
"""What the files of such networks say that they are."""

_MOST = 512  # channels or blocks that a file may ask for


class StyleNetwork(nn.Module):
    """Stylize pictures (B, 3, H, W) in [0, 1] of any size; the result is not clamped.

    Args:
        width: channels between input and output.
        depth: residual blocks.

    Example:
        >>> StyleNetwork(width=8, depth=1)(torch.rand(2, 3, 17, 30)).shape
        torch.Size([2, 3, 17, 30])
    """

    def __init__(self, width: int = 48, depth: int = 5) -> None:
        super().__init__()
        self.width, self.depth = width, depth
        self.first = ReflectedConv2d(3 * BLOCK**2, width)
        self.blocks = nn.ModuleList(ResidualBlock(width) for _ in range(depth))
        self.last = ReflectedConv2d(width, 3 * BLOCK**2)
        self.smooth = ReflectedConv2d(3, 3)
        with torch.no_grad():  # at first the picture itself comes out
            self.last.weight *= 0.01
            self.smooth.weight.zero_()
            self.smooth.weight[:, :, 1, 1] = torch.eye(3)
            for convolution in (self.last, self.smooth):
                convolution.bias.zero_()

    def forward(self, picture: Tensor) -> Tensor:
        """(B, 3, H, W) → (B, 3, H, W)."""
        height, width = picture.shape[-2:]
        rows, columns = (max(2, -(-side // BLOCK)) * BLOCK - side for side in (height, width))
        padded = F.pad(picture, (0, columns, 0, rows), mode="replicate")  # one position has no deviation
        x = F.pixel_unshuffle(2 * padded - 1, BLOCK).contiguous(memory_format=torch.channels_last)
        x = F.instance_norm(self.first(x)).relu_()
        for block in self.blocks:
            x = block(x)
        change = F.pixel_shuffle(self.last(x), BLOCK)
        result: Tensor = self.smooth(padded + change)[..., :height, :width]
        return result


class ResidualBlock(nn.Module):
    """x + norm(conv(relu(norm(conv(x))))), with a scale and a shift of its own for each channel."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = ReflectedConv2d(width, width), ReflectedConv2d(width, width)
        self.norms = nn.ModuleList(nn.InstanceNorm2d(width, affine=True) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, h, w) → the same shape."""
        changed = self.norms[0](self.first(x)).relu_()
        result: Tensor = x + self.norms[1](self.second(changed))
        return result


def save_style_network(network: StyleNetwork, path: str | Path, about: dict[str, str]) -> None:
    """Write a network to a ``.safetensors`` file, in half precision.

    Args:
        network: to write.
        path: of the file.
        about: what else the file is to say, such as the style's name.

    Raises:
        AudiostyleError: the file cannot be written.
    """
    tensors = {name: value.detach().half().contiguous() for name, value in network.state_dict().items()}
    sizes = json.dumps({"width": network.width, "depth": network.depth})
    data = save(tensors, {"kind": KIND, "sizes": sizes, **about})
    with write_atomically(path, AudiostyleError) as temporary:
        temporary.write_bytes(data)


def load_style_network(path: str | Path, device: torch.device | None = None) -> StyleNetwork:
    """Read a network that :func:`save_style_network` wrote, for inference.

    Raises:
        ModelNotFound: there is no such file, or it holds something else.

    Example:
        >>> load_style_network("rain.safetensors")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.ModelNotFound: rain.safetensors: no such file; ...
    """
    path = Path(path)
    if not path.is_file():
        raise ModelNotFound(f"{path}: no such file; 'audiostyle image train-style' makes such networks")
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if about.get("kind") != KIND:
            raise ValueError
        sizes = json.loads(about["sizes"])
        width, depth = int(sizes["width"]), int(sizes["depth"])
        if not (0 < width <= _MOST and 0 <= depth <= _MOST):
            raise ValueError
        network = StyleNetwork(width, depth)
        network.load_state_dict(tensors)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError):
        raise ModelNotFound(
            f"{path}: no network of a style; 'audiostyle image train-style' makes such networks"
        ) from None
    network.eval().requires_grad_(False)
    return network if device is None else network.to(device)
