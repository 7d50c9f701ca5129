"""Networks put together as a model are found by name and compute what their files do."""

import pytest
import torch

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.image.training.shipping import collect_styles
from audiostyle.models import style_network, zoo
from audiostyle.models.style_network import StyleNetwork, list_style_networks, load_style_network

CARDS = {"rain": "# Rain", "snow": "# Snow"}


@pytest.fixture
def files(tmp_path):
    torch.manual_seed(0)
    made = {name: tmp_path / f"{name}.safetensors" for name in CARDS}
    for depth, file in enumerate(made.values()):
        style_network.save_style_network(StyleNetwork(8, depth), file, {"loss": "gram:100"})
    return made


def test_a_network_is_found_by_its_name(files, tmp_path, monkeypatch):
    model = collect_styles(files, CARDS, tmp_path / "styles")
    monkeypatch.setattr(style_network, "SHIPPED", tmp_path / "styles")
    assert list(list_style_networks()) == ["rain", "snow"]
    assert all(check.ok for check in zoo.verify_model(model))
    assert (
        model.parts["rain"].config["loss"] == "gram:100" and model.parts["snow"].card.read_text() == "# Snow"
    )
    picture = torch.rand(1, 3, 20, 24)
    torch.testing.assert_close(
        load_style_network("snow")(picture), load_style_network(files["snow"])(picture)
    )
    with pytest.raises(ModelNotFound, match=r"snov: no such file, did you mean 'snow'\?.*rain, snow"):
        load_style_network("snov")


def test_damage_is_found(files, tmp_path, monkeypatch):
    model = collect_styles(files, CARDS, tmp_path / "styles")
    monkeypatch.setattr(style_network, "SHIPPED", tmp_path / "styles")
    model.parts["rain"].file.write_bytes(files["snow"].read_bytes())
    with pytest.raises(ModelNotFound, match="sha256"):
        load_style_network("rain")


def test_every_network_has_a_card(files, tmp_path):
    with pytest.raises(TrainingError, match="'snow' has no card"):
        collect_styles(files, {"rain": "# Rain"}, tmp_path / "styles")
