"""The work of ``image stylize --network``: a file's network reaches the picture, slips are named."""

from pathlib import Path

import numpy as np
import pytest
import torch

from audiostyle.image.io.files import read_picture
from audiostyle.models.style_network import StyleNetwork, save_style_network


@pytest.fixture
def network(workplace):
    torch.manual_seed(0)
    made = StyleNetwork(8, 1)
    save_style_network(made, "rain.safetensors", {})
    return made


def test_a_picture_is_stylized_without_a_style(audiostyle, picture, network):
    from audiostyle.image import apply_network

    picture("a.png", 40, 50)
    result = audiostyle("image", "stylize", "a.png", "--network", "rain.safetensors", "--device", "cpu")
    assert (result.code, result.err) == (0, "")
    expected = apply_network(read_picture("a.png").pixels, "rain.safetensors", device="cpu")
    np.testing.assert_allclose(read_picture("a.network.png").pixels, expected, atol=0.51 / 255)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "give one STYLE or several, or --network FILE"),
        (("b.png", "--network", "rain.safetensors"), 2, "or --lut FILE and no STYLE"),
        (("--network", "rain.safetensors", "--levels", "1"), 2, "--levels: of no effect with --network"),
        (("--network", "a.png"), 1, "no network of a style"),
        (("--network", "gone.safetensors"), 1, "no such file"),
    ],
)
def test_slips_are_named(audiostyle, picture, network, arguments, code, message):
    picture("a.png", 40, 50), picture("b.png", 40, 50)
    result = audiostyle("image", "stylize", "a.png", *arguments)
    assert result.code == code and message in result.err and result.err.count("\n") == 1
    assert not Path("a.network.png").exists()
