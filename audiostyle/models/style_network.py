"""A feed-forward network of one style: pictures in, stylized pictures out, in one pass.

After Johnson, Alahi & Fei-Fei 2016, "Perceptual losses for real-time style transfer and super-resolution":
residual blocks at a quarter of the picture's resolution, with instance normalization (Ulyanov, Vedaldi &
Lempitsky 2016).  Blocks of 4 × 4 pixels are moved to channels on the way in.  On the way out maps are
enlarged by repeating and convolved (Odena, Dumoulin & Olah 2016, "Deconvolution and checkerboard artifacts"):
moving channels back to blocks, as fast as it is, leaves a grid.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.atomic import write_atomically
from audiostyle.errors import AudiostyleError, ModelNotFound, did_you_mean
from audiostyle.models import zoo
from audiostyle.models.manifest import WeightFile
from audiostyle.models.vgg import ReflectedConv2d

BLOCK = 4
"""Pixels along each side of what becomes one position."""

KIND = "audiostyle style network 2"
"""What the files of such networks say that they are."""

SHIPPED = "styles"
"""The model whose parts of the kind ``style-network`` are the networks that come with the package."""

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


def list_style_networks() -> dict[str, WeightFile]:
    """Return the networks that come with the package, by name.

    Example:
        >>> sorted(list_style_networks())
        ['engraving', 'mosaic', 'whirls']
    """
    parts = zoo.find_model(SHIPPED).parts
    return {name: part for name, part in parts.items() if part.config.get("kind") == "style-network"}


def load_style_network(path: str | Path, device: torch.device | None = None) -> StyleNetwork:
    """Read a network for inference.

    Args:
        path: of a file that :func:`save_style_network` wrote, or the name of one that comes with the package;
            a file of that name comes first.
        device: where it computes; None is the CPU.

    Raises:
        ModelNotFound: there is no such file or name, or the file holds something else.

    Example:
        >>> load_style_network("mosaic").width
        48
        >>> load_style_network("rain.safetensors")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.ModelNotFound: rain.safetensors: no such file; ...
    """
    file = Path(path)
    shipped = {} if file.is_file() else list_style_networks()
    if not file.is_file() and str(path) not in shipped:
        near = did_you_mean(str(path), shipped)
        raise ModelNotFound(
            f"{path}: no such file{near}; 'audiostyle image train-style' makes such networks, and "
            f"{', '.join(shipped)} come with audiostyle"
        )
    try:
        if file.is_file():
            tensors, sizes = _read(file)
        else:
            tensors, sizes = zoo.load_tensors(shipped[str(path)]), shipped[str(path)].config
        network = _build(tensors, sizes)
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, RuntimeError):
        raise ModelNotFound(
            f"{path}: no network of a style; 'audiostyle image train-style' makes such networks"
        ) from None
    return network if device is None else network.to(device)


def _read(path: Path) -> tuple[dict[str, Tensor], Mapping[str, object]]:
    """Return the tensors and the sizes that a file holds."""
    with safe_open(path, framework="pt") as file:
        about = file.metadata() or {}
        if about.get("kind") != KIND:
            raise ValueError
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    return tensors, json.loads(about["sizes"])


def _build(tensors: Mapping[str, Tensor], sizes: Mapping[str, object]) -> StyleNetwork:
    """Return a network of weights, for inference."""
    width, depth = (int(str(sizes[name])) for name in ("width", "depth"))
    if not (4 <= width <= _MOST and 0 <= depth <= _MOST):
        raise ValueError
    network = StyleNetwork(width, depth)
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return network.eval().requires_grad_(False)
