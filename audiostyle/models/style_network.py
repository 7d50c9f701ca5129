"""A feed-forward network of one style: pictures in, stylized pictures out, in one pass.

After Johnson, Alahi & Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution":
residual blocks at a quarter of the picture's resolution, with instance normalization (Ulyanov, Vedaldi &
Lempitsky 2016).  Blocks of 4 × 4 pixels are moved to channels on the way in.  On the way out maps are
enlarged by repeating and convolved (Odena, Dumoulin & Olah 2016, "Deconvolution and checkerboard artifacts"):
moving channels back to blocks, as fast as it is, leaves a grid.
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

KIND = "audiostyle style network 2"
"""What the files of such networks say that they are."""

STRIP = 128
"""Rows, at half of the resolution, of the strips in which the end of a large picture is computed."""

_MOST = 512  # channels or blocks that a file may ask for


class StyleNetwork(nn.Module):
    """Stylize pictures (B, 3, H, W) in [0, 1] of any size; so is the result.

    Args:
        width: channels between input and output, at least 4; a half and a quarter as many at finer maps.
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
        self.middle = ReflectedConv2d(width, width // 2)
        self.fine = ReflectedConv2d(width // 2, width // 4)
        self.last = ReflectedConv2d(width // 4, 3)
        with torch.no_grad():  # training starts from gray, not from noise
            self.last.weight *= 0.02
            for convolution in (self.fine, self.last):
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
        x = F.instance_norm(self.middle(_double(x))).relu_()
        return self._finish(x)[..., :height, :width]

    def _finish(self, x: Tensor) -> Tensor:
        """Compute pixels of maps at half of the resolution, in strips where nothing is to be learned.

        Maps at the full resolution are the largest there are; no strip sees more than a row of the next.
        """
        padded = F.pad(x, (1, 1, 1, 1), mode="reflect")
        step = x.shape[-2] if torch.is_grad_enabled() else STRIP
        strips = [padded[..., top : top + step + 2, :] for top in range(0, x.shape[-2], step)]
        return torch.cat([self._finish_strip(strip) for strip in strips], dim=-2)

    def _finish_strip(self, padded: Tensor) -> Tensor:
        """(B, width / 2, h + 2, w + 2) → (B, 3, 2 h, 2 w)."""
        x = F.conv2d(_double(padded), self.fine.weight, self.fine.bias).relu_()
        return torch.sigmoid(4 * F.conv2d(x, self.last.weight, self.last.bias))


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


def _double(x: Tensor) -> Tensor:
    """Repeat every position twice along both sides."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


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
        if not (4 <= width <= _MOST and 0 <= depth <= _MOST):
            raise ValueError
        network = StyleNetwork(width, depth)
        network.load_state_dict(tensors)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError):
        raise ModelNotFound(
            f"{path}: no network of a style; 'audiostyle image train-style' makes such networks"
        ) from None
    network.eval().requires_grad_(False)
    return network if device is None else network.to(device)
