"""Decoders are loaded by kind, and one that does not fit is one clear error."""

from dataclasses import replace

import pytest
import torch

from audiostyle.errors import ModelNotFound
from audiostyle.models import zoo
from audiostyle.translation.decoders import decoder_parts, load_decoder
from audiostyle.translation.playing import Player

CPU = torch.device("cpu")


@pytest.fixture
def domain(tiny):
    return tiny.manifest.domain("sine")


def test_a_decoder_comes_back_as_it_was_saved(domain):
    player = load_decoder(domain, CPU)
    assert isinstance(player, Player) and player.rms == 0.1 and not player.decoder.training
    stored = zoo.load_tensors(domain)
    mine = {f"decoder.{name}": tensor for name, tensor in player.decoder.state_dict().items()}
    mine |= {f"phases.{name}": tensor for name, tensor in player.phases.state_dict().items()}
    assert mine.keys() == stored.keys()
    assert all(torch.equal(mine[name], stored[name].float()) for name in stored)


def test_parts_are_in_single_precision_under_their_own_names(domain):
    decoder, phases = decoder_parts(domain)
    assert set(phases) == {"advance", "coherence", "start"} and "exit.weight" in decoder
    assert {tensor.dtype for tensor in (*decoder.values(), *phases.values())} == {torch.float32}


@pytest.mark.parametrize("kind", ["diffusion", None, ""])
def test_an_unknown_kind_asks_for_a_newer_version(domain, kind):
    config = {**domain.config, "kind": kind}
    with pytest.raises(ModelNotFound, match="unknown here; update audiostyle"):
        load_decoder(replace(domain, config=config), CPU)


@pytest.mark.parametrize("change", [{"channels": 3}, {"templates": 2}, {"rms": None}, {"layers": 5}])
def test_a_configuration_that_does_not_fit_names_the_file(domain, change):
    config = {**domain.config, **change}
    if config["rms"] is None:
        del config["rms"]
    with pytest.raises(ModelNotFound, match=r"tiny\.sine\.safetensors.*do not fit"):
        load_decoder(replace(domain, config=config), CPU)


def test_a_damaged_file_is_not_used(domain, tmp_path):
    copy = tmp_path / domain.file.name
    copy.write_bytes(domain.file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelNotFound, match="damaged"):
        load_decoder(replace(domain, file=copy), CPU)
