"""Weights fill a network exactly, or the file is named in one line."""

import pytest
import torch
from torch import nn

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.models.loading import check_sizes, explain_misfits, load_weights, select_tensors
from audiostyle.models.manifest import WeightFile
from audiostyle.models.saving import add_encoder


@pytest.fixture
def weights(tmp_path) -> WeightFile:
    """A linear layer in half precision under ``one.``, and another of the same size under ``two.``."""
    torch.manual_seed(0)
    tensors = {
        f"{prefix}.{name}": tensor.detach().half()
        for prefix in ("one", "two")
        for name, tensor in nn.Linear(3, 2).state_dict().items()
    }
    return add_encoder(tmp_path / "pair", tensors, config={}, card="").encoder


def test_tensors_under_a_prefix_are_selected_in_single_precision(weights):
    stored, tensors = zoo.load_tensors(weights), select_tensors(weights, "two.")
    assert set(tensors) == {"weight", "bias"}
    assert all(tensor.dtype == torch.float32 for tensor in tensors.values())
    assert torch.equal(tensors["weight"], stored["two.weight"].float())
    assert set(select_tensors(weights)) == set(stored)


def test_a_network_is_filled_and_returned(weights):
    network = nn.Linear(3, 2)
    assert load_weights(network, weights, "one.") is network
    assert torch.equal(network.bias.detach(), zoo.load_tensors(weights)["one.bias"].float())


@pytest.mark.parametrize("network", [nn.Linear(3, 4), nn.Linear(3, 2, bias=False), nn.Bilinear(3, 3, 2)])
def test_a_network_of_another_shape_is_refused_by_the_file_s_name(weights, network):
    with pytest.raises(ModelNotFound, match=r"pair\.encoder\.safetensors: the weights do not fit"):
        load_weights(network, weights, "one.")


@pytest.mark.parametrize("error", [RuntimeError, TypeError, KeyError, ValueError])
def test_whatever_a_damaged_configuration_raises_is_one_line(error):
    with (
        pytest.raises(ModelNotFound, match="here: the weights do not fit their configuration"),
        explain_misfits("here"),
    ):
        raise error("something inside")


def test_other_errors_pass():
    with pytest.raises(ZeroDivisionError), explain_misfits("here"):
        raise ZeroDivisionError


def test_a_damaged_file_is_not_loaded(weights):
    weights.file.write_bytes(b"")
    with pytest.raises(ModelNotFound, match="damaged"):
        load_weights(nn.Linear(3, 2), weights, "one.")


@pytest.mark.parametrize(
    "config",
    [
        {"channels": 10**9},
        {"channels": 600},
        {"widths": [16, 10**5]},
        {"widths": [1] * 100},
        {"depths": [1, 100]},
        {"network": {"hop": 1e300}},
        {"channels": float("inf")},
        {"channels": 10**400},
    ],
)
def test_sizes_out_of_proportion_to_the_file_are_refused_before_a_network_is_made(tmp_path, config):
    file = tmp_path / "a.safetensors"
    file.write_bytes(bytes(100_000))
    with pytest.raises(ModelNotFound, match=r"a\.safetensors: the weights do not fit their configuration"):
        check_sizes(WeightFile("a", file, "", None, config))


def test_usual_sizes_are_not(tmp_path):
    file = tmp_path / "a.safetensors"
    file.write_bytes(bytes(100_000))
    check_sizes(WeightFile("a", file, "", None, {"channels": 512, "depths": [2, 3], "kind": "x", "on": True}))
    for model in zoo.list_models():
        for weights in model.weights():
            check_sizes(weights)
