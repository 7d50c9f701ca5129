"""WaveNets in model folders: what a manifest says of them, and weights that come back as they were."""

import pytest
import torch

from audiostyle.errors import ModelNotFound, UnknownDomain
from audiostyle.models import zoo
from audiostyle.models.saving import add_domain
from audiostyle.models.wavenet.network import WaveNet, WaveNetConfig
from audiostyle.translation.training.wavenet.coded_excerpts import CodedExcerpts
from audiostyle.translation.training.wavenet.compact import TrainedWaveNet
from audiostyle.translation.training.wavenet.export import (
    add_wavenets,
    find_wavenet_weights,
    make_card,
    make_decoder_config,
)

CONFIG = WaveNetConfig(1, 2, channels=4, skips=4, condition=3, hop=100)


@pytest.fixture
def trained(sine_corpus) -> TrainedWaveNet:
    audio, _ = sine_corpus(22050, seconds=5.0)[0]
    torch.manual_seed(0)
    return TrainedWaveNet(WaveNet(CONFIG), CodedExcerpts([(audio, None)], 20, hop=100), loss=3.25)


@pytest.fixture
def model(tmp_path):
    about = {"sounds_like": "a sine", "lowest": 72, "highest": 96, "card": "# Sine", "config": {"kind": "x"}}
    add_domain(tmp_path / "mine", "sine", {"weight": torch.zeros(2)}, **about)
    return tmp_path / "mine"


def test_weights_come_back_in_half_precision_s_rounding(trained, model):
    add_wavenets(model, {"sine": trained})
    found = find_wavenet_weights(str(model), "sine")
    for name, tensor in trained.network.state_dict().items():
        assert found[name].dtype == torch.float32 and torch.equal(found[name], tensor.half().float())


def test_the_spectral_decoder_stays_the_domain_s_own_and_is_required(trained, model):
    before = zoo.find_model(model).domain("sine").sha256
    add_wavenets(model, {"sine": trained})
    manifest = zoo.find_model(model)
    assert manifest.kinds("sine") == ["x", "wavenet"] and manifest.domain("sine").sha256 == before
    assert manifest.decoder("sine", "wavenet").config["requires"] == before


def test_the_configuration_makes_the_network_again(trained, model):
    config = make_decoder_config(trained.network, trained.excerpts)
    assert config["reads"] == "latent" and "requires" not in config
    assert WaveNetConfig.from_config(config["network"]) == CONFIG
    assert config["rms"] == pytest.approx(trained.excerpts.rms, abs=1e-5)
    spectral = zoo.find_model(model).domain("sine")
    required = make_decoder_config(trained.network, trained.excerpts, requires=spectral)
    assert (required["reads"], required["requires"]) == ("notes", spectral.sha256)


def test_the_card_says_how_well_it_does(trained):
    assert "3.250 nats" in make_card("sine", trained)


def test_a_domain_or_a_wavenet_that_is_not_there_is_named(trained, model):
    with pytest.raises(UnknownDomain, match="saw"):
        add_wavenets(model, {"saw": trained})
    with pytest.raises(ModelNotFound, match="wavenet"):
        find_wavenet_weights(str(model), "sine")
