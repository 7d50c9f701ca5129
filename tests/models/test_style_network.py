"""The network of a style: any size, its file, and what is no such file."""

import pytest
import torch
from safetensors.torch import save_file

from audiostyle.errors import ModelNotFound
from audiostyle.models.style_network import StyleNetwork, load_style_network, save_style_network


@pytest.mark.parametrize("sides", [(1, 1), (4, 4), (17, 30), (33, 7)])
def test_any_size_comes_out_as_it_went_in(sides):
    assert StyleNetwork(8, 1)(torch.rand(1, 3, *sides)).shape == (1, 3, *sides)


def test_untrained_it_is_nearly_gray():
    torch.manual_seed(0)
    assert (StyleNetwork()(torch.rand(1, 3, 32, 32)) - 0.5).abs().mean() < 0.15


def test_what_is_flat_stays_flat():
    """Enlarging leaves no grid: every pixel of a block is computed alike."""
    torch.manual_seed(0)
    result = StyleNetwork(16, 2)(torch.full((1, 3, 40, 36), 0.7))
    assert result.std(dim=(2, 3)).max() < 1e-4


def test_strips_are_the_whole(monkeypatch):
    torch.manual_seed(0)
    network, picture = StyleNetwork(8, 1), torch.rand(1, 3, 50, 40)
    whole = network(picture)
    monkeypatch.setattr("audiostyle.models.style_network.STRIP", 7)
    with torch.no_grad():
        torch.testing.assert_close(network(picture), whole, rtol=1e-4, atol=1e-5)


def test_pictures_of_a_batch_do_not_see_each_other():
    network, pictures = StyleNetwork(8, 2), torch.rand(2, 3, 24, 24)
    torch.testing.assert_close(network(pictures)[:1], network(pictures[:1]), rtol=1e-4, atol=1e-4)


def test_what_is_saved_is_loaded_in_half_precision(tmp_path):
    network, picture = StyleNetwork(8, 2), torch.rand(1, 3, 16, 20)
    save_style_network(network, tmp_path / "rain.safetensors", {"style": "rain"})
    again = load_style_network(tmp_path / "rain.safetensors")
    assert (again.width, again.depth) == (8, 2)
    torch.testing.assert_close(again(picture), network(picture), rtol=0.02, atol=0.02)


def test_a_shipped_one_would_be_small(tmp_path):
    save_style_network(StyleNetwork(), tmp_path / "style.safetensors", {})
    assert (tmp_path / "style.safetensors").stat().st_size < 1.5e6


def test_what_is_no_network_is_named(tmp_path):
    (tmp_path / "text.safetensors").write_text("text")
    save_file({"a": torch.zeros(2)}, tmp_path / "other.safetensors")
    save_file(
        {"a": torch.zeros(2)},
        tmp_path / "huge.safetensors",
        {"kind": "audiostyle style network 2", "sizes": '{"width": 1e9, "depth": 1}'},
    )
    for name in ("text", "other", "huge"):
        with pytest.raises(ModelNotFound, match=rf"{name}\.safetensors: no network of a style"):
            load_style_network(tmp_path / f"{name}.safetensors")
    with pytest.raises(ModelNotFound, match="no such file"):
        load_style_network(tmp_path / "gone.safetensors")
