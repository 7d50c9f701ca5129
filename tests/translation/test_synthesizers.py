"""Decoders are loaded by kind, and one that does not fit is one clear error."""

from dataclasses import replace

import pytest
import torch

from audiostyle.errors import AudiostyleError, ModelNotFound
from audiostyle.models import zoo
from audiostyle.translation.synthesis import SpectralSynthesizer
from audiostyle.translation.synthesizers import check_kind, load_synthesizer, split_decoder_tensors
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

CPU = torch.device("cpu")


@pytest.fixture
def domain(tiny):
    return tiny.manifest.domain("sine")


def test_a_decoder_comes_back_as_it_was_saved(domain):
    player = load_synthesizer(domain, CPU)
    assert isinstance(player, SpectralSynthesizer) and player.rms == 0.1 and not player.decoder.training
    stored = zoo.load_tensors(domain)
    mine = {f"decoder.{name}": tensor for name, tensor in player.decoder.state_dict().items()}
    mine |= {f"phases.{name}": tensor for name, tensor in player.phases.state_dict().items()}
    assert mine.keys() == stored.keys()
    assert all(torch.equal(mine[name], stored[name].float()) for name in stored)


def test_parts_are_in_single_precision_under_their_own_names(domain):
    decoder, phases = split_decoder_tensors(domain)
    assert set(phases) == {"advance", "coherence", "start"} and "exit.weight" in decoder
    assert {tensor.dtype for tensor in (*decoder.values(), *phases.values())} == {torch.float32}


@pytest.mark.parametrize("kind", ["diffusion", None, ""])
def test_an_unknown_kind_asks_for_a_newer_version(domain, kind):
    config = {**domain.config, "kind": kind}
    with pytest.raises(ModelNotFound, match="unknown here; update audiostyle"):
        load_synthesizer(replace(domain, config=config), CPU)


@pytest.mark.parametrize("change", [{"channels": 3}, {"templates": 2}, {"rms": None}, {"layers": 5}])
def test_a_configuration_that_does_not_fit_names_the_file(domain, change):
    config = {**domain.config, **change}
    if config["rms"] is None:
        del config["rms"]
    with pytest.raises(ModelNotFound, match=r"tiny\.sine\.safetensors.*do not fit"):
        load_synthesizer(replace(domain, config=config), CPU)


def test_a_damaged_file_is_not_used(domain, tmp_path):
    copy = tmp_path / domain.file.name
    copy.write_bytes(domain.file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelNotFound, match="damaged"):
        load_synthesizer(replace(domain, file=copy), CPU)


@pytest.fixture
def wavenet(tiny):
    return tiny.manifest.decoder("sine", "wavenet")


def test_a_domain_may_have_a_further_decoder(tiny, wavenet, domain):
    assert tiny.manifest.decoder("sine") == tiny.manifest.decoder("sine", "spectral") == domain
    player = load_synthesizer(wavenet, CPU, domain)
    assert isinstance(player, WaveNetSynthesizer)
    assert (player.sample_rate, player.rms, player.temperature) == (16000, 0.1, 0.9)
    with pytest.raises(
        ModelNotFound, match=r"no decoder of the kind 'wavenet' for 'comb'; it has one for sine"
    ):
        tiny.manifest.decoder("comb", "wavenet")


@pytest.mark.parametrize(
    "change",
    [
        {"plan": {"channels": 9}},
        {"plan": {"condition": 5}},
        {"plan": {"hop": 80}},
        {"gain": None},
        {"plan": None},
    ],
)
def test_a_wavenet_of_another_configuration_names_the_file(wavenet, domain, change):
    config = {**wavenet.config, **change}
    if change.get("plan"):
        config["plan"] = {**wavenet.config["plan"], **change["plan"]}
    with pytest.raises(ModelNotFound, match=r"tiny\.sine\.wavenet\.safetensors.*do not fit"):
        load_synthesizer(replace(wavenet, config=config), CPU, domain)


def test_a_wavenet_needs_the_decoder_beside_which_it_was_trained(tiny, wavenet):
    for beside in (None, tiny.manifest.domain("comb")):
        with pytest.raises(
            ModelNotFound, match=r"sine\.wavenet\.safetensors.*another version.*train it again"
        ):
            load_synthesizer(wavenet, CPU, beside)


def test_settings_that_make_no_sense_are_refused(wavenet, domain):
    player = load_synthesizer(wavenet, CPU, domain)
    assert player.set_to(None, None) == player
    for temperature in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(AudiostyleError, match="temperature must be above 0"):
            player.set_to(temperature, None)
    with pytest.raises(AudiostyleError, match="0 chunks"):
        player.set_to(None, 0)


def test_an_unknown_kind_is_told_its_neighbours():
    check_kind(None)
    check_kind("wavenet")
    with pytest.raises(
        AudiostyleError, match=r"'wavnet' is unknown, did you mean 'wavenet'.*spectral, wavenet"
    ):
        check_kind("wavnet")
