"""What is written into a model folder is what is read from it; the rest of the laws are in test_zoo.py."""

import pytest
import torch
from torch import nn

from audiostyle.errors import ModelNotFound, TrainingError
from audiostyle.models import zoo
from audiostyle.models.saving import add_encoder, add_part, check_domain_name, half_precision


def test_half_precision_keeps_names_and_needs_no_gradient():
    module = nn.Linear(3, 2)
    tensors = half_precision(module)
    assert tensors.keys() == module.state_dict().keys()
    assert all(tensor.dtype == torch.float16 and not tensor.requires_grad for tensor in tensors.values())


def test_a_part_is_added_with_its_configuration_and_card(tmp_path):
    add_encoder(tmp_path / "own", {"x": torch.zeros(1)}, config={"kind": "vgg"}, card="# E", summary="mine")
    manifest = add_part(
        tmp_path / "own", "piano.wavenet", {"x": torch.ones(2)}, config={"kind": "wavenet"}, card="# W"
    )
    part = manifest.parts["piano.wavenet"]
    assert part.config == {"kind": "wavenet"} and part.card and part.card.read_text() == "# W"
    assert torch.equal(zoo.load_tensors(part)["x"], torch.ones(2))
    assert (manifest.license, manifest.summary) == ("Apache-2.0", "mine")


def test_a_part_needs_a_model(tmp_path):
    with pytest.raises(ModelNotFound, match="cannot be read"):
        add_part(tmp_path / "nothing", "part", {}, config={}, card="")


@pytest.mark.parametrize("name", ["My Sax", "", "-sax", "säx", "a/b"])
def test_a_name_that_cannot_be_a_domain_s_is_refused(name):
    with pytest.raises(TrainingError, match="use small letters"):
        check_domain_name(name)


def test_other_names_pass():
    for name in ("sax", "sax-2", "0_sax"):
        check_domain_name(name)


def test_what_killed_processes_wrote_is_used_or_removed(tmp_path):
    """Weights without a manifest, weights of another attempt, and the same weights once more."""
    folder = tmp_path / "own"
    add_encoder(folder, {"x": torch.zeros(1)}, config={"kind": "vgg"}, card="# E")
    for name in ("own.part.safetensors", "own.part.0123abcd.safetensors", "own.part.0123abcd.md"):
        (folder / name).write_bytes(b"of a killed process")
    (folder / "own.notes.md").write_text("mine")
    weights = [f"own.{part}.{kind}" for part in ("encoder", "part") for kind in ("md", "safetensors")]
    for _ in range(2):
        add_part(folder, "part", {"x": torch.ones(1)}, config={}, card="# P")
        found = {path.name for path in folder.iterdir()}
        assert found == {*weights, "own.notes.md", "own.toml"}
