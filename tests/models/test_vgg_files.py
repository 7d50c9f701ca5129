"""Other people's weight files: what is read is what they hold."""

from pathlib import Path

import pytest
import torch

from audiostyle.errors import ModelNotFound
from audiostyle.models.vgg import VGG16, VGG19, layers
from audiostyle.models.vgg_files import CAFFE_MEAN, IMAGENET_MEAN, IMAGENET_STD, read_vgg

BLOCKS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
WIDTHS = (64, 128, 256, 512, 512)


def filters(depth: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Thin-valued filters of a whole VGG, (out, in, 3, 3) and (out,)."""
    generator, channels, made = torch.Generator().manual_seed(depth), 3, []
    for width, count in zip(WIDTHS, BLOCKS[depth], strict=True):
        for _ in range(count):
            made.append((torch.rand(width, channels, 3, 3, generator=generator) - 0.5, torch.rand(width)))
            channels = width
    return made


def torchvision_file(path, depth: int):
    state, number = {}, 0
    made = iter(filters(depth))
    for count in BLOCKS[depth]:
        for _ in range(count):
            state[f"features.{number}.weight"], state[f"features.{number}.bias"] = next(made)
            number += 2  # a rectifier follows
        number += 1  # a pooling
    state["classifier.0.weight"] = torch.zeros(3, 3)
    torch.save(state, path)
    return path


@pytest.mark.parametrize(("depth", "config"), [(16, VGG16), (19, VGG19)])
def test_torchvisions_files_are_read_down_to_relu4_1(tmp_path, depth, config):
    encoder = read_vgg(torchvision_file(tmp_path / "vgg.pth", depth))
    assert encoder.config == config
    stored = filters(depth)
    own = [convolution for block in encoder.blocks for convolution in layers(block)]
    assert len(own) == sum(config.depths[:3]) + 1
    for convolution, (weight, _) in list(zip(own, stored, strict=False))[1:]:
        assert torch.equal(convolution.weight, weight)


def test_torchvisions_normalization_is_part_of_the_first_convolution(tmp_path):
    encoder = read_vgg(torchvision_file(tmp_path / "vgg.pth", 16))
    weight, bias = filters(16)[0]
    x, shape = torch.rand(1, 3, 9, 9), (1, 3, 1, 1)
    usual = (x - torch.tensor(IMAGENET_MEAN).view(shape)) / torch.tensor(IMAGENET_STD).view(shape)
    expected = torch.nn.functional.conv2d(usual, weight)
    first = layers(encoder.blocks[0])[0]
    got = first(x)[..., 1:-1, 1:-1] - (first.bias + _shift(first)).detach().view(1, -1, 1, 1)
    torch.testing.assert_close(got, expected, rtol=1e-3, atol=1e-3)
    assert bias.shape == first.bias.shape


def _shift(first) -> torch.Tensor:
    """What the absorbed mean took from the bias, given back."""
    return first.weight.sum(dim=(2, 3)) @ torch.tensor(IMAGENET_MEAN)


def test_the_keras_file_reads_bgr_in_0_to_255(tmp_path):
    h5py = pytest.importorskip("h5py")
    path, made = tmp_path / "hed.h5", iter(filters(16))
    with h5py.File(path, "w") as file:
        for block, count in enumerate(BLOCKS[16], start=1):
            for n in range(count):
                weight, bias = next(made)
                group = file.create_group(f"block{block}/layers/conv2d{f'_{n}' if n else ''}/vars")
                group["0"], group["1"] = weight.permute(2, 3, 1, 0).numpy(), bias.numpy()
            file.create_group(f"block{block}/layers/max_pooling2d/vars")
    first = layers(read_vgg(path).blocks[0])[0]
    weight, _ = filters(16)[0]
    x, shape = torch.rand(1, 3, 9, 9), (1, 3, 1, 1)
    caffe = ((x - torch.tensor(CAFFE_MEAN).view(shape)) * 255).flip(1)
    inside = first(x)[..., 1:-1, 1:-1]
    expected = torch.nn.functional.conv2d(caffe, weight)
    bias = (inside - expected).mean(dim=(0, 2, 3))
    torch.testing.assert_close(inside, expected + bias.view(1, -1, 1, 1), rtol=1e-3, atol=1e-2)
    assert bias.min() >= 0 and bias.max() <= 1.01


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", None])
@pytest.mark.parametrize("suffix", [".pth", ".h5"])
def test_other_files_are_refused_by_name(tmp_path, content, suffix):
    path = tmp_path / f"mine{suffix}"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelNotFound, match=f"mine{suffix}"):
        read_vgg(path)


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    path = tmp_path / "small.pth"
    torch.save({"features.0.weight": torch.zeros(4, 3, 3, 3), "features.0.bias": torch.zeros(4)}, path)
    with pytest.raises(ModelNotFound, match="VGG-16 or VGG-19"):
        read_vgg(path)


class _Called:
    """Pickled, it is a call of ``Path.touch``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_that_calls_something_is_refused_and_not_called(tmp_path):
    torch.save({"config": {}, "features.0.weight": _Called(tmp_path / "called")}, tmp_path / "last.pt")
    with pytest.raises(ModelNotFound, match=r"last\.pt") as caught:
        read_vgg(tmp_path / "last.pt")
    assert not (tmp_path / "called").exists() and "\n" not in str(caught.value)
