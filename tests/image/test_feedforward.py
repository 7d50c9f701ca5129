"""Stylization by a network: kinds, sizes, transparency, strength."""

import numpy as np
import pytest
import torch

from audiostyle.errors import ModelNotFound, ShapeError
from audiostyle.image import apply_network
from audiostyle.models.style_network import StyleNetwork, save_style_network


@pytest.fixture
def network():
    torch.manual_seed(0)
    return StyleNetwork(8, 1)


def test_the_result_is_the_networks(network, picture_pair):
    content = picture_pair[0]
    with torch.no_grad():
        expected = network(torch.from_numpy(content).movedim(2, 0)[None])[0].movedim(0, 2).clamp(0, 1)
    np.testing.assert_allclose(apply_network(content, network, device="cpu"), expected, atol=1e-5)


def test_kind_type_and_alpha_are_kept(network, picture_pair):
    content = picture_pair[0]
    alpha = np.linspace(0, 1, content[..., 0].size, dtype=np.float32).reshape(content.shape[:2])
    made = apply_network(np.dstack([content, alpha]), network, device="cpu")
    np.testing.assert_array_equal(made[..., 3], alpha)
    assert isinstance(apply_network(torch.from_numpy(content), network, device="cpu"), torch.Tensor)
    assert apply_network((255 * content).astype(np.uint8), network, device="cpu").dtype == np.uint8


def test_strength_mixes(network, picture_pair):
    content = picture_pair[0]
    np.testing.assert_allclose(apply_network(content, network, strength=0, device="cpu"), content)
    with pytest.raises(ShapeError, match="strength"):
        apply_network(content, network, strength=2, device="cpu")


def test_a_file_is_a_network(network, picture_pair, tmp_path):
    save_style_network(network, tmp_path / "rain.safetensors", {})
    made = apply_network(picture_pair[0], tmp_path / "rain.safetensors", device="cpu")
    np.testing.assert_allclose(made, apply_network(picture_pair[0], network, device="cpu"), atol=0.02)
    with pytest.raises(ModelNotFound):
        apply_network(picture_pair[0], tmp_path / "gone.safetensors")
